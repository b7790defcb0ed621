"""A person's turns, and what waits for them."""

from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment, Candidate, Task
from annotate.selectors.lane import lanes_open_to
from commons.models import User


@dataclass(frozen=True)
class Waiting:
    """How many turns of one kind wait for a person in one campaign."""

    campaign: str
    campaign_uuid: str
    kind: Kind
    turns: int


def assignments_of(user: User) -> QuerySet[Assignment]:
    """Every turn a person ever had and may look at: theirs alone."""
    return (
        Assignment.objects.filter(person=user)
        .exclude(state=AssignmentState.EXCLUDED)
        .select_related("task__prompt", "task__campaign", "task__lane", "instructions", "draft")
    )


def open_assignments_of(user: User) -> QuerySet[Assignment]:
    """The turns a person holds now, the oldest first."""
    return assignments_of(user).filter(state=AssignmentState.OPEN).order_by("taken_at", "pk")


def work_waiting_for(user: User) -> list[Waiting]:
    """What a person may take, by campaign and kind. What they have met is left out."""
    rows = (
        Task.objects.filter(lane__in=lanes_open_to(user), free__gt=0, held="")
        .exclude(assignments__person=user)
        .values("campaign__name", "campaign__uuid", "kind")
        .annotate(turns=Sum("free"))
        .order_by("campaign__name", "kind")
    )
    return [
        Waiting(
            campaign=row["campaign__name"],
            campaign_uuid=str(row["campaign__uuid"]),
            kind=Kind(row["kind"]),
            turns=row["turns"],
        )
        for row in rows
    ]


def candidates_in_order(assignment: Assignment) -> list[Candidate]:
    """The offered answers in the order in which this person sees them."""
    found = {
        str(candidate.uuid): candidate
        for candidate in Candidate.objects.filter(uuid__in=assignment.order)
    }
    return [found[name] for name in assignment.order]
