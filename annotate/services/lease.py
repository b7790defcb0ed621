"""What a lead does about turns that are out: take back, extend, ask a person by name.

Everyone locks task, then assignment, then tally.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from annotate.enums import AssignmentState, CampaignState, Pool
from annotate.errors import CampaignNotReady, ItemHeld, NotAskable, NoTurnFree, TurnOver
from annotate.models import Assignment, Membership, Task
from annotate.selectors.care import reads_harm, task_may_harm
from annotate.selectors.lease import met
from annotate.services.queue.order import presentation_order
from annotate.services.returning import return_turn
from commons.audit import record
from commons.languages import within
from commons.models import User
from commons.presence import DAY, back_on, today

OUT = (AssignmentState.OPEN, AssignmentState.RESERVED)


@transaction.atomic
def take_back_turn(*, assignment: Assignment, by: User) -> None:
    """End a lease, or give up a turn that was set aside: it goes to somebody else.

    What its person still hands in is kept, and counts while the item is short.
    """
    was = AssignmentState(assignment.state)
    ended = was in OUT and return_turn(
        assignment=assignment.pk, task=assignment.task_id, to=AssignmentState.EXPIRED, was=was
    )
    if not ended:
        raise _over(assignment)
    record(
        actor=by,
        verb="turn.taken-back",
        subject=assignment,
        task=str(assignment.task.uuid),
        person=str(assignment.person.uuid),
        was=was,
    )


@transaction.atomic
def extend_lease(*, assignment: Assignment, minutes: int, by: User) -> datetime:
    """Let a person keep an item for some minutes more, counted from its end or from now."""
    row = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    if row.state != AssignmentState.OPEN or row.expires_at is None:
        raise _over(assignment)
    until = max(row.expires_at, timezone.now()) + timedelta(minutes=minutes)
    Assignment.objects.filter(pk=row.pk, state=AssignmentState.OPEN).update(expires_at=until)
    record(
        actor=by,
        verb="turn.extended",
        subject=row,
        task=str(assignment.task.uuid),
        person=str(assignment.person.uuid),
        minutes=minutes,
    )
    return until


@transaction.atomic
def reserve_turn(*, task: Task, person: User, by: User | None) -> Assignment:
    """Set a free turn of an item aside for a named person; the lead answers for their skill.

    ``by`` None: a command.
    """
    locked = Task.objects.select_for_update(of=("self",)).select_related("lane", "campaign")
    task = locked.get(pk=task.pk)
    _check_item(task)
    _check_person(task, person)
    lowered = Task.objects.filter(pk=task.pk, free__gt=0).update(free=F("free") - 1)
    if not lowered:
        raise NoTurnFree
    kept = _set_aside(task, person)
    record(
        actor=by,
        verb="turn.reserved",
        subject=kept,
        task=str(task.uuid),
        person=str(person.uuid),
    )
    return kept


@transaction.atomic
def hand_over_turn(*, assignment: Assignment, person: User, by: User) -> Assignment:
    """Take a turn back and set it aside for somebody else: both or neither."""
    take_back_turn(assignment=assignment, by=by)
    return reserve_turn(task=assignment.task, person=person, by=by)


def _over(assignment: Assignment) -> TurnOver:
    assignment.refresh_from_db(fields=["state"])
    return TurnOver(assignment.get_state_display().lower())


def _check_item(task: Task) -> None:
    if task.held:
        raise ItemHeld(within(task.get_held_display()))
    if task.campaign.state == CampaignState.CLOSED:
        said = gettext("“%(name)s” is closed: nobody is given work of it any more.")
        raise CampaignNotReady(said % {"name": task.campaign})


def _check_person(task: Task, person: User) -> None:
    name = person.display_name
    theirs = Membership.objects.filter(campaign=task.campaign_id, person=person, active=True)
    membership = theirs.first() if person.is_active else None
    if membership is None:
        said = gettext("%(name)s is not in this campaign; add them to its team first.")
        raise NotAskable(said % {"name": name})
    if membership.paused:
        said = gettext("%(name)s is paused in this campaign; lift the pause, or name another.")
        raise NotAskable(said % {"name": name})
    if (back := back_on(person.pk, today())) is not None:
        said = gettext("%(name)s is away until %(day)s; name somebody else.")
        raise NotAskable(said % {"name": name, "day": (back - DAY).isoformat()})
    if task.lane.pool == Pool.HELD_OUT and membership.pool != Pool.HELD_OUT:
        said = gettext("This item is for held-out raters and %(name)s is none; name one of them.")
        raise NotAskable(said % {"name": name})
    if task_may_harm(task) and not reads_harm(person, task.campaign_id):
        said = gettext(
            "%(name)s has not agreed to read what may harm, as this item may; name somebody else."
        )
        raise NotAskable(said % {"name": name})
    before = met(task).filter(person=person).first()
    if before is not None:
        state = before.get_state_display().lower()
        raise NotAskable(_why_not(before) % {"name": name, "state": state})


def _why_not(before: Assignment) -> str:
    match before.state:
        case AssignmentState.EXCLUDED:
            return gettext("%(name)s wrote one of its answers; name somebody else.")
        case AssignmentState.RESERVED:
            return gettext("%(name)s has this item set aside for them already; name somebody else.")
        case AssignmentState.OPEN:
            return gettext("%(name)s has this item open right now; name somebody else.")
    return gettext("%(name)s has met this item already (%(state)s); name somebody else.")


def _set_aside(task: Task, person: User) -> Assignment:
    seed = secrets.randbits(48)
    kept, _ = Assignment.objects.update_or_create(
        task=task,
        person=person,
        defaults={
            "state": AssignmentState.RESERVED,
            "seed": seed,
            "order": presentation_order(seed, task.offered),
            "take_key": None,
            "taken_at": timezone.now(),
            "closed_at": None,
            "expires_at": None,
        },
    )
    return kept
