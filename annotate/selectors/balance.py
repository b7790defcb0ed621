"""Whether the books of the work add up: every turn that a task wants is somewhere, and once."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from annotate.enums import AssignmentState, CountsAs
from annotate.models import Assignment, Demonstration, Ranking, Task

WINDOW = 20_000  # ids looked at in one statement, which sees them all at one moment
LIVE = (AssignmentState.OPEN, AssignmentState.RESERVED)


@dataclass(frozen=True)
class Imbalance:
    """A task for which ``live`` + ``counted`` + ``free`` is not ``wanted``."""

    task: UUID
    wanted: int
    live: int
    counted: int
    free: int

    def __str__(self) -> str:
        return (
            f"task {self.task} wants {self.wanted}: {self.live} in hand, {self.counted} counted, "
            f"{self.free} free"
        )


@dataclass(frozen=True)
class Mismatch:
    """A turn whose state and judgements contradict each other."""

    turn: UUID
    state: str

    def __str__(self) -> str:
        if self.state == AssignmentState.SUBMITTED:
            return f"turn {self.turn} is submitted, and no judgement of it is current"
        return f"turn {self.turn} is {self.state}, and there is a judgement of it"


def tasks_out_of_balance() -> Iterator[Imbalance]:
    """Each task whose turns do not add up. On a live installation as true as on one at rest."""
    for first, last in _windows(Task.objects.order_by()):
        rows = _balance(Task.objects.filter(pk__gte=first, pk__lt=last))
        wrong = rows.exclude(wanted=F("live") + F("counted") + F("free"))  # type: ignore[misc]
        for row in wrong.values_list("uuid", "wanted", "live", "counted", "free"):
            yield Imbalance(*row)


def _balance(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """The tasks with the turns that are in somebody's hands and those that are done."""
    turn = {"assignment": OuterRef("assignments__pk"), "current": True}
    counts = ~Q(counts_as=CountsAs.SURPLUS)
    is_counted = Exists(Ranking.objects.filter(counts, **turn)) | Exists(
        Demonstration.objects.filter(counts, **turn)
    )
    submitted = Q(assignments__state=AssignmentState.SUBMITTED)
    return tasks.order_by("pk").annotate(
        live=Count("assignments", filter=Q(assignments__state__in=LIVE)),
        counted=Count("assignments", filter=submitted & is_counted),
    )


def mismatched_turns() -> Iterator[Mismatch]:
    """Each turn that is submitted without a judgement, or judged without being submitted."""
    turn = {"assignment": OuterRef("pk")}
    current = Exists(Ranking.objects.filter(current=True, **turn)) | Exists(
        Demonstration.objects.filter(current=True, **turn)
    )
    judged = Exists(Ranking.objects.filter(**turn)) | Exists(Demonstration.objects.filter(**turn))
    submitted = Q(state=AssignmentState.SUBMITTED)
    for first, last in _windows(Assignment.objects.order_by()):
        turns = Assignment.objects.filter(pk__gte=first, pk__lt=last)
        wrong = turns.filter((submitted & ~Q(current)) | (~submitted & Q(judged)))
        for uuid, state in wrong.order_by("pk").values_list("uuid", "state"):
            yield Mismatch(uuid, state)


def _windows(rows: QuerySet[Task] | QuerySet[Assignment]) -> Iterator[tuple[int, int]]:
    last = rows.aggregate(last=Max("pk"))["last"] or 0
    for first in range(0, last + 1, WINDOW):
        yield first, first + WINDOW
