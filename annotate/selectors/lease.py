"""Which turns are out, of whom, and who could be asked by name."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotate.enums import AssignmentState, Pool
from annotate.models import HAS_MET, Assignment, Campaign, Prompt, Task
from annotate.selectors.campaign import visible_campaign_filter
from commons.models import Absence, User
from commons.presence import today

MATCHES = 20


def turns_led_by(user: User) -> QuerySet[Assignment]:
    """Every turn in the campaigns that a person leads."""
    return Assignment.objects.filter(visible_campaign_filter(user, "task__campaign"))


def items_led_by(user: User) -> QuerySet[Task]:
    """Every item of the campaigns that a person leads."""
    return Task.objects.filter(visible_campaign_filter(user)).select_related(
        "campaign", "prompt", "lane"
    )


def live_leases(campaign: Campaign) -> QuerySet[Assignment]:
    """The items that people hold now, the first to expire first."""
    return Assignment.objects.filter(task__campaign=campaign, state=AssignmentState.OPEN).order_by(
        "expires_at", "pk"
    )


def reserved_turns(campaign: Campaign) -> QuerySet[Assignment]:
    """The turns that leads have set aside for a named person, the oldest first."""
    return Assignment.objects.filter(
        task__campaign=campaign, state=AssignmentState.RESERVED
    ).order_by("pk")


def with_what_is_shown(turns: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """The turns with their person, their item and what is typed of it."""
    return turns.select_related("person", "task__prompt", "draft")


def turns_of_item(task: Task) -> QuerySet[Assignment]:
    """Everybody who has met an item or is kept away from it, in the order in which they did."""
    return task.assignments.select_related("person", "draft").order_by("pk")


def met(task: Task) -> QuerySet[Assignment]:
    """The rows that keep a person away from an item for good."""
    return task.assignments.filter(HAS_MET)


def people_to_ask(task: Task) -> QuerySet[User]:
    """The active members of the campaign who are not paused nor away and may still be named for
    an item."""
    theirs = Q(
        memberships__campaign=task.campaign_id,
        memberships__active=True,
        memberships__paused=False,
    )
    if task.lane.pool == Pool.HELD_OUT:
        theirs &= Q(memberships__pool=Pool.HELD_OUT)
    away = Absence.objects.filter(person=OuterRef("pk"), since__lte=today(), until__gte=today())
    return (
        User.objects.filter(~Exists(away), theirs, is_active=True)
        .exclude(Exists(met(task).filter(person=OuterRef("pk"))))
        .order_by("username")
    )


def items_called(campaign: Campaign, name: str) -> list[Task]:
    """The items of a campaign whose own id, or whose prompt's id or outer id, is this name."""
    if not name:
        return []
    uuid = _as_uuid(name)
    known = Q(external_id=name) | (Q(uuid=uuid) if uuid else Q())
    prompts = list(Prompt.objects.filter(known).values_list("pk", flat=True)[:MATCHES])
    named = Q(prompt__in=prompts) | (Q(uuid=uuid) if uuid else Q())
    found = Task.objects.filter(named, campaign=campaign).select_related("prompt")
    return list(found.order_by("kind", "round", "pk")[:MATCHES])


def _as_uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
