"""Figures of a rater, of two and of a slice as cells of a table; empty where none is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.enums import Agreement, Counting, QualityMeasure
from annotate.figures import Found
from annotate.models import AgreementSlice, QualityReport, Rater, RaterPair, RaterQuality
from annotate.selectors.gold import PersonCount
from annotate.stats.bias.careless import Verdict
from annotate.views.looking import ALL_OF_IT, Looking
from annotate.views.tables import Cell, Column

BESIDE = (QualityMeasure.TAU, QualityMeasure.ALPHA, QualityMeasure.W)  # pairwise agreement
VERDICTS = {
    Verdict.OPEN: gettext_lazy("not shown yet"),
    Verdict.ATTENTIVE: gettext_lazy("better than chance"),
    Verdict.WEAK: gettext_lazy("below what others reach"),
    Verdict.CARELESS: gettext_lazy("no better than a coin"),
}
KAPPAS: dict[str, object] = {
    "kappa": "κ: %(name)s",
    "flag_kappa": gettext_lazy("κ of a flag: %(name)s"),
}


@dataclass(frozen=True)
class Asked:
    """A question about an answer; ``kept`` is where a pair of raters keeps its κ."""

    kept: str
    name: str


def figure_cells(each: AgreementSlice, link: str = "") -> tuple[Cell, Cell, Cell]:
    """``link`` leads to the rankings of the prompts that it is of."""
    found = Found(each.value, each.low, each.high)
    return Cell(found=found), Cell(each.chance), Cell(each.prompts, link)


def doubled(looking: Looking, **asked: str) -> str:
    """The rankings that count and that others made too."""
    shared = {"sort": Counting.COUNTED, "agreement": Agreement.SHARED}
    return looking.doubled(**{**shared, **asked})


def rater_link(looking: Looking, rater: Rater) -> str:
    return looking.rater(rater.uuid)


def shared(looking: Looking, one: Rater, other: Rater) -> str:
    """The one's rankings of what the other ranked too: of the whole campaign, as pairs are told."""
    return looking.explore(**ALL_OF_IT, by=str(one.uuid), beside=str(other.uuid))


def shared_with_others(looking: Looking, rater: Rater, **asked: str) -> str:
    """Their rankings that count and that others made too."""
    shared = {"sort": Counting.COUNTED, "agreement": Agreement.SHARED}
    return looking.doubled(**{**shared, **asked, "by": str(rater.uuid)})


def fitted(looking: Looking, **asked: str) -> str:
    """What leanings are fitted of, the newest first: the first 20,000 of the list."""
    return looking.explore(**ALL_OF_IT, sort=Counting.FITTED, **asked)


def consistency_of(each: RaterQuality) -> Cell:
    if each.consistency is None:
        return Cell()
    return Cell(found=Found(each.consistency, each.consistency_low, each.consistency_high))


def estimate_of(found: Mapping[str, Any] | None, link: str = "") -> Cell:
    if not found:
        return Cell()
    return Cell(link=link, found=Found(found["value"], found["low"], found["high"]))


def checks_of(found: PersonCount | None) -> Cell:
    """How far a person orders silent checks as they should be."""
    return Cell(found=Found(found.agreement, found.low, found.high)) if found else Cell()


def verdict_of(each: RaterQuality) -> Cell:
    if not each.verdict:
        return Cell()
    verdict = Verdict(each.verdict)
    badge = {Verdict.CARELESS: "bad", Verdict.WEAK: "wait", Verdict.ATTENTIVE: "good"}
    return Cell(str(VERDICTS[verdict]), badge=badge.get(verdict, ""))


def agree_of(each: RaterPair) -> Cell:
    return Cell(found=Found(each.value, each.low, each.high))


def pair_columns(asked: Sequence[Asked]) -> tuple[Column, ...]:
    """Of what two raters reach, from agreement on; κ of each question that two people answered."""
    return (
        Column(_("Agree"), is_drawn=True),
        Column(_("By chance"), is_number=True),
        Column(_("Prompts"), is_number=True),
        *(Column(str(each.label)) for each in BESIDE),
        *(Column(str(KAPPAS[each.kept]) % {"name": each.name}) for each in asked),
    )


def pair_cells(each: RaterPair, link: str, asked: Sequence[Asked]) -> tuple[Cell, ...]:
    return (
        agree_of(each),
        Cell(each.figures.get("chance")),
        Cell(each.prompts, link),
        *(estimate_of(each.figures.get(measure)) for measure in BESIDE),
        *(estimate_of(each.figures.get(one.kept, {}).get(one.name)) for one in asked),
    )


def asked_in(report: QualityReport) -> list[Asked]:
    """Questions of which κ of some two raters is known."""
    places = {"kappas": "kappa", "flag_kappas": "flag_kappa"}
    return [
        Asked(kept, name)
        for place, kept in places.items()
        for name in report.figures.get(place, {})
    ]
