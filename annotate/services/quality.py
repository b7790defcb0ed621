"""How good a campaign's judgements are, fitted behind the work.

    roll_up -> is enough new? -> request_quality -> claim_quality -> fit_quality

A fit reads what it is about once, computes, and writes everything in the transaction that ends its
run: pages see the whole of one fit or the whole of the one before. It is safe to fit twice, and a
fit whose worker died is claimed anew.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from annotate.models import (
    AgreementSlice,
    Campaign,
    IntakeRollup,
    QualityReport,
    RaterPair,
    RaterQuality,
    RollupMark,
    WantedShare,
    WorkRollup,
)
from annotate.selectors.quality_lately import Written, lately_ranked, lately_written
from annotate.selectors.quality_rows import Read, doubled_in, monday_of
from annotate.selectors.rollup_rows import PROMPTS
from annotate.selectors.tally import week_start
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
    pasted_in,
)
from annotate.stats.quality.people import (
    Person,
    TwoRaters,
    kappas_of,
    pairs_of_raters,
    people_of,
)
from annotate.stats.quality.slices import OVERALL, Slice, marked_alphas, slices_of
from commons.models import RunState
from commons.runs import beat_run, claim_run, fail_run, finish_run
from commons.stats.bootstrap import Estimate
from commons.stats.errors import StatisticsError

ENOUGH, MORE = 50, 0.05  # new judgements, and of those that were there, that are worth a new fit
NIGHT = timedelta(hours=24)  # after it whatever has changed is worth one
STAGE = timedelta(minutes=15)
LOOKS_BACK = timedelta(weeks=4)  # of prompts, where the mix is looked at
ALIKE = 0.6  # of words shared: a written answer that reads like a model's
SEED = 8  # the same rows give the same intervals
LINES = 1_000  # rows written in one statement


@dataclass(frozen=True)
class Fitted:
    """All that one fit found."""

    read: Read
    slices: Sequence[Slice]
    people: Mapping[int, Person]
    shown: Mapping[int, Shown]
    pairs: Sequence[TwoRaters]
    habits: Mapping[int, dict[str, object]]
    figures: Mapping[str, object]
    findings: Sequence[Finding]


def request_quality(*, campaign: Campaign) -> QualityReport:
    """Ask for a new fit; where one waits or runs already it is that one."""
    waiting = QualityReport.objects.filter(
        campaign=campaign, state__in=[RunState.REQUESTED, RunState.RUNNING]
    )
    try:
        with transaction.atomic():
            return waiting.first() or QualityReport.objects.create(campaign=campaign)
    except IntegrityError:  # somebody else has just asked
        return waiting.get()


def is_quality_due(campaign: Campaign) -> bool:
    """Whether so much was judged since the last fit that its figures may be other ones, or anything
    at all since yesterday. Of roll-ups: they come first."""
    judged, mark = judged_by_now(campaign)
    last = campaign.quality_reports.order_by("-pk").first()
    if last is None:
        return judged > 0
    if not last.is_over or (last.mark == mark and last.state == RunState.DONE):
        return False
    ended = last.finished_at or last.requested_at
    if timezone.now() - ended > NIGHT:
        return True
    return last.state == RunState.DONE and judged - last.judged >= max(ENOUGH, MORE * last.judged)


def judged_by_now(campaign: Campaign) -> tuple[int, str]:
    """How many judgements are rolled up, and a mark of which."""
    sums = WorkRollup.objects.filter(campaign=campaign).aggregate(
        work=Sum("judgements", default=0), late=Sum("surplus", default=0)
    )
    marks = RollupMark.objects.filter(campaign=campaign).exclude(of=PROMPTS)
    said = "\n".join(f"{of} {week} {mark}" for of, week, mark in sorted(_rows(marks)))
    return sums["work"] + sums["late"], hashlib.sha256(said.encode()).hexdigest()


def _rows(marks: Any) -> list[tuple[str, date, str]]:
    return list(marks.values_list("of", "week", "mark"))


def claim_quality(campaign: Campaign | None = None) -> QualityReport | None:
    """Take a fit that waits, or whose worker died."""
    reports = QualityReport.objects.select_related("campaign")
    return claim_run(reports if campaign is None else reports.filter(campaign=campaign))


def fit_quality(*, report: QualityReport) -> None:
    """Compute a claimed report, and let it be what pages show."""
    judged, mark = judged_by_now(report.campaign)
    try:
        found = _fitted(report)
    except StatisticsError as undefined:
        fail_run(report, error=f"{undefined} It is tried again tomorrow.")
        return
    if found is not None:
        _keep(report, found, judged=judged, mark=mark)


def _goes_on(report: QualityReport, *, says: str) -> bool:
    """Beat for the whole stage that comes: a fit of a million rankings computes for minutes in one
    piece. Nobody waits for it, so that a dead worker's is claimed that much later does no harm."""
    if not beat_run(report, says=says):
        return False
    held = QualityReport.objects.filter(pk=report.pk, state=RunState.RUNNING, token=report.token)
    return held.update(heartbeat_at=timezone.now() + STAGE) == 1


