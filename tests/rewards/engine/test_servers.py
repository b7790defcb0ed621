"""A server is asked with patience, and what will not pass is said in words."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from rewards.engine.servers import (
    PromptRefused,
    Said,
    Server,
    ServerAway,
    ServerRefused,
    _asked_pause,
)
from rewards.engine.voices import Voice
from tests.rewards.engine.conftest import asks
from tests.rewards.engine.standin import Answer, Body, StandIn, events, serves, serving, whole

KEY = "sk-very-secret"


class Unhurried(threading.Event):
    """Notes how long one would have waited, and waits for nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0)
        return False


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with serving(StandIn()) as one:
        yield one


def server(stand_in: StandIn, *, tries: int = 4, timeout: float = 5.0) -> Server:
    return Server("gpu", stand_in.url, timeout=timeout, tries=tries, over=Unhurried())


def pauses(server: Server) -> list[float]:
    assert isinstance(server.over, Unhurried)
    return server.over.pauses


def voice(stand_in: StandIn) -> Voice:
    return Voice("large", "server:gpu/large", 0.7, 0.9, 32, "server", "gpu", stand_in.url)


def ask(stand_in: StandIn, asked: Server, count: int = 1) -> list[Said]:
    return asked.answers(voice(stand_in), asks("Why?"), count, list(range(1, count + 1)))


