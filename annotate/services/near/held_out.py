"""How many prompts of this week a campaign holds out already, and how many it wants to."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from annotate.enums import Side
from annotate.export.splits import HeldOutWeek
from annotate.models import Campaign, Prompt


def week_of(campaign: int, *, newcomers: Sequence[int]) -> HeldOutWeek | None:
    """The campaign's week as it stands, without these newcomers; None where it sets no bounds.

    Call where nobody else can settle prompts: of two who come at once the second counts the first.
    """
    at_least, at_most = Campaign.objects.values_list("held_out_at_least", "held_out_at_most").get(
        pk=campaign
    )
    if not at_least and at_most is None:
        return None
    return HeldOutWeek(at_least, at_most, taken=_taken(campaign, newcomers))


def _taken(campaign: int, newcomers: Sequence[int]) -> int:
    """By the ids from the first one of the week on, of one side: an index that is as short."""
    monday = _monday(timezone.now())
    of_the_week = Prompt.objects.filter(created_at__gte=monday).order_by("created_at", "pk")
    first = of_the_week.values_list("pk", flat=True).first()
    if first is None:
        return 0
    found = Prompt.objects.filter(
        side=Side.TEST, pk__gte=first, created_at__gte=monday, cluster=None, quarantined=False
    )
    return found.filter(intake__campaign=campaign).exclude(pk__in=newcomers).count()


def _monday(now: datetime) -> datetime:
    """When the ISO week began, in UTC."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())
