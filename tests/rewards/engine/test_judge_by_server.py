"""A model of a server is asked in both orders; what it does not say is never guessed."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rewards.engine.judge_by_server import NoOrders, main
from rewards.engine.servers import ServerAway, ServerRefused
from tests.rewards.engine.conftest import Run, asks, says
from tests.rewards.engine.standin import Answer, Body, StandIn, serving, whole

SECRET = "sk-not-in-any-file"
LOADED = """
import sys
import rewards.engine.judge_by_server
print(*sorted({"torch", "transformers", "numpy", "django"} & sys.modules.keys()))
"""


def config_for(folder: Path, stand_in: StandIn, *answers: str, items: int = 4) -> dict[str, Any]:
    texts = answers or ("good", "bad")
    rows = [
        {
            "id": f"item-{number}",
            "prompt": asks(f"Question {number}?"),
            "answers": {f"{number}-{text}": says(text) for text in texts},
            "orders": [[f"{number}-{text}" for text in way] for way in (texts, texts[::-1])],
            "tools": [],
            "seed": number,
        }
        for number in range(items)
    ]
    file = folder / "items.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    named = {"server": "gpu", "url": stand_in.url, "model": "large"}
    return {"items": file, "out": folder / "said.jsonl", "concurrency": 2, "tries": 1, **named}


def said(config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    rows = [json.loads(line) for line in Path(str(config["out"])).read_text().splitlines()]
    return {row["id"]: row for row in rows}


def shown(body: Body) -> list[str]:
    """The answers that a request shows, in their order."""
    return re.findall(r'role="assistant">\n(.*?)\n</message', body["messages"][1]["content"])


def asked_of(body: Body) -> str:
    """The number of the item; empty for the plain question that a judge is tried with."""
    found = re.search(r"Question (\d)", body["messages"][1]["content"])
    return found[1] if found else ""


def by_text(*best_first: str) -> Callable[[int, Body], Answer]:
    """Says what it thinks of the texts, wherever they stand."""

    def reply(number: int, body: Body) -> Answer:
        letter = dict(zip(shown(body), "ABCDE", strict=False))
        return whole(json.dumps({"order": [[letter[text]] for text in best_first]}))

    return reply


def first_shown(number: int, body: Body) -> Answer:
    return whole('{"order": [["A"], ["B"]]}')


def test_each_item_is_asked_in_both_orders_cold_and_with_the_guideline(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENERATOR_KEY_GPU", SECRET)
    with serving(StandIn(by_text("good", "bad"))) as stand_in:
        config = config_for(tmp_path, stand_in, items=2) | {"guideline": "Good is good.", "seed": 5}
        result = run(main, config)

    assert result == {"items": 2}
    assert said(config) == {
        f"item-{n}": {"id": f"item-{n}", "orders": [[[f"{n}-good"], [f"{n}-bad"]]] * 2, "model": ""}
        for n in range(2)
    }
    ways = Counter((asked_of(body), *shown(body)) for body in stand_in.asked)
    assert ways == {(n, *way): 1 for n in "01" for way in (("good", "bad"), ("bad", "good"))}
    for body in stand_in.asked:
        assert {name: body[name] for name in body if name != "messages"} == {
            "model": "large",
            "temperature": 0.0,
            "top_p": 1.0,
            "max_tokens": 1024,
            "seed": 5,
        }
        assert "Good is good." in body["messages"][1]["content"]
    assert set(stand_in.keys) == {f"Bearer {SECRET}"}
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert SECRET.encode() not in written


def test_who_goes_by_the_place_says_so_in_both_orders(run: Run, tmp_path: Path) -> None:
    """What the two come to is annotate's to say: a tie. Here both are kept as they were said."""
    with serving(StandIn(first_shown)) as stand_in:
        config = config_for(tmp_path, stand_in, items=1)
        run(main, config)

    assert said(config)["item-0"]["orders"] == [
        [["0-good"], ["0-bad"]],
        [["0-bad"], ["0-good"]],
    ]


def test_more_than_two_are_one_list_in_both_orders(run: Run, tmp_path: Path) -> None:
    with serving(StandIn(by_text("c", "a", "b"))) as stand_in:
        config = config_for(tmp_path, stand_in, "a", "b", "c", items=1)
        run(main, config)

    assert [shown(body) for body in stand_in.asked] == [["a", "b", "c"], ["c", "b", "a"]]
    assert said(config)["item-0"]["orders"] == [[["0-c"], ["0-a"], ["0-b"]]] * 2


