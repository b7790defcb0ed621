"""Figures of the newest report as pages show them: of slices, changes, raters, parts and pairs."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet

from annotate.enums import QualityMeasure
from annotate.models import (
    AgreementSlice,
    QualityReport,
    RaterPair,
    RaterPart,
    RaterQuality,
    SmallSlice,
)
from annotate.selectors.quality import Wanting

TREND = 12  # weeks
FACETS = ("skill", "language", "week")


def slice_of(report: QualityReport, wanting: Wanting, measure: str) -> AgreementSlice | None:
    """The figure of exactly what is looked at; None where it is undefined or too small."""
    facets = [name for name in FACETS if getattr(wanting, name)]
    found = report.slices.filter(measure=measure, facet="+".join(facets) or "overall", part="")
    return found.filter(**{name: getattr(wanting, name) for name in facets}).first()


def trend_of(report: QualityReport, wanting: Wanting, measure: str) -> list[AgreementSlice]:
    """The figure of the last weeks, the newest last; a week of too few items has none."""
    cell = wanting.cell
    facet = "+".join([*(name for name in ("skill", "language") if name in cell), "week"])
    rows = report.slices.filter(measure=measure, facet=facet, part="", **cell)
    return list(rows.order_by("-week")[:TREND])[::-1]


def change_of(report: QualityReport, wanting: Wanting) -> AgreementSlice | None:
    """Agreement in the week that is looked at, else in the newest that has a figure, less that in
    the one before it that has one; None where there is no such week."""
    cell = wanting.cell
    facet = "+".join([*(name for name in ("skill", "language") if name in cell), "week"])
    rows = report.slices.filter(facet=facet, measure=QualityMeasure.CHANGE, **cell)
    if wanting.week:
        rows = rows.filter(week=wanting.week)
    return rows.order_by("-week").first()  # each week with a figure has one, but the first


def slices_beside(
    report: QualityReport, wanting: Wanting, measures: Sequence[str], facet: str
) -> QuerySet[AgreementSlice]:
    """By a facet, within whatever else the page is narrowed to."""
    named, fixed = _beside(wanting, facet)
    return slices_by(report, measures, named).filter(**fixed)


def slices_by(
    report: QualityReport, measures: Sequence[str], facet: str
) -> QuerySet[AgreementSlice]:
    rows = report.slices.filter(measure__in=measures, facet=facet)
    return rows.order_by("skill", "language", "week", "part")


def small_beside(report: QualityReport, wanting: Wanting, facet: str) -> QuerySet[SmallSlice]:
    """By the same facet those that are too small for a figure."""
    named, fixed = _beside(wanting, facet)
    rows = report.small_slices.filter(facet=named, **fixed)
    return rows.order_by("skill", "language", "week", "part")


def _beside(wanting: Wanting, facet: str) -> tuple[str, dict[str, Any]]:
    if facet not in FACETS:
        return facet, {}
    fixed = {name: said for name in FACETS if name != facet and (said := getattr(wanting, name))}
    return "+".join(name for name in FACETS if name == facet or name in fixed), fixed


def raters_in(report: QualityReport) -> QuerySet[RaterQuality]:
    """Those of whom least can be relied on first; of whom nothing is known last."""
    return report.raters.select_related("rater__user").order_by(
        F("consistency").asc(nulls_last=True), "-doubled", "pk"
    )


def parts_in(report: QualityReport, wanting: Wanting) -> QuerySet[RaterPart]:
    """How far raters agree with others in what is looked at, those who do least first; of a rater
    with too few such prompts nothing is known."""
    fixed = {name: said for name in FACETS if (said := getattr(wanting, name))}
    rows = report.rater_parts.filter(facet="+".join(fixed), **fixed)
    return rows.select_related("rater__user").order_by("value", "pk")


def parts_of(
    report: QualityReport, rater: int, wanting: Wanting, facet: str
) -> QuerySet[RaterPart]:
    """Of one rater by a facet, within whatever else is looked at."""
    named, fixed = _beside(wanting, facet)
    rows = report.rater_parts.filter(rater=rater, facet=named, **fixed)
    return rows.order_by("skill", "language", "week")


def pairs_in(report: QualityReport) -> QuerySet[RaterPair]:
    """Who agree least first."""
    return report.pairs.select_related("one__user", "other__user").order_by("value", "pk")


def pairs_with(report: QualityReport, rater: int) -> QuerySet[RaterPair]:
    return pairs_in(report).filter(Q(one=rater) | Q(other=rater))
