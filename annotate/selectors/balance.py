"""Whether the books of the work add up: every turn that a task wants is somewhere, and once."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet

from annotate.enums import AssignmentState, CountsAs
from annotate.models import Assignment, Demonstration, Ranking, Task
from annotate.selectors.standing import STANDS

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
        wrong = (
            Task.objects.filter(pk__gte=first, pk__lt=last)
            .annotate(
                live=Count("assignments", filter=Q(assignments__state__in=LIVE)),
                counted=Count("assignments", filter=_is_counted()),
            )
            .exclude(wanted=F("live") + F("counted") + F("free"))
            .order_by("pk")
        )
        for row in wrong.values_list("uuid", "wanted", "live", "counted", "free"):
            yield Imbalance(*row)


def _is_counted() -> Q:
    """Of a task's turns: it is submitted, and what stands of it is no surplus and not voided."""
    turn = {"assignment": OuterRef("assignments__pk"), "current": True}
    counts = ~Q(counts_as=CountsAs.SURPLUS) & Q(STANDS)
    is_judged = Exists(Ranking.objects.filter(counts, **turn)) | Exists(
        Demonstration.objects.filter(counts, **turn)
    )
    return Q(assignments__state=AssignmentState.SUBMITTED) & is_judged


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
    ends = rows.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["last"] is not None:
        for first in range(ends["first"], ends["last"] + 1, WINDOW):
            yield first, first + WINDOW