def _fitted(report: QualityReport) -> Fitted | None:
    """None: somebody else holds the report now."""
    campaign, rng = report.campaign, np.random.default_rng(SEED)
    if not _goes_on(report, says="reading"):
        return None
    read = doubled_in(campaign)
    if not _goes_on(report, says="measuring agreement"):
        return None
    slices = [*slices_of(read.doubled, rng=rng), *marked_alphas(read.flags, read.ratings, rng=rng)]
    if not _goes_on(report, says="looking at raters"):
        return None
    doubled = read.doubled if len(read.doubled) else None
    people = people_of(doubled, read.flags, rng=rng) if doubled else {}
    shown = shown_by(doubled) if doubled else {}
    pairs = pairs_of_raters(doubled, rng=rng) if doubled else []
    if not _goes_on(report, says="looking at habits"):
        return None
    lately = lately_ranked(campaign)
    leanings = leanings_in(lately) if lately else []
    habits = _habits(lately, lately_written(campaign), leanings, rng)
    findings = [*_findings(read, slices, people, shown, leanings, rng), *_holes(campaign)]
    figures = _figures(read, leanings)
    return Fitted(read, slices, people, shown, pairs, habits, figures, findings)


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


def _figures(read: Read, leanings: Sequence[Leaning]) -> dict[str, object]:
    kappas = {name: kappas_of(said) for name, said in read.ratings.items()}
    return {
        "doubled": len(read.doubled),
        "leanings": [asdict(each) for each in leanings if each.rater is None],
        "kappas": {
            name: {
                "pairs": len(found.values),
                "median": float(np.median(found.values)),
                "lowest": float(found.values.min()),
                "highest": float(found.values.max()),
            }
            for name, found in kappas.items()
            if found is not None and len(found.values)
        },
    }


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


@transaction.atomic
def _keep(report: QualityReport, found: Fitted, *, judged: int, mark: str) -> None:
    """Write the rows beside the report and end it; the reports before it go."""
    done = finish_run(
        report,
        judged=judged,
        mark=mark,
        figures=dict(found.figures),
        findings=[each.as_json() for each in found.findings],
        says="",
    )
    if not done:
        return
    AgreementSlice.objects.bulk_create(_slices(report, found), batch_size=LINES)
    RaterQuality.objects.bulk_create(_raters(report, found), batch_size=LINES)
    RaterPair.objects.bulk_create(_pairs(report, found.pairs), batch_size=LINES)
    report.campaign.quality_reports.filter(pk__lt=report.pk).delete()


def _slices(report: QualityReport, found: Fitted) -> Iterable[AgreementSlice]:
    skills, languages = found.read.skills, found.read.languages
    for each in found.slices:
        columns = dict(zip(each.facet.split("+"), each.at, strict=False))
        week = columns.get("week")
        yield AgreementSlice(
            report=report,
            measure=each.measure,
            facet=each.facet,
            skill=skills[columns["skill"]] if "skill" in columns else "",
            language=languages[columns["language"]] if "language" in columns else "",
            week=None if week is None else monday_of(week),
            part=each.part,
            prompts=each.estimate.n,
            chance=each.chance,
            **_interval(each.estimate),
        )


def _raters(report: QualityReport, found: Fitted) -> Iterable[RaterQuality]:
    for rater in sorted(found.people.keys() | found.habits.keys()):
        person, shown = found.people.get(rater, Person()), found.shown.get(rater)
        eta = person.consistency
        figures: dict[str, object] = dict(found.habits.get(rater, {}))
        if person.agreement:
            figures["agreement"] = asdict(person.agreement)
        if person.flags:
            figures["flags"] = {name: asdict(each) for name, each in person.flags.items()}
        if shown:
            figures["shown"] = {"capital": min(shown.capital, 1e12), "after": shown.after}
        yield RaterQuality(
            report=report,
            rater_id=rater,
            doubled=person.doubled,
            consistency=eta.value if eta else None,
            consistency_low=eta.low if eta else None,
            consistency_high=eta.high if eta else None,
            verdict=shown.verdict.value if shown else "",
            figures=figures,
        )


def _pairs(report: QualityReport, found: Sequence[TwoRaters]) -> Iterable[RaterPair]:
    for each in found:
        yield RaterPair(
            report=report,
            one_id=each.one,
            other_id=each.other,
            prompts=each.agreement.n,
            **_interval(each.agreement),
        )


def _interval(found: Estimate) -> dict[str, float]:
    return {"value": found.value, "low": found.low, "high": found.high}
