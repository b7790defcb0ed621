"""Figures of a rater, of two and of a slice as cells of a table; empty where none is known."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from annotate.models import AgreementSlice, Rater, RaterPair, RaterQuality
from annotate.selectors.gold import PersonCount
from annotate.stats.bias.careless import Verdict
from annotate.views.looking import Looking
from annotate.views.tables import Cell, Found

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
    return f"{reverse('annotate:rater', args=[rater.uuid])}{looking.query}"


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