def test_several_answers_come_by_one_request(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENERATOR_KEY_GPU", KEY)
    stand_in.reply = lambda number, body: whole("One.", "Two.", " Three. ", finish="length")

    said = ask(stand_in, server(stand_in), count=3)

    assert said == [Said(text, "length", None, 1) for text in ("One.", "Two.", "Three.")]
    assert stand_in.keys == [f"Bearer {KEY}"]
    assert stand_in.asked == [
        {
            "model": "large",
            "messages": [
                {"role": "system", "content": "You are a helpful assistant."},
                *asks("Why?"),
            ],
            "temperature": 0.7,
            "top_p": 0.9,
            "max_tokens": 32,
            "seed": 1,
            "n": 3,
        }
    ]


def test_a_server_that_gives_one_at_a_time_is_asked_so(stand_in: StandIn) -> None:
    """llama.cpp: n is not looked at. The second and third answer have requests of their own."""
    stand_in.reply = lambda number, body: whole(f"{number}.")

    said = ask(stand_in, server(stand_in), count=3)

    assert [each.text for each in said] == ["1.", "2.", "3."]
    assert [each.tokens for each in said] == [5, 5, 5]
    assert [(body["seed"], body.get("n")) for body in stand_in.asked] == [
        (1, 3),
        (2, None),
        (3, None),
    ]


def test_a_server_that_refuses_several_is_asked_for_one(stand_in: StandIn) -> None:
    def reply(number: int, body: Body) -> Answer:
        return Answer(400, b"n must be 1") if "n" in body else whole("Fine.")

    stand_in.reply = reply
    asked = server(stand_in)

    assert len(ask(stand_in, asked, count=2)) == 2
    assert len(ask(stand_in, asked, count=2)) == 2  # and is known to be one from then on
    assert ["n" in body for body in stand_in.asked] == [True, False, False, False, False]


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_server_that_refuses_one_prompt_is_asked_for_several_of_the_next(
    stand_in: StandIn, status: int
) -> None:
    def reply(number: int, body: Body) -> Answer:
        return Answer(status, b"too long") if number <= 2 else whole("Fine.", "Good.")

    stand_in.reply = reply
    asked = server(stand_in)
    with pytest.raises(PromptRefused, match=f"status {status}.: too long"):
        ask(stand_in, asked, count=2)

    ask(stand_in, asked, count=2)

    assert [body.get("n") for body in stand_in.asked] == [2, None, 2]


@pytest.mark.parametrize(
    "bad",
    [
        Answer(500, b"oops"),
        Answer(429),
        Answer(200, b"{not json"),
        Answer(200, b"[]"),
        Answer(200, b'{"choices": []}'),
        Answer(200, b'{"choices"', length=1000),
    ],
    ids=["500", "429", "no JSON", "a list", "no choices", "breaks off"],
)
def test_what_may_pass_is_tried_again_after_growing_pauses(stand_in: StandIn, bad: Answer) -> None:
    """Pauses of 1, 2 and 4 seconds, each shortened by at most a half at random."""
    stand_in.reply = lambda number, body: bad if number < 4 else whole("At last.")
    patient = server(stand_in)

    said = ask(stand_in, patient)

    assert [each.text for each in said] == ["At last."]
    for pause, full in zip(pauses(patient), [1, 2, 4], strict=True):
        assert full / 2 <= pause <= full


def test_a_server_that_asks_for_time_gets_it(stand_in: StandIn) -> None:
    busy = Answer(429, headers={"Retry-After": "17"})
    stand_in.reply = lambda number, body: busy if number == 1 else whole("Fine.")
    patient = server(stand_in)

    ask(stand_in, patient)

    assert pauses(patient) == [17]


def test_a_pause_is_seconds_or_a_date() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)

    assert _asked_pause("3") == 3
    assert 90 < (_asked_pause(soon) or 0) <= 100
    assert _asked_pause("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert _asked_pause("soon") is None
    assert _asked_pause("") is None


def test_a_server_that_hangs_is_given_up_in_words(stand_in: StandIn) -> None:
    over = threading.Event()

    def hang(number: int, body: Body) -> Answer:
        over.wait(10)
        return whole("Too late.")

    stand_in.reply = hang
    try:
        with pytest.raises(ServerAway, match=r"did not answer after 2 tries \(ReadTimeout"):
            ask(stand_in, server(stand_in, tries=2, timeout=0.1))
    finally:
        over.set()


def test_a_server_that_is_not_there_is_said_with_what_to_do() -> None:
    with serving(StandIn()) as gone:
        pass

    with pytest.raises(ServerAway, match="'gpu' at http://127.0.0.1:.* mend its address in GENER"):
        ask(gone, server(gone))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(401), "does not let us in .*; set GENERATOR_KEY_GPU"),
        (Answer(404, b"no model large"), "status 404.: no model large Name a model"),
        (Answer(302, headers={"Location": "http://127.0.0.1:1/v1"}), "sends elsewhere"),
    ],
    ids=["key", "model", "redirect"],
)
def test_what_will_not_pass_is_refused_at_once(
    stand_in: StandIn, answer: Answer, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENERATOR_KEY_GPU", KEY)
    stand_in.reply = lambda number, body: answer

    with pytest.raises(ServerRefused, match=words) as refused:
        ask(stand_in, server(stand_in))

    assert len(stand_in.asked) == 1
    assert not isinstance(refused.value, PromptRefused)  # no other prompt will do
    assert KEY not in str(refused.value)


def test_a_stream_is_heard_while_it_grows(stand_in: StandIn) -> None:
    stand_in.reply = lambda number, body: events("One", " two", " three.")
    heard: list[str] = []

    said = server(stand_in).stream(voice(stand_in), asks("Count!"), 7, heard.append)

    assert said == Said("One two three.", "stop")
    assert heard == ["One", "One two", "One two three.", "One two three."]
    assert stand_in.asked[0]["stream"] is True


def test_half_a_stream_is_begun_again(stand_in: StandIn) -> None:
    stand_in.reply = lambda number, body: events("Half", ended=number > 1)

    said = server(stand_in).stream(voice(stand_in), asks("Why?"), 7, lambda text: None)

    assert (said.text, len(stand_in.asked)) == ("Half", 2)


def test_a_stream_that_says_what_is_wrong_is_not_an_answer(stand_in: StandIn) -> None:
    broken = Answer(
        raw=b'data: {"error": {"message": "out of memory"}}\n\n',
        headers={"Content-Type": "text/event-stream"},
    )
    stand_in.reply = lambda number, body: broken

    with pytest.raises(ServerAway, match="out of memory"):
        server(stand_in, tries=2).stream(voice(stand_in), asks("Why?"), 7, lambda text: None)


def test_a_server_that_is_started_anew_is_waited_for(stand_in: StandIn) -> None:
    """It serves the old policy, is away while it loads the new one, then serves that."""
    said = {1: serves("old"), 2: Answer(503), 3: serves("other", "new")}
    stand_in.models = lambda number: said[number]
    told: list[str] = []

    server(stand_in).await_model("new", patience=60, tell=told.append)

    assert stand_in.looks == 3
    assert told == ["waiting for the server 'gpu' to serve the policy in service"] * 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (serves("old", "older"), r"which is new there \(it serves: old, older\)\. Start it anew"),
        (serves(), "it serves: nothing"),
        (Answer(503), "it serves: status 503"),
        (Answer(raw=b"<html>"), "it serves: what it says cannot be read"),
        (Answer(404, b"no such page"), "refuses .status 404.: no such page"),
    ],
    ids=["another", "none", "away", "odd", "unknown"],
)
def test_a_policy_is_asked_of_no_server_that_does_not_name_it(
    stand_in: StandIn, answer: Answer, words: str
) -> None:
    stand_in.models = lambda number: answer

    with pytest.raises(ServerRefused, match=words):
        server(stand_in).await_model("new", patience=0)

    assert stand_in.asked == []
