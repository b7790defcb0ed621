"""People talk, models answer: one process for a track, whatever happens to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotate.enums import Kind
from annotate.models import Campaign, Candidate, CandidateRequest, Task
from annotate.services.campaign import Work
from commons.models import RunState, User
from commons.sentences import as_json, sentence
from rewards.errors import TrackNotReady
from rewards.models import Policy, TalkSession, Track
from rewards.runner import EngineCrashed, EngineStopped, Progress
from rewards.services import talking
from rewards.services.talking import answer_conversations
from rewards.services.track import create_track
from rewards.services.voices import voices_for
from tests.conversations import said, talking_campaign
from tests.factories import make_campaign, make_member

Row = dict[str, object]


@dataclass
class FakeEngine:
    """Stands where the child process would be: answers every turn that lies there, in two steps."""

    asked: list[Row] = field(default_factory=list)
    ran: int = 0
    meanwhile: Callable[[], None] = lambda: None
    ends: Callable[[], None] = lambda: None
    problem: object = ""

    def __call__(
        self,
        module: str,
        folder: Path,
        config: Mapping[str, object],
        on_progress: Callable[[Progress], bool],
    ) -> Row:
        self.ran += 1
        self.ends()
        (folder / "said").mkdir()
        for _ in range(2):  # what people say while it answers comes with the second look
            for file in sorted((folder / "asked").glob("*.json")):
                self._answer(file, folder / "said", on_progress)
            if not on_progress(Progress(says="waiting")):
                raise EngineStopped
        return {"answered": len(self.asked)}

    def _answer(self, file: Path, to: Path, on_progress: Callable[[Progress], bool]) -> None:
        row = orjson.loads(file.read_bytes())
        self.asked.append(row)
        file.unlink()
        target = to / file.name
        target.write_bytes(orjson.dumps({"texts": ["Take", ""]}))
        on_progress(Progress(says="writing answers"))
        self.meanwhile()
        answers = [
            {
                "messages": [{"role": "assistant", "content": f"Answer {number}."}],
                "source": voice["source"],
                "sampling": {"temperature": voice["temperature"]},
            }
            for number, voice in enumerate(row["voices"])
        ]
        whole = {"texts": ["Take", "No"], "problem": self.problem, "answers": answers}
        target.write_bytes(orjson.dumps(whole))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> FakeEngine:
    fake = FakeEngine()
    monkeypatch.setattr(talking, "run_engine", fake)
    base = tmp_path / "base"
    base.mkdir()
    (base / "config.json").write_text("{}")
    settings.ARTIFACTS, settings.BASE_MODEL = tmp_path / "artifacts", str(base)
    return fake


@pytest.fixture
def campaign(db: None) -> Campaign:
    return talking_campaign()


@pytest.fixture
def track(campaign: Campaign, engine: FakeEngine) -> Track:
    return create_track(name="Main", campaigns=[campaign.uuid], by=None)


@pytest.fixture
def ada(campaign: Campaign) -> User:
    return make_member(campaign)


def promote(track: Track, folder: Path) -> Policy:
    """The next policy of a track, which came from the one in service."""
    before = track.policies.get(state="promoted")
    track.policies.update(state="retired")
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    return Policy.objects.create(
        track=track, number=1, parent=before, state="promoted", folder=str(folder)
    )


def test_what_waits_is_answered_and_so_is_what_is_said_meanwhile(
    campaign: Campaign, ada: User, track: Track, engine: FakeEngine
) -> None:
    said(campaign, ada, "First?")
    more = ["Second?"]

    def say_more() -> None:
        if more:
            said(campaign, ada, more.pop())

    engine.meanwhile = say_more

    answer_conversations()

    assert engine.ran == 1
    assert [row["messages"] for row in engine.asked] == [
        [{"role": "user", "content": "First?"}],
        [{"role": "user", "content": "Second?"}],
    ]
    assert Task.objects.filter(kind=Kind.RANK, free=0).count() == 2
    assert set(Candidate.objects.values_list("source", "sampling__model")) == {
        (f"policy:{track.policies.get().uuid}",) * 2
    }
    assert TalkSession.objects.get().state == RunState.DONE


def test_people_see_what_is_written_so_far(
    campaign: Campaign, ada: User, track: Track, engine: FakeEngine
) -> None:
    said(campaign, ada)
    seen: list[tuple[object, str]] = []

    def look() -> None:
        request = CandidateRequest.objects.get()
        seen.append((request.partial, request.says))

    engine.meanwhile = look

    answer_conversations()

    assert seen == [(["Take", ""], "writing answers")]


def test_nothing_is_left_in_the_artifacts_once_nobody_talks(
    campaign: Campaign, ada: User, track: Track, settings: Settings
) -> None:
    said(campaign, ada)

    answer_conversations()
    answer_conversations()

    assert not list((Path(settings.ARTIFACTS) / "talk").iterdir())


def test_a_session_that_lives_elsewhere_is_left_to_answer(
    campaign: Campaign, ada: User, track: Track, engine: FakeEngine
) -> None:
    now = timezone.now()
    held = {"token": "0" * 32, "heartbeat_at": now, "started_at": now}
    session = TalkSession.objects.create(track=track, state=RunState.RUNNING, **held)
    said(campaign, ada)

    answer_conversations()
    assert engine.ran == 0

    TalkSession.objects.update(heartbeat_at=now - timedelta(minutes=1))
    answer_conversations()
    session.refresh_from_db()
    assert (engine.ran, session.state) == (1, RunState.DONE)


def test_an_engine_that_crashes_fails_what_it_held_in_words_that_name_no_model(
    campaign: Campaign, ada: User, track: Track, engine: FakeEngine
) -> None:
    said(campaign, ada)

    def crash() -> None:
        raise EngineCrashed("CUDA out of memory in /models/SmolLM")

    engine.ends = crash

    answer_conversations()

    request = CandidateRequest.objects.get()
    assert (request.state, request.error) == (RunState.FAILED, talking.BROKEN)
    assert "SmolLM" in TalkSession.objects.get().error


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("no answer was fit to be shown", talking.UNFIT),
        (as_json(sentence("%(server)s is away.", server="'gpu'")), "'gpu' is away."),
    ],
)
def test_a_turn_without_all_its_answers_fails_in_the_words_of_its_cause(
    campaign: Campaign,
    ada: User,
    track: Track,
    engine: FakeEngine,
    problem: object,
    words: str,
) -> None:
    said(campaign, ada)
    engine.problem = problem

    answer_conversations()

    request = CandidateRequest.objects.get()
    assert (request.state, request.error) == (RunState.FAILED, words)


def test_a_worker_that_stops_gives_back_what_it_held(
    campaign: Campaign, ada: User, track: Track, engine: FakeEngine
) -> None:
    said(campaign, ada)
    going = [True]

    def stop() -> None:
        going.clear()
        raise EngineStopped

    engine.ends = stop

    answer_conversations(goes_on=lambda: bool(going))

    assert CandidateRequest.objects.get().state == RunState.REQUESTED


def test_a_campaign_that_no_track_learns_from_is_told_so(engine: FakeEngine, db: None) -> None:
    campaign = talking_campaign()
    said(campaign, make_member(campaign))

    answer_conversations()

    assert CandidateRequest.objects.get().error == talking.NO_TRACK
    assert engine.ran == 0


def test_a_model_that_is_not_there_is_told_of(
    campaign: Campaign, ada: User, track: Track, engine: FakeEngine, settings: Settings
) -> None:
    settings.BASE_MODEL = ""
    said(campaign, ada)

    answer_conversations()

    assert "not on this machine yet" in CandidateRequest.objects.get().error
    assert engine.ran == 0


@pytest.mark.parametrize("seed", range(8))
def test_two_policies_answer_equally_warm_and_one_at_two_temperatures(
    track: Track, tmp_path: Path, seed: int
) -> None:
    first = track.policies.get()
    alone = voices_for(track, 2, seed)

    newer = promote(track, tmp_path / "newer")
    both = voices_for(track, 2, seed)

    assert {(voice.source, voice.temperature) for voice in alone} == {
        (f"policy:{first.uuid}", 0.7),
        (f"policy:{first.uuid}", 1.0),
    }
    assert [voice.source for voice in both] == [f"policy:{newer.uuid}", f"policy:{first.uuid}"]
    assert both[0].temperature == both[1].temperature


def test_a_track_says_by_a_mix_who_talks(track: Track, tmp_path: Path, settings: Settings) -> None:
    settings.GENERATORS = {"gpu": "https://gpu.example.org/v1"}
    mix = [
        {"who": "promoted", "temperature": 0.5, "count": 1, "max_new_tokens": 64},
        {"who": "previous"},  # there is none yet: left out
        {"who": "server", "server": "gpu", "model": "large", "count": 1},
    ]
    track.knobs = {"talking": {"mix": mix}}

    ours, theirs = sorted(voices_for(track, 2), key=lambda voice: voice.role)

    assert (ours.role, ours.temperature, ours.max_new_tokens) == ("promoted", 0.5, 64)
    assert theirs.as_json() == {
        "role": "server",
        "model": "large",
        "source": "server:gpu/large",
        "temperature": 0.7,
        "top_p": 0.95,
        "max_new_tokens": 256,
        "server": "gpu",
        "url": "https://gpu.example.org/v1",
    }


def test_an_odd_mix_is_refused_with_the_tracks_name(track: Track) -> None:
    track.knobs = {"talking": {"mix": [{"who": "nobody"}]}}

    with pytest.raises(TrackNotReady, match="Main: voice 1: 'who' must be one of"):
        voices_for(track, 2)


def test_saying_something_wakes_a_worker(
    track: Track,
    campaign: Campaign,
    ada: User,
    engine: FakeEngine,
    nudges_run_at_once: None,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        said(campaign, ada)

    assert engine.ran == 1
    assert Task.objects.count() == 1


def test_as_many_voices_answer_as_the_campaign_asks(engine: FakeEngine, db: None) -> None:
    campaign = make_campaign(works=[Work(Kind.TALK, answers=4)])
    create_track(name="Four", campaigns=[campaign.uuid], by=None)
    said(campaign, make_member(campaign))

    answer_conversations()

    assert len(Task.objects.get().offered) == 4
