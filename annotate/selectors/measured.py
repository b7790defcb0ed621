"""How much people did: items, and time at work as their pages measured it, within what is possible.

A page sends whatever it likes, so no judgement is given more time than lay between its showing and
its handing in by the server's clock. Of a change afterwards: than lay between the two hand-ins.
Whoever sends nothing has no time. Tenths of a second are whole numbers: nothing is rounded later.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigIntegerField,
    Count,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, TruncDate
from django.db.models.sql.compiler import SQLCompiler

from annotate.enums import Kind, LanePurpose, Origin, PaidKind, ReviewState
from annotate.models import (
    Campaign,
    Demonstration,
    DoneRollup,
    Ranking,
    Review,
    RollupTime,
    Voided,
)
from annotate.selectors.carrying import arrived_at
from annotate.selectors.submission import IS_IDEAL
from annotate.selectors.tally import beginning_of
from commons.models import User

Kept = type[Ranking] | type[Demonstration]
Key = tuple[int, date, str]  # person, day and kind


class Done(NamedTuple):
    """What one person did of one kind on one day (UTC). The voided part is in the whole."""

    person: int
    day: date
    kind: str
    items: int
    tenths: int
    voided_items: int = 0
    voided_tenths: int = 0


KEY = Done._fields[:3]


class Tenths(Func):
    """Tenths of a second at work: what was measured, and at most what lay between two moments.

    ``before`` is when the revision before this one was made.
    """

    output_field = BigIntegerField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        sql, given = self._as(compiler, SQLITE)
        return sql, tuple(given)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, list[Any]]:
        return self._as(compiler, POSTGRESQL)

    def _as(self, compiler: SQLCompiler, template: str) -> tuple[str, list[Any]]:
        """All arguments but ``before`` are columns, so each of them may stand there twice."""
        names = ("effort", "revision", "shown", "taken", "made", "before")
        compiled = [compiler.compile(each) for each in self.get_source_expressions()]
        columns = [sql for sql, _ in compiled]
        return template.format(**dict(zip(names, columns, strict=True))), list(compiled[-1][1])


POSTGRESQL = """CASE WHEN jsonb_typeof({effort} -> 'active_seconds') = 'number' THEN
GREATEST(0, LEAST(
    ROUND(({effort} ->> 'active_seconds')::numeric * 10),
    FLOOR(EXTRACT(EPOCH FROM {made}
        - CASE WHEN {revision} > 1 THEN {before} ELSE COALESCE({shown}, {taken}) END) * 10)
))::bigint ELSE 0 END"""

SQLITE = """CASE WHEN json_type({effort}, '$.active_seconds') IN ('integer', 'real') THEN
CAST(MAX(0, MIN(
    ROUND(json_extract({effort}, '$.active_seconds') * 10),
    (julianday({made})
        - julianday(CASE WHEN {revision} > 1 THEN {before} ELSE COALESCE({shown}, {taken}) END))
        * 864000 + 0.01
)) AS INTEGER) ELSE 0 END"""


def tenths_of(model: Kept) -> Tenths:
    """Of a change, no more than passed since what it changed was made: not once more since the
    first hand-in."""
    earlier = model._default_manager.filter(
        root=OuterRef("root"), revision=OuterRef("revision") - 1
    )
    return Tenths(
        F("effort"),
        F("revision"),
        F("assignment__shown_at"),
        F("assignment__taken_at"),
        F("created_at"),
        Subquery(earlier.values("created_at")),
    )


def done_in(
    campaign: Campaign,
    *,
    since: date | None = None,
    until: date | None = None,
    person: User | None = None,
    people: QuerySet[Any, Any] | None = None,
) -> list[Done]:
    """What people handed in from one day until before another, by person, day and kind.

    Silent checks and training are among it: who could tell them by their pay would be checked no
    more. Tests are not; what was skipped is not. An ideal answer is part of its ranking. What was
    done before the campaign came from another installation is owed there.
    """
    wanted = Q(origin=Origin.WORK) & _within(campaign, "created_at", since, until)
    if person is not None:
        wanted &= Q(rater__user=person)
    if people is not None:
        wanted &= Q(rater__user__in=people)
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    _add(sums, wanted, at=0)
    if campaign.voids.filter(undone_at__isnull=True).exists():
        voided = Voided.objects.filter(stands=True, void__campaign=campaign).values("root")
        _add(sums, wanted & Q(root__in=voided), at=2)
    return [Done(*key, *found) for key, found in sorted(sums.items()) if any(found)]


def reviewed_in(
    campaign: Campaign,
    *,
    since: date | None = None,
    until: date | None = None,
    person: User | None = None,
    people: QuerySet[Any, Any] | None = None,
) -> list[Done]:
    """What reviewers decided from one day until before another. Its time is not measured."""
    wanted = Q(state=ReviewState.DECIDED) & _within(campaign, "decided_at", since, until)
    if person is not None:
        wanted &= Q(reviewer=person)
    if people is not None:
        wanted &= Q(reviewer__in=people)
    rows = (
        Review.objects.filter(wanted)
        .annotate(day=TruncDate("decided_at", tzinfo=UTC))
        .values("reviewer", "day")
        .annotate(items=Count("pk"))
        .order_by("reviewer", "day")
        .values_list("reviewer", "day", "items")
    )
    return [Done(who, day, PaidKind.REVIEW, items, 0) for who, day, items in rows]


def _within(campaign: Campaign, at: str, since: date | None, until: date | None) -> Q:
    """Of a campaign and these days, and never of before it came from another installation."""
    wanted = Q(campaign=campaign)
    if (arrived := arrived_at(campaign)) is not None:
        wanted &= Q(**{f"{at}__gte": arrived})
    if since is not None:
        wanted &= Q(**{f"{at}__gte": beginning_of(since)})
    if until is not None:
        wanted &= Q(**{f"{at}__lt": beginning_of(until)})
    return wanted


def done_by_now(
    campaign: Campaign,
    *,
    since: date | None = None,
    until: date | None = None,
    people: QuerySet[Any, Any] | None = None,
) -> list[Done]:
    """The same for a page: days that were over at the last roll-up from there, the others anew.

    What changes of an older day, as by a void, is in it with the next roll-up, minutes later.
    """
    at = rolled_up_at(campaign)
    if at is None:
        return done_in(campaign, since=since, until=until, people=people)
    today = at.astimezone(UTC).date()
    rolled = DoneRollup.objects.filter(campaign=campaign, day__lt=today)
    if people is not None:
        rolled = rolled.filter(person__in=people)
    if since is not None:
        rolled = rolled.filter(day__gte=since)
    if until is not None:
        rolled = rolled.filter(day__lt=until)
    before = [Done(*row) for row in rolled.order_by(*KEY).values_list(*Done._fields)]
    if until is not None and until <= today:
        return before
    since = max(since or today, today)
    return [*before, *done_in(campaign, since=since, until=until, people=people)]


def rolled_up_at(campaign: Campaign) -> datetime | None:
    """Up to when what was done is counted beforehand; None: it never was."""
    times = RollupTime.objects.filter(campaign=campaign)
    return times.values_list("done_at", flat=True).first()


def _add(sums: dict[Key, list[int]], wanted: Q, *, at: int) -> None:
    for who, day, kind, items, tenths in _counted(wanted):
        counts = sums[who, day, kind]
        counts[at] += items
        counts[at + 1] += tenths


def _counted(wanted: Q) -> Iterator[tuple[int, date, str, int, int]]:
    for model in (Ranking, Demonstration):
        for current in (True, False):  # two indexes: those of what is current, and of all by time
            yield from _by_day(model, wanted & Q(current=current))


def _by_day(model: Kept, wanted: Q) -> QuerySet[Any, tuple[int, date, str, int, int]]:
    rows = model._default_manager.filter(wanted)
    rows = rows.exclude(assignment__task__lane__purpose=LanePurpose.TEST)
    if model is Demonstration:
        rows = rows.exclude(IS_IDEAL)
    # What has no task is asked for as such work is: a demonstration, an order of answers.
    alone = Kind.DEMONSTRATE if model is Demonstration else Kind.RANK
    return (
        rows.annotate(
            day=TruncDate("created_at", tzinfo=UTC),
            kind=Coalesce("assignment__task__kind", Value(alone.value)),
        )
        .order_by()
        .values("rater__user", "day", "kind")
        .annotate(items=Count("pk", filter=Q(revision=1)), tenths=Sum(tenths_of(model)))
        .values_list("rater__user", "day", "kind", "items", "tenths")
    )
