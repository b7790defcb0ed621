"""Turns are given, shown, passed on and returned; nobody meets a task twice or beyond its overlap.

Everyone locks task, then assignment, then tally.
"""

import random
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from annotate.enums import AssignmentState, Kind, SkipReason
from annotate.errors import (
    AssignmentClosed,
    GuidelineNotAcknowledged,
    KeyReused,
    NothingToDo,
    SeatsTaken,
)
from annotate.models import Assignment, Campaign, CampaignWork, Task
from annotate.services.queue import plan_of, take_turn
from annotate.services.queue.order import presentation_order
from annotate.services.queue.types import InHand, Kept, Plan, Start, Terms, Turn
from annotate.services.returning import (
    end_unseen_turns,
    expire_overdue_assignments,
    return_turn,
)
from annotate.services.tally import add_to_tally
from commons.models import User

SEATS = (1, 2)
TRIES = 4  # a person's other requests may take a seat between our reading and our taking


def take_assignment(
    *,
    by: User,
    campaign: Campaign | None = None,
    kind: Kind | None = None,
    key: UUID | None = None,
) -> Assignment:
    """Lease the next item to a person, from one campaign and kind or from all that are theirs.

    The same ``key`` finds the lease that it gave before. A lease that was never shown is handed
    out again, under the newest key, so that a lost answer or a double click fills no second seat.
    """
    return _take_or_refuse(by, campaign.pk if campaign else None, kind, key)


def take_like(*, by: User, campaign: int, kind: Kind, after: UUID | None = None) -> Assignment:
    """Lease the next item of the same campaign (by its primary key) and kind as one just done.

    ``after`` is the key of the request that did it: sent again, it finds the same next item.
    """
    return _take_or_refuse(by, campaign, kind, uuid5(after, "next") if after else None)


def _take_or_refuse(
    by: User, campaign: int | None, kind: Kind | None, key: UUID | None
) -> Assignment:
    try:
        taken = _take_despite_others(by, campaign, kind, key)
    except SeatsTaken:
        if not expire_overdue_assignments(of=by):
            raise
        taken = _take_despite_others(by, campaign, kind, key)
    if taken is None and expire_overdue_assignments():  # the beat may be late
        taken = _take_despite_others(by, campaign, kind, key)
    if taken is None:
        raise NothingToDo
    return taken


def _take_despite_others(
    by: User, campaign: int | None, kind: Kind | None, key: UUID | None
) -> Assignment | None:
    """Constraints decide between two requests of one person; the late one looks again."""
    for left in reversed(range(TRIES)):
        try:
            return _take(by, campaign, kind, key)
        except IntegrityError:
            if not left:
                raise
    return None


def _take(by: User, campaign: int | None, kind: Kind | None, key: UUID | None) -> Assignment | None:
    plan = plan_of(person=by.pk, campaign=campaign, kind=kind, key=key)
    if before := _taken_before(plan, campaign, kind, key):
        return before
    terms = _terms(by, plan, key)
    for kept in plan.kept:
        if kept.is_acknowledged and (opened := _open_kept(kept, terms)):
            return opened
    return _draw(by, plan, terms)


def _fits(turn: InHand, campaign: int | None, kind: Kind | None) -> bool:
    return campaign in (None, turn.campaign) and kind in (None, turn.kind)


def _taken_before(
    plan: Plan, campaign: int | None, kind: Kind | None, key: UUID | None
) -> Assignment | None:
    """What the same request took when it came first, or a lease that nobody has seen yet."""
    if by_key := next((held for held in plan.in_hand if held.has_key), None):
        if not _fits(by_key, campaign, kind):
            raise KeyReused
        return Assignment.objects.get(pk=by_key.assignment)
    for held in plan.in_hand:
        if _fits(held, campaign, kind) and held.may_be_shown and not held.is_shown:
            return _hand_again(held, key)
    return None


def _hand_again(held: InHand, key: UUID | None) -> Assignment | None:
    """A lease that was never shown, with its full time; None if it ended or was shown meanwhile."""
    until = timezone.now() + timedelta(minutes=held.minutes)
    handed = Assignment.objects.filter(
        pk=held.assignment, state=AssignmentState.OPEN, shown_at__isnull=True
    ).update(take_key=key or F("take_key"), expires_at=Greatest(F("expires_at"), until))
    return Assignment.objects.get(pk=held.assignment) if handed else None


def _terms(by: User, plan: Plan, key: UUID | None) -> Terms:
    taken = {held.seat for held in plan.in_hand if held.state == AssignmentState.OPEN}
    free = [seat for seat in SEATS if seat not in taken]
    if not free:
        raise SeatsTaken
    return Terms(
        person=by.pk,
        uuid=uuid4(),
        seat=free[0],
        seed=secrets.randbits(48),
        key=key,
        now=timezone.now(),
    )


def _open_kept(kept: Kept, terms: Terms) -> Assignment | None:
    """Lease a turn that a lead has set aside for this person; None if it was given up meanwhile."""
    turn = Assignment.objects.select_related("task").get(pk=kept.assignment)
    columns = {
        "state": AssignmentState.OPEN,
        "seat": terms.seat,
        "seed": terms.seed,
        "order": presentation_order(terms.seed, turn.task.offered),
        "instructions_id": kept.instructions,
        "take_key": terms.key,
        "taken_at": terms.now,
        "expires_at": terms.now + timedelta(minutes=kept.minutes),
    }
    still = Assignment.objects.filter(pk=turn.pk, state=AssignmentState.RESERVED, task__held="")
    if not still.update(**columns):
        return None
    for name, value in columns.items():
        setattr(turn, name, value)
    return turn


