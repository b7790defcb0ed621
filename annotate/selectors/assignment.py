"""A person's turns, and what waits for them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, Sum

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment, Candidate, Task
from annotate.selectors.lane import lanes_open_to
from commons.models import User


Messages = list[dict[str, str]]


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


def turns_of(user: User) -> QuerySet[Assignment]:
    """The same turns with their tasks alone: what acting on one needs."""
    return (
        Assignment.objects.filter(person=user)
        .exclude(state=AssignmentState.EXCLUDED)
        .select_related("task")
    )


def listed_turns_of(user: User) -> QuerySet[Assignment]:
    """The same turns with their campaigns: what a list shows."""
    return turns_of(user).select_related("task__campaign")


@dataclass(frozen=True)
class DraftShown:
    version: int
    body: dict[str, object]
    saved_at: datetime


@dataclass(frozen=True)
class Shown:
    """One turn as its person may see it: blind, an answer is an id and its messages."""

    uuid: UUID
    state: str
    kind: str
    expires_at: datetime | None
    campaign_uuid: UUID
    campaign_name: str
    instructions: int | None  # the version of the guideline it is done under
    messages: Messages
    language: str
    answers: list[tuple[str, Messages]]  # in this person's order
    draft: DraftShown | None


SHOWN = (
    "uuid",
    "state",
    "task__kind",
    "expires_at",
    "task__campaign__uuid",
    "task__campaign__name",
    "instructions__version",
    "task__prompt__messages",
    "task__prompt__language",
    "order",
    "draft__version",
    "draft__body",
    "draft__saved_at",
    "task__prompt__candidates__uuid",
    "task__prompt__candidates__messages",
)


def shown_turn(assignment: Assignment) -> Shown:
    """Everything that a screen needs of one turn, in one statement: a row per candidate."""
    rows = list(Assignment.objects.filter(pk=assignment.pk).values_list(*SHOWN))
    *turn, order, version, body, saved_at, _, _ = rows[0]
    texts = {str(row[-2]): row[-1] for row in rows}
    draft = DraftShown(version, body, saved_at) if version is not None else None
    return Shown(*turn, answers=[(name, texts[name]) for name in order], draft=draft)


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