def test_what_cannot_be_read_is_asked_once_more_and_then_left_out(run: Run, tmp_path: Path) -> None:
    """Item 0 mends itself, item 1 does not; the other items are judged."""

    def reply(number: int, body: Body) -> Answer:
        mends = asked_of(body) == "0" and len(body["messages"]) == 4
        if asked_of(body) in "01" and not mends:
            return whole("The first is better.")
        return first_shown(number, body)

    with serving(StandIn(reply)) as stand_in:
        config = config_for(tmp_path, stand_in, items=3)
        run(main, config)

    asked = Counter(asked_of(body) for body in stand_in.asked)
    assert asked == {"0": 4, "1": 2, "2": 2}
    assert said(config)["item-1"] == {"id": "item-1", "silence": "unreadable"}
    assert {name for name, row in said(config).items() if "orders" in row} == {"item-0", "item-2"}
    again = next(body for body in stand_in.asked if len(body["messages"]) == 4)
    assert again["messages"][2] == {"role": "assistant", "content": "The first is better."}


def test_no_reply_is_written_to_the_log(
    run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    mumbles = StandIn(lambda number, body: whole("A private text."))
    with serving(mumbles) as stand_in, pytest.raises(NoOrders) as ended:
        run(main, config_for(tmp_path, stand_in, items=1))

    assert "private" not in str(ended.value)
    err = capfd.readouterr().err
    assert "item item-0 has no judgement: unreadable, 15 characters\n" in err
    assert "private" not in err


def test_no_refusal_is_written_to_the_log_as_it_was_said(
    run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A server that finds a field odd may send the field back."""

    def reply(number: int, body: Body) -> Answer:
        odd = Answer(422, b"odd: A private text.")
        return odd if asked_of(body) == "0" else first_shown(number, body)

    with serving(StandIn(reply)) as stand_in:
        run(main, config_for(tmp_path, stand_in, items=2))

    err = capfd.readouterr().err
    assert "item item-0 has no judgement: refused, status 422\n" in err
    assert "private" not in err


def test_a_fault_stops_it_in_words_and_a_further_start_asks_for_the_rest(
    run: Run, tmp_path: Path
) -> None:
    def reply(number: int, body: Body) -> Answer:
        return Answer(503) if number >= 5 else first_shown(number, body)

    with serving(StandIn(reply)) as stand_in:
        config = config_for(tmp_path, stand_in) | {"concurrency": 1}
        with pytest.raises(ServerAway, match="start it or mend its address"):
            run(main, config)
        kept = list(said(config))
        with Path(str(config["out"])).open("ab") as file:
            file.write(b'{"id": "item-2", "ord')  # and a kill tore a line
        stand_in.reply, before = first_shown, len(stand_in.asked)
        run(main, config)

    assert kept == ["item-0", "item-1"]
    assert list(said(config)) == ["item-0", "item-1", "item-2", "item-3"]
    assert [asked_of(body) for body in stand_in.asked[before:]] == ["2", "2", "3", "3"]


@pytest.mark.parametrize(
    ("status", "words", "silence"),
    [
        (400, b"maximum context length exceeded", "too-long"),
        (413, b"", "too-long"),
        (400, b"flagged by our policy", "refused"),
    ],
)
def test_an_item_that_a_server_refuses_is_left_out_while_it_answers_others(
    run: Run, tmp_path: Path, status: int, words: bytes, silence: str
) -> None:
    def reply(number: int, body: Body) -> Answer:
        return Answer(status, words) if asked_of(body) == "0" else first_shown(number, body)

    with serving(StandIn(reply)) as stand_in:
        config = config_for(tmp_path, stand_in, items=2)
        run(main, config)

    assert said(config)["item-0"] == {"id": "item-0", "silence": silence}
    assert "orders" in said(config)["item-1"]


def test_a_server_that_refuses_every_item_stops_it_and_nothing_is_left_out(
    run: Run, tmp_path: Path
) -> None:
    with serving(StandIn(lambda number, body: Answer(400, b"no seed here"))) as stand_in:
        config = config_for(tmp_path, stand_in)
        for _start in range(2):
            with pytest.raises(ServerRefused, match=r"no seed here Let a model judge that it serv"):
                run(main, config)
            assert said(config) == {}


@pytest.mark.parametrize(
    ("answer", "silence"),
    [(Answer(400, b"flagged by our policy"), "refused"), (whole("The first."), "unreadable")],
)
def test_items_are_left_out_where_the_judge_answers_a_plain_question_and_none_of_them(
    run: Run, tmp_path: Path, answer: Answer, silence: str
) -> None:
    """As at the end of a campaign, where only such items are left: they would wait for ever."""

    def reply(number: int, body: Body) -> Answer:
        return answer if asked_of(body) else first_shown(number, body)

    with serving(StandIn(reply)) as stand_in:
        config = config_for(tmp_path, stand_in, items=2)
        run(main, config)

    assert said(config) == {f"item-{n}": {"id": f"item-{n}", "silence": silence} for n in range(2)}
    assert [asked_of(body) for body in stand_in.asked].count("") == 1


def test_what_is_too_long_is_left_out_whatever_becomes_of_the_rest(
    run: Run, tmp_path: Path
) -> None:
    def reply(number: int, body: Body) -> Answer:
        of_it = b"maximum context length" if asked_of(body) == "0" else b"no such template"
        return Answer(400, of_it)

    with serving(StandIn(reply)) as stand_in:
        config = config_for(tmp_path, stand_in)
        with pytest.raises(ServerRefused, match="no such template"):
            run(main, config)

    assert said(config) == {"item-0": {"id": "item-0", "silence": "too-long"}}


@pytest.mark.parametrize(
    ("answer", "words", "asked"),
    [
        (whole("Let me think.", finish="length"), "cut at 1024 tokens. Nothing is left out", 2),
        (whole("The first."), "no reply of large on the server 'gpu' could be read", 6),
        (Answer(raw=b'{"choices": [{"message": {"content": null}}]}'), "could be read", 6),
    ],
    ids=["cut", "words", "null"],
)
def test_a_model_none_of_whose_replies_can_be_read_stops_it_and_nothing_is_left_out(
    run: Run, tmp_path: Path, answer: Answer, words: str, asked: int
) -> None:
    """At temperature 0 a reply that was cut would be cut again, so it is not asked for again. What
    cannot be read is, and the plain question at the end as well."""
    with serving(StandIn(lambda number, body: answer)) as stand_in:
        config = config_for(tmp_path, stand_in, items=2)
        with pytest.raises(NoOrders, match=words):
            run(main, config)

    assert said(config) == {}
    assert len(stand_in.asked) == asked


def test_a_reply_that_the_server_took_back_is_no_judgement(run: Run, tmp_path: Path) -> None:
    filtered = whole('{"order": [["A"], ["B"]]}', finish="content_filter")
    with serving(StandIn(lambda number, body: filtered)) as stand_in:
        config = config_for(tmp_path, stand_in, items=2)
        run(main, config)

    assert {row["silence"] for row in said(config).values()} == {"refused"}


def test_it_keeps_which_model_the_server_says_it_was(run: Run, tmp_path: Path) -> None:
    def reply(number: int, body: Body) -> Answer:
        answer = first_shown(number, body)
        return Answer(raw=json.dumps(json.loads(answer.raw) | {"model": "large-2026-11"}).encode())

    with serving(StandIn(reply)) as stand_in:
        config = config_for(tmp_path, stand_in, items=1)
        run(main, config)

    assert said(config)["item-0"]["model"] == "large-2026-11"


def test_what_no_database_keeps_is_left_out_of_the_name(run: Run, tmp_path: Path) -> None:
    def reply(number: int, body: Body) -> Answer:
        odd = json.loads(first_shown(number, body).raw) | {"model": "la\0r\ud800ge\n" + "e" * 300}
        return Answer(raw=json.dumps(odd).encode())

    with serving(StandIn(reply)) as stand_in:
        config = config_for(tmp_path, stand_in, items=1)
        run(main, config)

    assert said(config)["item-0"]["model"] == "large" + "e" * 195


def test_half_a_sign_in_a_reply_is_no_crash(run: Run, tmp_path: Path) -> None:
    """It is quoted when the reply is asked for once more."""

    def reply(number: int, body: Body) -> Answer:
        return whole("\ud800") if len(body["messages"]) == 2 else first_shown(number, body)

    with serving(StandIn(reply)) as stand_in:
        config = config_for(tmp_path, stand_in, items=1)
        run(main, config)

    assert "orders" in said(config)["item-0"]
    assert stand_in.asked[1]["messages"][2]["content"] == "?"


def test_it_loads_nothing_heavy() -> None:
    loaded = subprocess.run([sys.executable, "-c", LOADED], check=True, capture_output=True)

    assert loaded.stdout.strip() == b""
