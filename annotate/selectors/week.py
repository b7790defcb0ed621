"""A person’s own work of late: each day, how far others see it alike, and what training told."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, timedelta

import numpy as np
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from annotate.enums import AssignmentState, CountsAs, Kind, LanePurpose
from annotate.models import Assignment, GoldResult, Ranking
from annotate.selectors.standing import STANDS
from annotate.selectors.tally import beginning_of, week_start
from commons.models import User
from commons.stats.agreement import Order, TieRule, pairwise_agreement
from commons.stats.bootstrap import Estimate
from commons.stats.errors import NotEnoughOverlap

TALL = 32.0
WEEKS = 4  # one alone has too few items that two people judged
LATELY = 200  # of these the newest are compared
ENOUGH = 20  # items that somebody else judged too: below, an interval says nothing
COUNTED = (CountsAs.WORK, CountsAs.HELD_OUT)
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


@dataclass(frozen=True)
class Agreement:
    """How often somebody else orders two answers as this person does; ``estimate`` is None while
    fewer than ``wanted`` items were judged by both."""

    shared: int
    wanted: int
    estimate: Estimate | None

    @property
    def missing(self) -> int:
        return self.wanted - self.shared

    @property
    def percent(self) -> tuple[int, int, int]:
        """The value and its interval, rounded."""
        assert self.estimate is not None  # asked for only where it is known
        found = (self.estimate.value, self.estimate.low, self.estimate.high)
        one, low, high = (round(100 * each) for each in found)
        return one, low, high


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


def agreement_of(user: User) -> Agreement:
    """With the first other person who ranked the same item, over the newest of four weeks.

    A tie against a preference is half an agreement. Of each item one other is taken, so that an
    item counts once however many judged it.
    """
    pairs = _judged_by_two(user)
    estimate = None
    if len(pairs) >= ENOUGH:
        rng = np.random.default_rng(user.pk)  # the same interval whenever the page is drawn
        with suppress(NotEnoughOverlap):  # who ranks one answer each has no pair in common
            estimate = pairwise_agreement(pairs, ties=TieRule.HALF, rng=rng)
    return Agreement(shared=len(pairs), wanted=ENOUGH, estimate=estimate)


def _judged_by_two(user: User) -> Mapping[str, Sequence[Order]]:
    """Per item a person's own order and somebody else's."""
    since = timezone.now() - timedelta(weeks=WEEKS)
    tasks = list(
        Assignment.objects.filter(
            person=user,
            state=AssignmentState.SUBMITTED,
            closed_at__gte=since,
            task__kind=Kind.RANK,
        )
        .order_by("-closed_at")
        .values_list("task", flat=True)[:LATELY]
    )
    standing = Ranking.objects.filter(
        STANDS, assignment__task__in=tasks, current=True, counts_as__in=COUNTED
    ).order_by("assignment")
    mine: dict[int, Order] = {}
    others: dict[int, Order] = {}
    rows = standing.values_list("assignment__task", "assignment__person", "tiers")
    for task, person, tiers in rows:
        (mine if person == user.pk else others).setdefault(task, tiers)
    return {str(task): [mine[task], others[task]] for task in mine.keys() & others.keys()}


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
