"""What a fit found becomes rows beside its report, and the report what pages show."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from django.db import transaction

from annotate.models import AgreementSlice, QualityReport, RaterPair, RaterQuality
from annotate.selectors.quality_rows import monday_of
from annotate.services.quality_fitting import Fitted
from annotate.stats.quality.people import Person, TwoRaters
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
