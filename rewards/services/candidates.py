"""A week's candidates: which prompts are answered, by whom, and what becomes of the answers.

    short of candidates -> drawn, with chances -> runs of bounded size -> weighed -> kept -> tasks

What is drawn is written down once, so that a worker that comes later goes on with the same prompts.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import orjson
from django.db import transaction

from annotate import gateway
from annotate.gateway import CandidateText, PromptText
from commons.artifacts import atomic_file
from commons.sentences import sentence as _
from rewards.enums import Stage
from rewards.errors import RewardsError, TrackNotReady
from rewards.mix import Role
from rewards.models import Cycle, EngineRun, Track
from rewards.selectors.reward_model import ensemble_of, ensemble_that_scored
from rewards.selectors.score import disagreement_by_label
from rewards.selectors.track import campaigns_answered, campaigns_of, tracks_beside
from rewards.services.disagreement import disagreements
from rewards.services.folders import draw_of
from rewards.services.knobs import knobs_for
from rewards.services.run import Listener, silent
from rewards.services.scored import ToScore
from rewards.services.voices import Choir, choir_for_candidates
from rewards.stats.choosing import answer_weights, draw_prompts, prompt_sizes

AT_ONCE = 2000  # prompts of one run of the engine
TOLD = 500  # answers between two signs of life
POLICY = "policy:"  # begins the source of what a policy of ours wrote
COMPARED = frozenset({Role.PROMOTED, Role.CANDIDATE})
# Settings of the stage that are read here, and those that are the engine's.
OURS = ("prompts", "answers", "at_random", "mix", "temperatures", "top_p", "max_new_tokens")
ENGINE = ("rows", "cache_tokens", "concurrency", "timeout", "tries", "served_within", "seed")

Row = Mapping[str, Any]  # a line of what the engine wrote


@dataclass(frozen=True)
class Budget:
    """What a track spends on candidates in a week."""

    prompts: int
    answers: int
    at_random: float

    @classmethod
    def of(cls, track: Track) -> "Budget":
        """As the track's settings have it; refuses by name what is no number of its kind."""
        knobs = knobs_for(track, Stage.ANSWERING)
        _refuse_unknown(track, knobs)
        for name, most in (("prompts", 1_000_000), ("answers", 16)):
            value = knobs[name]
            if type(value) is not int or not 1 <= value <= most:
                raise TrackNotReady(
                    _(
                        "%(track)s: '%(name)s' of “answering” must be a whole number, 1 to "
                        "%(most)s.",
                        track=track.name,
                        name=name,
                        most=most,
                    )
                )
        share = knobs["at_random"]
        if type(share) not in (int, float) or not 0 < share <= 1:  # type: ignore[operator]  # is one
            raise TrackNotReady(
                _(
                    "%(track)s: 'at_random' of “answering” must be above 0 and at most 1.",
                    track=track.name,
                )
            )
        return cls(knobs["prompts"], knobs["answers"], share)  # type: ignore[arg-type]  # as checked


def _refuse_unknown(track: Track, knobs: Mapping[str, object]) -> None:
    known = (*OURS, *ENGINE)
    for name in knobs:
        if name not in known:
            raise TrackNotReady(
                _(
                    "%(track)s: %(name)s of “answering” is unknown; the names are %(names)s.",
                    track=track.name,
                    name=repr(name),
                    names=", ".join(known),
                )
            )


def chosen_prompts(cycle: Cycle, tell: Listener = silent) -> list[UUID]:
    """The prompts that a cycle has answered, drawn once and written down with their chances."""
    if not draw_of(cycle).exists():
        _write_draw(cycle)
    drawn = _drawn(cycle)
    # From the file, and each time: whoever wrote it may have died before the rows had them.
    gateway.keep_chances(
        campaigns_of(cycle.track),
        drawn,
        heard=lambda done: tell(_("choosing prompts"), done, len(drawn)),
    )
    return list(drawn)


def _drawn(cycle: Cycle) -> dict[UUID, float]:
    rows = [orjson.loads(line) for line in draw_of(cycle).read_bytes().splitlines()]
    return {UUID(row["prompt"]): row["chance"] for row in rows}


def _write_draw(cycle: Cycle) -> None:
    """Draw, and write it down.

    Tracks that share a campaign draw one after the other, and none draws what an open cycle of
    another one has drawn: a prompt's place in a campaign has one chance, which is that of one draw.
    Where no track is beside it nobody waits for anybody, and no lock is held: SQLite has only one.
    """
    beside = tracks_beside(cycle.track)
    with transaction.atomic() if beside else nullcontext():
        if beside:
            both = [cycle.track.pk, *(each.pk for each in beside)]
            list(Track.objects.select_for_update().filter(pk__in=both).order_by("pk"))
        taken = {prompt for other in _open_draws(beside) for prompt in _drawn(other)}
        with atomic_file(draw_of(cycle)) as out:
            for prompt, chance in _draw(cycle, taken).items():
                out.write(orjson.dumps({"prompt": str(prompt), "chance": chance}) + b"\n")


