"""A person's turns, and what waits for them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.db.models import QuerySet, Sum

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment, Candidate, Task
from annotate.selectors.lane import lanes_open_to
from commons.models import User
from commons.statements import as_moment, as_uuid, rows_of

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


SHOWN = """
SELECT turn.uuid, turn.state, task.kind, turn.expires_at, campaign.uuid, campaign.name,
    instructions.version, prompt.messages, prompt.language, turn."order",
    draft.version, draft.body, draft.saved_at, candidate.uuid, candidate.messages
FROM annotate_assignment AS turn
JOIN annotate_task AS task ON task.id = turn.task_id
JOIN annotate_prompt AS prompt ON prompt.id = task.prompt_id
JOIN annotate_campaign AS campaign ON campaign.id = task.campaign_id
LEFT JOIN annotate_instructions AS instructions ON instructions.id = turn.instructions_id
LEFT JOIN annotate_draft AS draft ON draft.assignment_id = turn.id
LEFT JOIN annotate_candidate AS candidate
    ON candidate.prompt_id = prompt.id AND task.kind = 'rank'
WHERE turn.id = %(turn)s
"""


def shown_turn(assignment: Assignment) -> Shown:
    """Everything that a screen needs of one turn, in one statement: a row per candidate."""
    rows = rows_of(SHOWN, {"turn": assignment.pk})
    uuid, state, kind, expires_at, campaign, name, version, messages, language, order, *draft = (
        rows[0][:-2]
    )
    texts = {str(as_uuid(row[-2])): row[-1] for row in rows}
    return Shown(
        as_uuid(uuid),
        state,
        kind,
        as_moment(expires_at),
        as_uuid(campaign),
        name,
        version,
        orjson.loads(messages),
        language,
        answers=[(each, orjson.loads(texts[each])) for each in orjson.loads(order)],
        draft=_draft_shown(*draft),
    )


def _draft_shown(version: int | None, body: str, saved_at: datetime) -> DraftShown | None:
    if version is None:
        return None
    return DraftShown(version, orjson.loads(body), as_moment(saved_at))


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
