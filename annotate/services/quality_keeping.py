"""What a fit found becomes rows beside its report, and the report what pages show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from annotate.enums import QualityMeasure
from annotate.models import (
    AgreementSlice,
    QualityReport,
    RaterPair,
    RaterPart,
    RaterQuality,
    SmallSlice,
)
from annotate.selectors.quality_rows import monday_of
from annotate.services.quality_fitting import Fitted
from annotate.stats.quality.kappas import FLAG, RATING
from annotate.stats.quality.pairs import TwoRaters, kappas_by_pair
from annotate.stats.quality.people import Person
from commons.runs import finish_run
from commons.stats.bootstrap import Estimate

LINES = 1_000  # rows written in one statement


@transaction.atomic
def keep_fit(*, report: QualityReport, found: Fitted, judged: int, mark: str) -> None:
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
    SmallSlice.objects.bulk_create(_small(report, found), batch_size=LINES)
    RaterPart.objects.bulk_create(_parts(report, found), batch_size=LINES)
    RaterPair.objects.bulk_create(_pairs(report, found), batch_size=LINES)
    report.campaign.quality_reports.filter(pk__lt=report.pk).delete()


def _slices(report: QualityReport, found: Fitted) -> Iterable[AgreementSlice]:
    for each in found.slices:
        yield AgreementSlice(
            report=report,
            measure=each.measure,
            facet=each.facet,
            **_place(found, each.facet, each.at),
            part=each.part,
            prompts=each.estimate.n,
            chance=each.chance,
            **_interval(each.estimate),
        )
    for change in found.told.changes:
        yield AgreementSlice(
            report=report,
            measure=QualityMeasure.CHANGE,
            facet=change.facet,
            **_place(found, change.facet, change.at),
            part=monday_of(change.since).isoformat(),
            prompts=change.estimate.n,
            chance=0.0,
            **_interval(change.estimate),
        )


def _place(found: Fitted, facet: str, at: Sequence[int]) -> dict[str, Any]:
    """The columns of a slice, by the names that its numbers stand for."""
    columns = dict(zip(facet.split("+"), at, strict=False))
    skills, languages = found.read.skills, found.read.languages
    return {
        "skill": skills[columns["skill"]] if "skill" in columns else "",
        "language": languages[columns["language"]] if "language" in columns else "",
        "week": monday_of(columns["week"]) if "week" in columns else None,
    }


def _small(report: QualityReport, found: Fitted) -> Iterable[SmallSlice]:
    for each in found.told.left_out:
        place = _place(found, each.facet, each.at)
        yield SmallSlice(
            report=report, facet=each.facet, **place, part=each.part, prompts=each.prompts
        )


def _parts(report: QualityReport, found: Fitted) -> Iterable[RaterPart]:
    for each in found.parts.told:
        yield RaterPart(
            report=report,
            rater_id=each.rater,
            facet=each.facet,
            **_place(found, each.facet, each.at),
            prompts=each.agreement.n,
            **_interval(each.agreement),
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


def _pairs(report: QualityReport, found: Fitted) -> Iterable[RaterPair]:
    kappas = {
        key: {name: kappas_by_pair(each) for name, each in found.kappas.pairs[facet].items()}
        for key, facet in (("kappa", RATING), ("flag_kappa", FLAG))
    }
    for each in found.pairs:
        yield RaterPair(
            report=report,
            one_id=each.one,
            other_id=each.other,
            prompts=each.agreement.n,
            figures=_beside(each, kappas),
            **_interval(each.agreement),
        )


def _beside(
    two: TwoRaters, kappas: Mapping[str, Mapping[str, Mapping[tuple[int, int], Estimate]]]
) -> dict[str, object]:
    """What two people reach beside agreement; κ of each rating and flag that both gave often
    enough."""
    both = (two.one, two.other)
    found: dict[str, object] = {"chance": two.chance}
    found |= {name: asdict(each) for name, each in two.figures.items()}
    for key, asked in kappas.items():
        found[key] = {name: asdict(each[both]) for name, each in asked.items() if both in each}
    return found


def _interval(found: Estimate) -> dict[str, float]:
    return {"value": found.value, "low": found.low, "high": found.high}
