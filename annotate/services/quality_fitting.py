"""All that one fit finds of a campaign's judgements: read once, computed, nothing written.

reading -> agreement -> raters -> habits -> findings -> machines beside people
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta

import numpy as np
from django.db.models import Sum

from annotate.models import Campaign, IntakeRollup, WantedShare
from annotate.selectors.machine_rows import machines_in
from annotate.selectors.quality_lately import Written, lately_ranked, lately_written
from annotate.selectors.quality_meeting import lately_met
from annotate.selectors.quality_rows import Read, doubled_in, monday_of
from annotate.selectors.tally import week_start
from annotate.stats.quality.doubled import Doubled
from annotate.stats.quality.evidence import Shown, shown_by
from annotate.stats.quality.findings import (
    Finding,
    Sort,
    ambiguous_flags,
    ambiguous_skills,
    findings_of_raters,
    missing_from,
)
from annotate.stats.quality.habits import (
    Lately,
    Leaning,
    hurried_in,
    leanings_in,
    longer_in,
    pasted_in,
)
from annotate.stats.quality.kappas import FLAG, RATING, KappasTold, kappas_told
from annotate.stats.quality.machines import Machine, beside_people, leaning_of
from annotate.stats.quality.meeting import meeting_of
from annotate.stats.quality.pairs import TwoRaters, pairs_of_raters
from annotate.stats.quality.parts import RaterParts, rater_parts
from annotate.stats.quality.people import LEAST, Person, people_of
from annotate.stats.quality.slices import OVERALL, Slice, Told, agreement_told, marked_alphas
from commons.stats.bootstrap import Estimate
from commons.stats.errors import StatisticsError

LOOKS_BACK = timedelta(weeks=4)  # of prompts, where the mix is looked at
ALIKE = 0.6  # of words shared: a written answer that reads like a model's
SEED = 8  # the same rows give the same intervals


@dataclass(frozen=True)
class Fitted:
    """All that one fit found."""

    read: Read
    slices: Sequence[Slice]
    told: Told
    people: Mapping[int, Person]
    shown: Mapping[int, Shown]
    pairs: Sequence[TwoRaters]
    parts: RaterParts
    kappas: KappasTold
    habits: Mapping[int, dict[str, object]]
    figures: Mapping[str, object]
    findings: Sequence[Finding]


def fitted(campaign: Campaign, *, goes_on: Callable[[str], bool]) -> Fitted | None:
    """``goes_on`` is told of each stage; None: it said that somebody else fits this now."""
    rng = np.random.default_rng(SEED)
    if not goes_on("reading"):
        return None
    read = doubled_in(campaign)
    if not goes_on("measuring agreement"):
        return None
    told = agreement_told(read.doubled, rng=rng)
    kappas = kappas_told(read.flags, read.ratings)
    alphas = marked_alphas(read.flags, read.ratings, rng=rng)
    slices = [*told.slices, *alphas, *kappas.slices()]
    if not goes_on("looking at raters"):
        return None
    doubled = read.doubled if len(read.doubled) else None
    people = people_of(doubled, read.judged, read.flags, rng=rng)
    shown = shown_by(doubled) if doubled else {}
    pairs = pairs_of_raters(doubled, rng=rng) if doubled else []
    parts = rater_parts(doubled, rng=rng) if doubled else RaterParts([], LEAST)
    if not goes_on("looking at habits"):
        return None
    lately = lately_ranked(campaign)
    leanings = leanings_in(lately) if lately else []
    habits = _habits(lately, lately_written(campaign), leanings, rng)
    findings = [*_findings(read, slices, people, shown, leanings, rng), *_holes(campaign)]
    if not goes_on("laying machines beside people"):
        return None
    figures = {
        **_figures(read, leanings, kappas),
        "few_by_week": _few_by_week(told),
        "parts": len(parts.told),
        "parts_from": parts.least,
        "meeting": _meeting(campaign),
        "machines": list(_machines(campaign, read, rng)),
    }
    return Fitted(
        read, slices, told, people, shown, pairs, parts, kappas, habits, figures, findings
    )


def _findings(
    read: Read,
    slices: Sequence[Slice],
    people: Mapping[int, Person],
    shown: Mapping[int, Shown],
    leanings: Sequence[Leaning],
    rng: np.random.Generator,
) -> Iterable[Finding]:
    whole = next(
        (each.estimate for each in slices if (each.measure, each.facet) == ("agreement", OVERALL)),
        None,
    )
    agreements = {rater: each.agreement for rater, each in people.items()}
    yield from findings_of_raters(shown, agreements, whole, leanings)
    careless = [rater for rater, each in shown.items() if each.after]
    yield from ambiguous_skills(read.doubled, read.skills, careless, rng=rng)
    yield from ambiguous_flags(read.flags, careless, rng=rng)


def _holes(campaign: Campaign) -> Iterable[Finding]:
    """Skills and languages of which too few prompts came in the last weeks."""
    since = week_start() - LOOKS_BACK
    for facet, sort in (("skill", Sort.MISSING_SKILL), ("language", Sort.MISSING_LANGUAGE)):
        wanted = WantedShare.objects.filter(campaign=campaign, facet=facet)
        rows = IntakeRollup.objects.filter(campaign=campaign, week__gte=since)
        had = dict(rows.values_list(facet).annotate(n=Sum("prompts")).order_by())
        shares = dict(wanted.values_list("value", "share"))
        yield from missing_from(shares, had, sum(had.values()), sort)


def _figures(read: Read, leanings: Sequence[Leaning], kappas: KappasTold) -> dict[str, object]:
    return {
        "doubled": len(read.doubled),
        "leanings": [asdict(each) for each in leanings if each.rater is None],
        "kappas": kappas.spreads(RATING),
        "flag_kappas": kappas.spreads(FLAG),
        "agreed": kappas.agreed(),
    }


def _few_by_week(told: Told) -> dict[str, int]:
    """How many prompts were doubled in each week that is too small for a figure, by its Monday."""
    return {monday_of(week).isoformat(): n for week, n in told.few_by_week().items()}


def _meeting(campaign: Campaign) -> dict[str, object] | None:
    """What is known between the two sources that met most: a planner asks for no vote twice."""
    met = lately_met(campaign)
    with suppress(StatisticsError):
        return asdict(meeting_of(*met)) if met else None
    return None


def _machines(
    campaign: Campaign, read: Read, rng: np.random.Generator
) -> Iterable[dict[str, object]]:
    """Each machine beside people: overall, and by skill and language. No number of people's has
    anything of it."""
    people = read.doubled
    for judge, machine in machines_in(campaign).items():
        about = {"machine": str(judge.uuid), "judged": len(machine.tasks)}
        leaning = leaning_of(machine, rng=rng)
        yield {
            **about,
            "facet": OVERALL,
            "leaning": asdict(leaning) if leaning else None,
            **_beside(people, machine, rng),
        }
        for facet, numbers, names in (
            ("skill", people.skills, read.skills),
            ("language", people.languages, read.languages),
        ):
            for at in np.unique(numbers):
                found = _beside(people.where(numbers == at), machine, rng)
                if found:
                    yield {**about, "facet": facet, "at": names[int(at)], **found}


def _beside(
    people: Doubled, machine: Machine, rng: np.random.Generator
) -> dict[str, dict[str, object]]:
    found = beside_people(people.rankings, machine, rng=rng)
    return {"beside": asdict(found)} if found else {}


def _habits(
    lately: Lately | None,
    written: Sequence[Written],
    leanings: Sequence[Leaning],
    rng: np.random.Generator,
) -> dict[int, dict[str, object]]:
    """Evidence of each rater, to be read by a person."""
    habits: dict[int, dict[str, object]] = {}
    if lately is not None:
        for rater, share in hurried_in(lately, rng=rng).items():
            habits.setdefault(rater, {})["hurried"] = asdict(share)
    for lean in leanings:
        if lean.rater is not None:
            told = {**asdict(lean.estimate), "chance": lean.chance}
            habits.setdefault(lean.rater, {})[f"leans_{lean.feature}"] = told
    for rater, share in _pasted(written, rng).items():
        habits.setdefault(rater, {})["pasted"] = asdict(share)
    for rater, longer in _verbosity(written, rng).items():
        habits.setdefault(rater, {})["verbosity"] = asdict(longer)
    for rater in {each.rater for each in written}:
        habits.setdefault(rater, {})["alike"] = _alike(written, rater)
    return habits


def _pasted(written: Sequence[Written], rng: np.random.Generator) -> dict[int, Estimate]:
    if not written:
        return {}
    return pasted_in(
        np.array([each.rater for each in written], np.int64),
        np.array([each.prompt for each in written], np.int64),
        np.array([each.typed for each in written]),
        np.array([each.pasted for each in written]),
        rng=rng,
    )


def _verbosity(written: Sequence[Written], rng: np.random.Generator) -> dict[int, Estimate]:
    """Beside others' texts of the same prompt where several people answer it, else of the same
    skill and language."""
    if not written:
        return {}
    raters, prompts = (
        np.array([getattr(each, name) for each in written], np.int64)
        for name in ("rater", "prompt")
    )
    words = np.array([each.words for each in written])
    return longer_in(raters, prompts, words, [each.alike for each in written], rng=rng)


def _alike(written: Sequence[Written], rater: int) -> dict[str, object]:
    mine = [each for each in written if each.rater == rater]
    like = sorted(
        (each for each in mine if each.likeness >= ALIKE), key=lambda each: -each.likeness
    )
    return {
        "written": len(mine),
        "alike": len(like),
        "prompts": [[each.prompt_uuid, round(each.likeness, 2)] for each in like[:5]],
    }