def _open_draws(tracks: Sequence[Track]) -> list[Cycle]:
    """The open cycles of these tracks that have drawn their prompts."""
    found = Cycle.objects.filter(track__in=tracks, closed_at=None)
    return [each for each in found if draw_of(each).exists()]


def _draw(cycle: Cycle, taken: Collection[UUID]) -> dict[UUID, float]:
    """This week's prompts with their chances; the same for the same cycle and prompts."""
    track = cycle.track
    short = [
        each
        for each in gateway.prompts_to_answer(campaigns_answered(track))
        if each.id not in taken
    ]
    known = disagreement_by_label(ensemble_that_scored(track))
    sizes = prompt_sizes(
        [each.near for each in short], [known.get((each.skill, each.language)) for each in short]
    )
    budget = Budget.of(track)
    rng = np.random.default_rng(cycle.uuid.int)
    drawn = draw_prompts(sizes, budget.prompts, at_random=budget.at_random, rng=rng)
    return {short[at].id: chance for at, chance in zip(drawn.places, drawn.chances, strict=True)}


def engine_settings(track: Track) -> dict[str, object]:
    """What of the stage's settings is for the engine."""
    knobs = knobs_for(track, Stage.ANSWERING)
    return {name: knobs[name] for name in ENGINE if name in knobs}


def write_wanted(file: Path, prompts: Sequence[PromptText], track: Track) -> Path:
    """Put prompts before the engine, each with those who are to answer it."""
    choir: Choir = choir_for_candidates(track)
    answers = Budget.of(track).answers
    with atomic_file(file) as out:
        for prompt in prompts:
            voices = choir.voices(answers, seed=prompt.id)
            row = {
                "id": str(prompt.id),
                "messages": prompt.messages,
                "voices": [voice.as_json() for voice in voices],
            }
            out.write(orjson.dumps(row) + b"\n")
    return file


def keep_answers(
    run: EngineRun, prompts: Sequence[PromptText], *, track: Track, tell: Listener = silent
) -> int:
    """Keep what a run wrote as candidates, each weighed by what its judgement would teach."""
    rows = list(answers_in(run))
    return gateway.add_candidates(_told(_weighed(rows, prompts, track, tell), len(rows), tell))


def _told(answers: Iterable[CandidateText], total: int, tell: Listener) -> Iterator[CandidateText]:
    """The same, and a sign of life now and then."""
    for done, answer in enumerate(answers):
        if done % TOLD == 0:
            tell(_("keeping answers"), done, total)
        yield answer


def answers_in(run: EngineRun) -> Iterator[Row]:
    """The answers of a run; what was dropped stays where it is."""
    with Path(str(run.config["out"])).open("rb") as lines:
        for line in lines:
            row = orjson.loads(line)
            if "messages" in row:
                yield row


def _weighed(
    rows: Sequence[Row], prompts: Sequence[PromptText], track: Track, tell: Listener
) -> Iterator[CandidateText]:
    of_prompt: dict[str, list[Row]] = {}
    for row in rows:
        of_prompt.setdefault(row["prompt"], []).append(row)
    shown = gateway.answers_shown(campaigns_answered(track))
    many = [name for name, theirs in of_prompt.items() if len(theirs) > shown]
    spreads = _spreads([(name, of_prompt[name]) for name in many], prompts, track, tell)
    for name, theirs in of_prompt.items():
        needed = [row["sampling"].get("role") in COMPARED for row in theirs]
        weights = [1.0] * len(theirs)
        if name in spreads:
            weights = answer_weights(spreads[name], needed)
        for row, weight in zip(theirs, weights, strict=True):
            yield candidate_of(row, weight)


def _spreads(
    asked: Sequence[tuple[str, list[Row]]],
    prompts: Sequence[PromptText],
    track: Track,
    tell: Listener,
) -> dict[str, list[float | None]]:
    """How far the track's ensemble disagrees about each answer, where more are there than shown.

    Unknown where there is no ensemble, or it cannot score now: no reason to lose the answers.
    """
    unknown: dict[str, list[float | None]] = {name: [None] * len(rows) for name, rows in asked}
    ensemble = ensemble_of(track) if asked else []
    if not ensemble:
        return unknown
    texts = {str(each.id): each.messages for each in prompts}
    to_score = [ToScore(texts[name], [row["messages"] for row in rows]) for name, rows in asked]
    try:
        spreads = disagreements(ensemble, to_score, tell=tell)
    except RewardsError as refused:
        tell(str(refused), 0, 0)
        return unknown
    return {name: theirs for (name, _), theirs in zip(asked, spreads, strict=True)}


def candidate_of(row: Row, weight: float) -> CandidateText:
    """An answer of the engine's as a candidate that is wanted so much."""
    sampling = dict(row["sampling"])
    if not sampling.get("server") or row["source"].startswith(POLICY):
        sampling["model"] = row["source"]  # its id, not its folder
    return CandidateText(
        prompt=UUID(row["prompt"]),
        messages=row["messages"],
        source=row["source"],
        sampling=sampling,
        weight=weight,
    )
