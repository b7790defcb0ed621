"""How consistent raters were found to be, by the newest fit of each campaign."""

from collections.abc import Sequence
from math import fsum

from django.db.models import QuerySet

from annotate.models import Campaign, QualityReport, RaterQuality
from commons.models import RunState


def consistencies_in(campaign: Campaign) -> dict[int, float]:
    """Of the newest report, by rater; those of whom it says nothing are not there."""
    return {
        rater: eta for rater, eta in _known(campaign).values_list("rater", "consistency") if eta
    }


def consistencies_over(campaigns: Sequence[Campaign]) -> dict[int, float]:
    """The same of several campaigns. Whoever has a figure in more than one has their mean, each by
    the items that others judged too."""
    found: dict[int, list[tuple[float, int]]] = {}
    for campaign in campaigns:
        columns = _known(campaign).values_list("rater", "consistency", "doubled")
        for rater, eta, doubled in columns:
            found.setdefault(rater, []).append((eta or 0.0, max(doubled, 1)))
    return {
        rater: fsum(eta * n for eta, n in each) / sum(n for _, n in each)
        for rater, each in found.items()
    }


def are_consistencies_known(campaigns: Sequence[Campaign]) -> bool:
    """Whether anybody has a figure in any of these."""
    return any(_known(campaign).exists() for campaign in campaigns)


def _known(campaign: Campaign) -> QuerySet[RaterQuality]:
    newest = QualityReport.objects.filter(campaign=campaign, state=RunState.DONE).order_by("-pk")
    return RaterQuality.objects.filter(report__in=newest[:1], consistency__isnull=False)
