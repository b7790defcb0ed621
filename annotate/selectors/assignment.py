"""A person's turns, and what waits for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from annotate.attachments import Attachment, attachments_in
from annotate.enums import AssignmentState, CampaignState, Kind
from annotate.models import HAS_MET, Assignment, Candidate, Lane, Task
from annotate.questions import Questions, questions_of
from annotate.selectors.care import agreed, marked
from annotate.selectors.lane import lanes_open_to
from commons.models import User
from commons.statements import as_moment, as_uuid, rows_of

Messages = list[dict[str, object]]
Row = tuple[str, UUID, str, int]  # a campaign's name and id, a kind of work, how many items
MOST = 200  # turns of one lane that are counted
LATE = 10  # turns whose time ran out that a desk shows


@dataclass(frozen=True)
class Waiting:
    """How many turns of one kind wait for a person in one campaign; they are not all counted.

    ``is_named``: some are set aside for them by name.
    """

    campaign: str
    campaign_uuid: str
    kind: Kind
    turns: int
    or_more: bool
    is_named: bool = False


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
    tools: list[dict[str, object]]
    attachments: list[Attachment]  # pictures that are asked about
    language: str
    may_harm: bool  # a screen covers it until its reader asks for it
    answers: list[tuple[str, Messages]]  # in this person's order
    asks: Questions | None  # of a ranking, beside the order
    draft: DraftShown | None


SHOWN = """
SELECT turn.uuid, turn.state, task.kind, turn.expires_at, campaign.uuid, campaign.name,
    instructions.version, instructions.form, prompt.messages, prompt.tools, prompt.attachments,
    prompt.language,
    EXISTS (
        SELECT 1 FROM annotate_harmfulskill AS harm
        WHERE harm.campaign_id = task.campaign_id
          AND harm.skill IN ('', prompt.skill, prompt.clearance)
    ),
    turn."order",
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
    uuid, state, kind, expires_at, campaign, name, version, form, *others = rows[0][:-2]
    messages, tools, attachments, language, may_harm, order, *draft = others
    texts = {str(as_uuid(row[-2])): row[-1] for row in rows if row[-2]}
    return Shown(
        as_uuid(uuid),
        state,
        kind,
        expires_at and as_moment(expires_at),
        as_uuid(campaign),
        name,
        version,
        orjson.loads(messages),
        orjson.loads(tools),
        attachments_in(orjson.loads(attachments)),
        language,
        bool(may_harm),
        answers=[(each, orjson.loads(texts[each])) for each in orjson.loads(order)],
        asks=questions_of(orjson.loads(form or "{}"), kind) if kind == Kind.RANK else None,
        draft=_draft_shown(*draft),
    )


def _draft_shown(version: int | None, body: str, saved_at: datetime) -> DraftShown | None:
    if version is None:
        return None
    return DraftShown(version, orjson.loads(body), as_moment(saved_at))


def open_assignments_of(user: User) -> QuerySet[Assignment]:
    """The turns a person holds now, the oldest first."""
    return assignments_of(user).filter(state=AssignmentState.OPEN).order_by("taken_at", "pk")


def late_drafts_of(user: User) -> QuerySet[Assignment]:
    """Turns whose time ran out over something typed, newest first: it may still be handed in."""
    late = assignments_of(user).filter(state=AssignmentState.EXPIRED, draft__isnull=False)
    return late.order_by("-draft__saved_at")[:LATE]


class CountUpTo(Subquery):
    """How many rows a sliced query has: it stops counting at the slice's end."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def work_waiting_for(
    user: User, *, at_limit: Collection[int] = (), enough: Collection[int] = ()
) -> list[Waiting]:
    """What a person may take, by campaign and kind. What they have met is left out.

    A lane is counted to ``MOST`` and from where its person has come to: the cost does not grow
    with the campaign. Only where nothing is found there is it looked through from its beginning.
    What a lead has set aside for them waits too. Of campaigns in which they are ``at_limit``, that
    alone does, and what is left of their own conversations. Of those in which they have read
    ``enough`` that may harm, what may not.
    """
    lanes = lanes_open_to(user)
    if at_limit:
        lanes = lanes.exclude(campaign__in=at_limit, reserved_for__isnull=True)
    if enough:
        lanes = lanes.exclude(marked(), campaign__in=enough, reserved_for__isnull=True)
    items = _in_lanes(user, lanes, from_last_place=True)
    items = items or _in_lanes(user, lanes, from_last_place=False)
    aside = _set_aside(user)
    named = {(name, str(uuid), kind) for name, uuid, kind, _ in aside}
    found: dict[tuple[str, str, str], list[int]] = {}
    for name, uuid, kind, count in [*items, *aside]:
        found.setdefault((name, str(uuid), kind), []).append(count)
    return [
        Waiting(
            name,
            uuid,
            Kind(kind),
            turns=sum(min(each, MOST) for each in counts),
            or_more=max(counts) > MOST,
            is_named=(name, uuid, kind) in named,
        )
        for (name, uuid, kind), counts in sorted(found.items())
    ]


def _set_aside(user: User) -> list[Row]:
    turns = _turns_set_aside(user)
    named = turns.values_list("task__campaign__name", "task__campaign__uuid", "task__kind")
    return list(named.annotate(items=Count("pk")).order_by())


def begun_for(user: User) -> QuerySet[Assignment]:
    """What is set aside for a person with what they had begun elsewhere, the oldest first."""
    begun = _turns_set_aside(user).filter(draft__isnull=False)
    return begun.select_related("task__prompt", "task__campaign", "draft").order_by("pk")


def _turns_set_aside(user: User) -> QuerySet[Assignment]:
    may_harm = marked(
        campaign="task__campaign", skill="task__prompt__skill", clearance="task__prompt__clearance"
    )
    return Assignment.objects.filter(
        ~may_harm | agreed(user, campaign="task__campaign"),
        person=user,
        state=AssignmentState.RESERVED,
        task__held="",
        task__campaign__state=CampaignState.RUNNING,
        task__campaign__memberships__person=user,
        task__campaign__memberships__active=True,
        task__campaign__memberships__paused=False,
    )


def _in_lanes(user: User, lanes: QuerySet[Lane], *, from_last_place: bool) -> list[Row]:
    """The lanes open to a person in which anything waits, each with how much."""
    tasks = (
        Task.objects.filter(lane=OuterRef("pk"), free__gt=0, held="")
        .filter(~Exists(Assignment.objects.filter(HAS_MET, task=OuterRef("pk"), person=user)))
        .order_by("place")
    )
    if from_last_place:
        tasks = tasks.filter(place__gt=OuterRef("after"))
    newest = Assignment.objects.filter(person=user, lane=OuterRef("pk")).order_by("-pk")
    after = Coalesce(Subquery(newest.values("place")[:1]), Value(-1))
    counted = (
        lanes.annotate(after=after)
        .annotate(items=CountUpTo(tasks.values("pk")[: MOST + 1]))
        .order_by()
    )
    rows = counted.values_list("campaign__name", "campaign__uuid", "kind", "items")
    return [row for row in rows if row[-1]]


def candidates_in_order(assignment: Assignment) -> list[Candidate]:
    """The offered answers in the order in which this person sees them."""
    found = {
        str(candidate.uuid): candidate
        for candidate in Candidate.objects.filter(uuid__in=assignment.order)
    }
    return [found[name] for name in assignment.order]
