"""This week in numbers, exact at any moment."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import QuerySet, Sum
from django.utils import timezone

from annotate.models import Assignment, Campaign, CampaignPrompt, Tally
from commons.models import User

COUNTED = ("demonstrations", "rankings", "comparisons", "ties", "surplus", "skips", "imported")


@dataclass(frozen=True)
class WeekCounts:
    """What was done since Monday 00:00 UTC; imported rankings apart from our experts'."""

    demonstrations: int
    rankings: int
    comparisons: int
    ties: int
    surplus: int
    skips: int
    imported: int
    prompts: int


def week_start(today: date | None = None) -> date:
    """The Monday of the week (UTC)."""
    today = today or timezone.now().date()
    return today - timedelta(days=today.weekday())


def beginning_of(day: date | None = None) -> datetime:
    """00:00 UTC of a day, else of this week's Monday: whatever the time zone that pages are in."""
    return datetime.combine(day or week_start(), time(), tzinfo=UTC)


def week_counts(campaigns: QuerySet[Campaign], since: date | None = None) -> WeekCounts:
    """Sums over the tallies; prompts are those that entered one of the campaigns."""
    since = since or week_start()
    sums = Tally.objects.filter(campaign__in=campaigns, day__gte=since).aggregate(
        **{name: Sum(name, default=0) for name in COUNTED}
    )
    prompts = (
        CampaignPrompt.objects.filter(campaign__in=campaigns, added_at__gte=beginning_of(since))
        .values("prompt")
        .distinct()
        .count()
    )
    return WeekCounts(**sums, prompts=prompts)


@dataclass(frozen=True)
class DayCounts:
    day: date
    demonstrations: int
    comparisons: int
    rankings: int = 0


def daily_counts(campaigns: QuerySet[Campaign], days: int = 14) -> list[DayCounts]:
    """One entry for each of the last ``days`` days, today last; days without work are zero."""
    today = timezone.now().date()
    first = today - timedelta(days=days - 1)
    rows = (
        Tally.objects.filter(campaign__in=campaigns, day__gte=first)
        .values("day")
        .values_list("day")
        .annotate(written=Sum("demonstrations"), pairs=Sum("comparisons"), ranked=Sum("rankings"))
    )
    found = {row[0]: DayCounts(*row) for row in rows}
    return [
        found.get(day, DayCounts(day, 0, 0))
        for day in (first + timedelta(days=i) for i in range(days))
    ]


def submissions_of(user: User, since: date | None = None) -> int:
    """How many items a person has submitted this week."""
    return Assignment.objects.filter(
        person=user, state="submitted", closed_at__gte=beginning_of(since)
    ).count()
