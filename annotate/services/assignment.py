"""Turns are given; nobody meets a task twice, and no task goes beyond its overlap.

Everyone locks task, then assignment, then tally.
"""

import random
import secrets
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from annotate.enums import AssignmentState, Kind
from annotate.errors import GuidelineNotAcknowledged, KeyReused, NothingToDo, SeatsTaken
from annotate.models import Assignment, Campaign
from annotate.people_errors import LimitReached, QuotaReached
from annotate.selectors.care import Enough, enough_read
from annotate.selectors.limit import what_holds_back
from annotate.services.cap import limit_error, lock_hands
from annotate.services.care import enough_error
from annotate.services.queue import plan_of, take_turn
from annotate.services.queue.company import checks_in_company
from annotate.services.queue.order import presentation_order
from annotate.services.queue.types import InHand, Kept, Plan, Terms, Turn
from annotate.services.queue.walk import walk_of
from annotate.services.returning import expire_overdue_assignments, give_back_unseen_turns
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


def take_other_work(
    *,
    by: User,
    campaign: Campaign | None = None,
    kind: Kind | None = None,
    key: UUID | None = None,
) -> Assignment:
    """The same for a person who asks for it: what was loaded ahead and not seen makes room."""
    try:
        return take_assignment(by=by, campaign=campaign, kind=kind, key=key)
    except SeatsTaken:
        if not give_back_unseen_turns(of=by):
            raise
        return take_assignment(by=by, campaign=campaign, kind=kind, key=key)


def take_like(*, by: User, campaign: int, kind: Kind, after: UUID | None = None) -> Assignment:
    """Lease the next item of the same campaign (by its primary key) and kind as one just done.

    ``after`` is the key of the request that did it: sent again, it finds the same next item.
    """
    return _take_or_refuse(by, campaign, kind, key_of_next(after))


def key_of_next(after: UUID | None) -> UUID | None:
    """The key of a take that comes with another act, from the key of that act."""
    return uuid5(after, "next") if after else None


def _take_or_refuse(
    by: User, campaign: int | None, kind: Kind | None, key: UUID | None
) -> Assignment:
    try:
        taken = _take_despite_others(by, campaign, kind, key)
    except (SeatsTaken, LimitReached, QuotaReached) as refused:  # what is over nobody holds
        whose = None if isinstance(refused, QuotaReached) else by
        if not expire_overdue_assignments(of=whose):
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
    if limited := {start.campaign for start in plan.lanes if start.is_capped or start.is_rationed}:
        return _take_within_limits(by, limited, campaign, kind, key)
    return _take_from(plan, by, key)


def _take_within_limits(
    by: User, limited: Collection[int], campaign: int | None, kind: Kind | None, key: UUID | None
) -> Assignment | None:
    """The same where a campaign limits what one person or their team does, or where it asks for a
    yes to what may harm: their requests wait for one another, so that none of them counts what
    another is about to take, and nothing is given once a yes is taken back."""
    with transaction.atomic():
        lock_hands(by, limited)
        plan = plan_of(person=by.pk, campaign=campaign, kind=kind, key=key)
        if before := _taken_before(plan, campaign, kind, key):
            return before
        reached, read = what_holds_back(by, limited), _enough_read(plan, by)
        left = [
            start
            for start in plan.lanes
            if not (start.is_capped and start.campaign in reached)
            and not (start.is_rationed and start.campaign in read)
        ]
        taken = _take_from(plan._replace(lanes=left), by, key)
    if taken is None and reached:
        raise limit_error(next(iter(reached.values())))
    if taken is None and read:
        raise enough_error(next(iter(read.values())))
    return taken


def _enough_read(plan: Plan, by: User) -> dict[int, Enough]:
    """Looked up only where a lane open to them is rationed."""
    rationed = {start.campaign for start in plan.lanes if start.is_rationed}
    return enough_read(by, rationed) if rationed else {}


def _take_from(plan: Plan, by: User, key: UUID | None) -> Assignment | None:
    terms = terms_of(by, plan, key)
    for kept in plan.kept:
        if kept.is_acknowledged and (opened := open_kept(kept, terms)):
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


def terms_of(by: User, plan: Plan, key: UUID | None) -> Terms:
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


def open_kept(kept: Kept, terms: Terms) -> Assignment | None:
    """Lease a turn that is set aside for this person; None if it was given up meanwhile.

    Its answers keep the order that it was set aside with.
    """
    turn = Assignment.objects.select_related("task").get(pk=kept.assignment)
    columns = {
        "state": AssignmentState.OPEN,
        "seat": terms.seat,
        "seed": turn.seed if turn.order else terms.seed,
        "order": turn.order or presentation_order(terms.seed, turn.task.offered),
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
    walk = checks_in_company(walk_of(plan.lanes, random.SystemRandom()), person=by.pk)
    unread = [kept.campaign_name for kept in plan.kept if not kept.is_acknowledged]
    unread += [start.campaign_name for start in plan.lanes if not start.is_acknowledged]
    if not walk and unread:
        raise GuidelineNotAcknowledged(unread[0])
    turn = take_turn(terms=terms, walk=walk)
    return as_row(turn, terms, by) if turn else None


def as_row(turn: Turn, terms: Terms, by: User) -> Assignment:
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