def _draw(by: User, plan: Plan, terms: Terms) -> Assignment | None:
    walk = _in_order([start for start in plan.lanes if start.is_acknowledged])
    unread = [kept.campaign_name for kept in plan.kept if not kept.is_acknowledged]
    unread += [start.campaign_name for start in plan.lanes if not start.is_acknowledged]
    if not walk and unread:
        raise GuidelineNotAcknowledged(unread[0])
    again = [start._replace(after=-1) for start in walk if start.after >= 0]
    turn = take_turn(terms=terms, walk=[*walk, *again])  # reopened tasks lie before
    return _as_row(turn, terms, by) if turn else None


def _in_order(lanes: Sequence[Start]) -> list[Start]:
    """What is kept for the person first, then campaigns drawn by weight, then priority.

    Efraimidis and Spirakis 2006: sorting by u^(1/w) draws without replacement by weight.
    """
    draw = random.SystemRandom()
    key = {start.campaign: -(draw.random() ** (1 / max(start.weight, 1))) for start in lanes}
    return sorted(
        lanes, key=lambda at: (not at.is_theirs, key[at.campaign], at.band, draw.random())
    )


def _as_row(turn: Turn, terms: Terms, by: User) -> Assignment:
    """The row that the statement has written, without reading it again."""
    row = Assignment(
        id=turn.assignment,
        uuid=turn.uuid,
        task_id=turn.task,
        person=by,
        lane_id=turn.lane,
        place=turn.place,
        seat=terms.seat,
        seed=terms.seed,
        order=turn.order,
        instructions_id=turn.instructions,
        take_key=terms.key,
        taken_at=terms.now,
        expires_at=turn.expires_at,
    )
    row._state.adding = False
    return row


def show_assignment(*, assignment: Assignment) -> datetime:
    """Start the clock of a lease when its item is first seen; renew the lease at each visit."""
    now = timezone.now()
    Assignment.objects.filter(pk=assignment.pk, shown_at__isnull=True).update(shown_at=now)
    return renew_assignment(assignment=assignment)


def renew_assignment(*, assignment: Assignment) -> datetime:
    """Give an open lease its full length again, because its person is at work.

    What was loaded ahead for them waits as long. Whoever has left the team finishes what they
    hold in the time that they have.
    """
    now = timezone.now()
    minutes = _lease_minutes(assignment)
    if minutes is None:
        return assignment.expires_at or now
    until = now + timedelta(minutes=minutes)
    Assignment.objects.filter(
        Q(pk=assignment.pk) | Q(shown_at__isnull=True),
        person=assignment.person_id,
        state=AssignmentState.OPEN,
    ).update(expires_at=Greatest(F("expires_at"), until))
    return max(until, assignment.expires_at or until)


def _lease_minutes(assignment: Assignment) -> int | None:
    """How long such a lease lasts; None where its person is no active member any more."""
    works = CampaignWork.objects.filter(
        campaign=assignment.task.campaign_id,
        kind=assignment.task.kind,
        campaign__memberships__person=assignment.person_id,
        campaign__memberships__active=True,
    )
    return works.values_list("lease_minutes", flat=True).first()


def extend_assignment(*, assignment: Assignment, by: User) -> datetime:
    """Say that one is at an item: it counts as shown and keeps its full time."""
    if assignment.person_id != by.pk or assignment.state != AssignmentState.OPEN:
        raise AssignmentClosed(assignment.state)
    until = show_assignment(assignment=assignment)
    assignment.refresh_from_db(fields=["state"])  # it may have ended meanwhile
    if assignment.state != AssignmentState.OPEN:
        raise AssignmentClosed(assignment.state)
    return until


def release_assignment(*, assignment: Assignment, by: User) -> None:
    """Give an open item back; it goes to somebody else."""
    given_back = return_turn(
        assignment=assignment.pk,
        task=assignment.task_id,
        to=AssignmentState.RELEASED,
        only=Q(person=by),
    )
    if not given_back:
        assignment.refresh_from_db()
        raise AssignmentClosed(assignment.state)


def skip_assignment(
    *,
    assignment: Assignment,
    reason: SkipReason,
    by: User,
    note: str = "",
    key: UUID | None = None,
) -> None:
    """Give up an item for a reason. All but “not my field” hold the task until a role decides.

    The same ``key`` again changes nothing.
    """
    try:
        skipped = _skip(assignment, reason, by, note, key)
    except IntegrityError as broken:  # the key has ended another turn
        raise KeyReused from broken
    if skipped:
        return
    assignment.refresh_from_db()
    if key is None or assignment.closing_key != key:
        raise AssignmentClosed(assignment.state)
    if (assignment.skip_reason, assignment.skip_note) != (reason, note):
        raise KeyReused


@transaction.atomic
def _skip(
    assignment: Assignment, reason: SkipReason, by: User, note: str, key: UUID | None
) -> bool:
    returned = return_turn(
        assignment=assignment.pk,
        task=assignment.task_id,
        to=AssignmentState.SKIPPED,
        only=Q(person=by),
        skip_reason=reason,
        skip_note=note,
        closing_key=key,
    )
    if returned:
        if reason != SkipReason.NOT_MY_FIELD:
            Task.objects.filter(pk=assignment.task_id, held="").update(held=reason)
            end_unseen_turns(Assignment.objects.filter(task=assignment.task_id))
        campaign = assignment.task.campaign_id
        add_to_tally(campaign=campaign, slot=assignment.pk, skips=1)
    return returned
