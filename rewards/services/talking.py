"""Models answer the people who talk with them: one process for a track, while anybody talks.

    request (annotate) -> asked/ -> engine -> said/ -> answers (annotate)

The process is started for the first who says something, takes up what others say meanwhile, and
ends when it has been quiet for a while. What it holds when it dies is claimed anew.
"""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext_noop

from annotate import gateway
from commons.models import RunState
from commons.runs import beat_run, claim_run, fail_run, finish_run
from commons.sentences import Sentence, restored, said_by
from rewards.errors import RewardsError
from rewards.models import TalkSession, Track
from rewards.runner import EngineError, EngineStopped, Progress, run_engine
from rewards.selectors.track import campaigns_of
from rewards.services.folders import artifacts
from rewards.services.run import environment_for
from rewards.services.voices import talking_knobs, voices_for

BEAT = 2.0  # seconds between two signs of life in the database
ENGINE = ("patience", "together", "timeout", "tries")  # knobs that are the engine's
NO_TRACK = gettext_noop(
    "No model line answers for this campaign. A lead begins one on the page “Cycle” and names the "
    "campaign; then try again."
)
BROKEN = gettext_noop(
    "The models could not answer: their engine ended before it was done. Try again; if that does "
    "not help, tell a lead, who finds out why in the admin, under talk sessions."
)
UNFIT = gettext_noop(
    "The models found no two answers fit to be shown. Try again, or end this conversation and ask "
    "in other words."
)

GoesOn = Callable[[], bool]


def answer_conversations(*, goes_on: GoesOn = lambda: True) -> None:
    """Answer whatever waits, and stay while people talk. Called too often it does no harm."""
    waiting = gateway.campaigns_awaiting_answers()
    tracks = _tracks_of(waiting)
    learning = {each for track in tracks for each in campaigns_of(track)}
    _refuse([each for each in waiting if each not in learning], NO_TRACK)
    for track in tracks:
        while goes_on() and _somebody_waits(track) and (session := _claim(track)):
            _serve(session, goes_on)


def _tracks_of(campaigns: Sequence[UUID]) -> list[Track]:
    """For each of these campaigns the first active track that learns from it."""
    found: dict[int, Track] = {}
    tracks = list(Track.objects.filter(active=True).order_by("pk"))
    for campaign in campaigns:
        track = next((each for each in tracks if str(campaign) in each.campaigns), None)
        if track is not None:
            found[track.pk] = track
    return list(found.values())


def _somebody_waits(track: Track) -> bool:
    return not set(campaigns_of(track)).isdisjoint(gateway.campaigns_awaiting_answers())


def _claim(track: Track) -> TalkSession | None:
    """The session of a track, requested anew; None while another worker holds it."""
    TalkSession.objects.get_or_create(track=track)
    mine = TalkSession.objects.filter(track=track)
    ended = mine.filter(state__in=[RunState.DONE, RunState.FAILED, RunState.CANCELLED])
    ended.update(state=RunState.REQUESTED, finished_at=None, done=0, total=0, says="")
    return claim_run(mine)


def _refuse(campaigns: Sequence[UUID], words: str) -> None:
    while campaigns and (asked := gateway.claim_request(campaigns)):
        gateway.fail_request(asked, words)


def _serve(session: TalkSession, goes_on: GoesOn) -> None:
    """Run the engine for as long as somebody waits, or may say something more."""
    folder = artifacts() / "talk" / str(session.token)
    desk = Desk(session, folder, goes_on)
    knobs = talking_knobs(session.track)
    config = {name: knobs[name] for name in ENGINE if name in knobs}
    try:
        desk.take()
        if desk.held:
            run_engine("converse", folder, config, desk.hear, **environment_for("converse"))
    except EngineStopped:
        desk.give_back()
        finish_run(session)
    except (EngineError, OSError) as broken:
        desk.fail(BROKEN)
        fail_run(session, error=said_by(broken))
    else:
        desk.hand_in()
        desk.give_back()
        finish_run(session)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Desk:
    """What one session has in hand, between the requests and the engine's folder."""

    session: TalkSession
    folder: Path
    goes_on: GoesOn
    held: dict[str, gateway.AnswersWanted] = field(default_factory=dict)
    told: dict[str, list[str]] = field(default_factory=dict)
    last_beat: float = 0.0

    def hear(self, progress: Progress) -> bool:
        """Pass on what the engine has written and what people have said since. False: stop."""
        self.hand_in(progress.says)
        self.take()
        if time.monotonic() - self.last_beat < BEAT:
            return True
        self.last_beat = time.monotonic()
        for asked in self.held.values():
            gateway.say_written(asked, says=progress.says)
        return self.goes_on() and beat_run(self.session, says=progress.says)

    def take(self) -> None:
        """Put before the engine whatever waits in the track's campaigns."""
        track = self.session.track
        while asked := gateway.claim_request(campaigns_of(track)):
            try:
                voices = voices_for(track, asked.wanted, seed=asked.id)
            except RewardsError as refused:
                gateway.fail_request(asked, said_by(refused))
                continue
            name = str(asked.claim)
            self.held[name] = asked
            row = {"id": name, "messages": asked.messages, "voices": [v.as_json() for v in voices]}
            _put(self.folder / "asked" / f"{name}.json", row)

    def hand_in(self, says: str = "") -> None:
        """Give away what is answered, and tell how far the others are."""
        for name, asked in list(self.held.items()):
            said = _read(self.folder / "said" / f"{name}.json")
            if "answers" in said:
                del self.held[name]
                _hand_in(asked, said)
            elif said and said["texts"] != self.told.get(name):
                self.told[name] = said["texts"]
                gateway.say_written(asked, texts=self.told[name], says=says)

    def give_back(self) -> None:
        for asked in self.held.values():
            gateway.give_back_request(asked)

    def fail(self, words: str) -> None:
        for asked in self.held.values():
            gateway.fail_request(asked, words)


def _hand_in(asked: gateway.AnswersWanted, said: Mapping[str, Any]) -> None:
    if problem := restored(said["problem"]):
        gateway.fail_request(asked, problem if isinstance(problem, Sentence) else UNFIT)
        return
    answers = [
        gateway.ModelAnswer(
            messages=row["messages"],
            source=row["source"],
            sampling={**row["sampling"], "model": row["source"]},
        )
        for row in said["answers"]
    ]
    gateway.answer_request(asked, answers)


def _put(file: Path, row: Mapping[str, object]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(".part")
    aside.write_bytes(orjson.dumps(row))
    aside.replace(file)


def _read(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    return found
