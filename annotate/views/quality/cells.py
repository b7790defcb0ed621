"""Figures of a rater, of two and of a slice as cells of a table; empty where none is known."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from annotate.figures import Found
from annotate.models import AgreementSlice, Rater, RaterPair, RaterQuality
from annotate.selectors.gold import PersonCount
from annotate.stats.bias.careless import Verdict
from annotate.views.looking import ALL_OF_IT, Looking
from annotate.views.tables import Cell

VERDICTS = {
    Verdict.OPEN: gettext_lazy("not shown yet"),
    Verdict.ATTENTIVE: gettext_lazy("better than chance"),
    Verdict.WEAK: gettext_lazy("below what others reach"),
    Verdict.CARELESS: gettext_lazy("no better than a coin"),
}


def figure_cells(each: AgreementSlice) -> tuple[Cell, Cell, Cell]:
    found = Found(each.value, each.low, each.high)
    return Cell(found=found), Cell(each.chance), Cell(each.prompts)


def rater_link(looking: Looking, rater: Rater) -> str:
    return looking.rater(rater.uuid)


def shared(looking: Looking, one: Rater, other: Rater) -> str:
    """The one's rankings of what the other ranked too: of the whole campaign, as pairs are told."""
    return looking.explore(**ALL_OF_IT, by=str(one.uuid), beside=str(other.uuid))


def consistency_of(each: RaterQuality) -> Cell:
    if each.consistency is None:
        return Cell()
    return Cell(found=Found(each.consistency, each.consistency_low, each.consistency_high))


def estimate_of(found: Mapping[str, Any] | None) -> Cell:
    return Cell(found=Found(found["value"], found["low"], found["high"])) if found else Cell()


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
