"""A person’s own work of late: each day, and what training told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from annotate.enums import AssignmentState, LanePurpose
from annotate.models import Assignment, GoldResult
from annotate.selectors.tally import beginning_of, week_start
from commons.models import User

TALL = 32.0
TOLD = 5  # items of training that are named


@dataclass(frozen=True)
class DayOfWork:
    day: date
    items: int
    height: float  # of its bar, the busiest day of the week being TALL
    is_future: bool

    @property
    def top(self) -> float:
        return TALL - self.height


def days_of(user: User) -> list[DayOfWork]:
    """What a person handed in on each day (UTC) of this week, Monday first."""
    monday, today = week_start(), timezone.now().date()
    handed_in = Assignment.objects.filter(
        person=user, state=AssignmentState.SUBMITTED, closed_at__gte=beginning_of(monday)
    )
    by_day = handed_in.annotate(day=TruncDate("closed_at", tzinfo=UTC)).values_list("day")
    found = dict(by_day.annotate(items=Count("pk")).order_by())
    most = max(found.values(), default=0) or 1
    days = [monday + timedelta(days=at) for at in range(7)]
    return [
        DayOfWork(day, items := found.get(day, 0), TALL * items / most, day > today) for day in days
    ]


@dataclass(frozen=True)
class Training:
    """What a person was told of their items of training: pairs ordered as they should be.

    A tie against a preference counts as half a pair.
    """

    items: int
    agreed: float
    compared: int
    newest: Sequence[GoldResult]

    @property
    def percent(self) -> int:
        return round(100 * self.agreed / self.compared)


def training_of(user: User) -> Training | None:
    """This week's; None where there was none. Nothing of what checks a person in silence."""
    told = GoldResult.objects.filter(
        person=user, gold__purpose=LanePurpose.PRACTICE, at__gte=beginning_of(week_start())
    )
    results = list(
        told.select_related("assignment__task__prompt", "gold__campaign").order_by("-at", "-pk")
    )
    if not results:
        return None
    return Training(
        items=len(results),
        agreed=sum(each.agreed for each in results),
        compared=sum(each.compared for each in results),
        newest=results[:TOLD],
    )
