"""Turns are given, returned, skipped and closed; nobody meets a task twice or beyond its overlap.

Everyone locks task, then assignment, then tally.
"""

import random
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotate.enums import AssignmentState, CountsAs, Kind, Pool, SkipReason
from annotate.errors import (
    AlreadySubmitted,
    AssignmentClosed,
    GuidelineNotAcknowledged,
    NothingToDo,
    SeatsTaken,
)
from annotate.models import (
    Acknowledgement,
    Assignment,
    Campaign,
    Instructions,
    Lane,
    Membership,
    Task,
)
from annotate.selectors.campaign import unacknowledged_instructions
from annotate.selectors.lane import lanes_open_to
from annotate.services.queue import take_turn
from annotate.services.queue.types import Start, Turn
from annotate.services.tally import add_to_tally
from commons.models import User

SEATS = (1, 2)


def take_assignment(
    *, by: User, campaign: Campaign | None = None, kind: Kind | None = None
) -> Assignment:
    """Lease the next item to a person, from one campaign and kind or from all that are theirs."""
    taken = _take(by=by, campaign=campaign, kind=kind)
    if taken is None and expire_overdue_assignments():  # the beat may be late
        taken = _take(by=by, campaign=campaign, kind=kind)
    if taken is None:
        raise NothingToDo
    return taken


@transaction.atomic
def _take(*, by: User, campaign: Campaign | None, kind: Kind | None) -> Assignment | None:
    User.objects.select_for_update().get(pk=by.pk)  # one person's clicks come one after another
    seat = _free_seat(by)
    lanes = _lanes_in_order(by, campaign, kind)
    cursors = dict(
        Assignment.objects.filter(person=by, lane__in=lanes)
        .order_by("pk")
        .values_list("lane_id", "place")
    )
    turn = take_turn(
        person=by.pk, walk=[Start(lane.pk, cursors.get(lane.pk, -1)) for lane in lanes]
    )
    if turn is None and cursors:  # reopened tasks lie before the cursor
        turn = take_turn(person=by.pk, walk=[Start(lane.pk, -1) for lane in lanes])
    if turn is None:
        return None
    return _lease(turn, seat=seat, by=by)


def _free_seat(by: User) -> int:
    taken = set(
        Assignment.objects.filter(person=by, state=AssignmentState.OPEN).values_list(
            "seat", flat=True
        )
    )
    free = [seat for seat in SEATS if seat not in taken]
    if not free:
        raise SeatsTaken
    return free[0]


def _lanes_in_order(by: User, campaign: Campaign | None, kind: Kind | None) -> list[Lane]:
    """Campaigns drawn by weight, then priority; within that the lanes are shuffled."""
    unread = unacknowledged_instructions(by)
    open_lanes = lanes_open_to(by).select_related("campaign")
    if campaign is not None:
        open_lanes = open_lanes.filter(campaign=campaign)
        unread = [each for each in unread if each.campaign_id == campaign.pk]
    if kind is not None:
        open_lanes = open_lanes.filter(kind=kind)
    unread_ids = {each.campaign_id for each in unread}
    lanes = [lane for lane in open_lanes if lane.campaign_id not in unread_ids]
    if not lanes and unread:
        raise GuidelineNotAcknowledged(unread[0].campaign.name)
    draw = random.SystemRandom()
    # Efraimidis and Spirakis 2006: sorting by u^(1/w) draws without replacement by weight
    key = {
        lane.campaign_id: -(draw.random() ** (1 / max(lane.campaign.weight, 1))) for lane in lanes
    }
    return sorted(lanes, key=lambda lane: (key[lane.campaign_id], lane.band, draw.random()))


def _lease(turn: Turn, *, seat: int, by: User) -> Assignment:
    task = Task.objects.select_related("campaign").get(pk=turn.task)
    work = task.campaign.works.get(kind=task.kind)
    seed = secrets.randbits(48)
    return Assignment.objects.create(
        task=task,
        person=by,
        lane_id=turn.lane,
        place=turn.place,
        seat=seat,
        seed=seed,
        order=random.Random(seed).sample(task.offered, len(task.offered)),
        instructions=_last_acknowledged(by, task.campaign),
        expires_at=timezone.now() + timedelta(minutes=work.lease_minutes),
    )


def _last_acknowledged(by: User, campaign: Campaign) -> Instructions | None:
    last = (
        Acknowledgement.objects.filter(person=by, instructions__campaign=campaign)
        .select_related("instructions")
        .order_by("-instructions__version")
        .first()
    )
    return last.instructions if last else None


def show_assignment(*, assignment: Assignment) -> datetime:
    """Start the clock of a lease when its item is first seen; renew the lease at each visit."""
    now = timezone.now()
    Assignment.objects.filter(pk=assignment.pk, shown_at__isnull=True).update(shown_at=now)
    return renew_assignment(assignment=assignment)


def renew_assignment(*, assignment: Assignment) -> datetime:
    """Give an open lease its full length again, because its person is at work."""
    work = assignment.task.campaign.works.get(kind=assignment.task.kind)
    until = timezone.now() + timedelta(minutes=work.lease_minutes)
    Assignment.objects.filter(pk=assignment.pk, state=AssignmentState.OPEN).update(expires_at=until)
    return until


def expire_overdue_assignments(*, limit: int = 500) -> int:
    """Take back leases whose time is over, one transaction each; say how many."""
    overdue = Assignment.objects.filter(
        state=AssignmentState.OPEN, expires_at__lt=timezone.now()
    ).order_by("expires_at")
    return sum(
        _give_back(pk, task, AssignmentState.EXPIRED, expires_at__lt=timezone.now())
        for pk, task in overdue.values_list("pk", "task_id")[:limit]
    )


def release_assignment(*, assignment: Assignment, by: User) -> None:
    """Give an open item back; it goes to somebody else."""
    if not _give_back(assignment.pk, assignment.task_id, AssignmentState.RELEASED, person_id=by.pk):
        assignment.refresh_from_db()
        raise AssignmentClosed(assignment.state)


@transaction.atomic
def _give_back(pk: int, task: int, to: AssignmentState, **only: object) -> bool:
    Task.objects.select_for_update().get(pk=task)
    ended = Assignment.objects.filter(pk=pk, state=AssignmentState.OPEN, **only).update(
        state=to, closed_at=timezone.now()
    )
    if ended:
        Task.objects.filter(pk=task).update(free=F("free") + 1)
    return ended == 1


@transaction.atomic
def skip_assignment(
    *, assignment: Assignment, reason: SkipReason, by: User, note: str = ""
) -> None:
    """Give up an item for a reason. All but “not my field” hold the task until a lead decides."""
    task = Task.objects.select_for_update().get(pk=assignment.task_id)
    skipped = Assignment.objects.filter(
        pk=assignment.pk, person=by, state=AssignmentState.OPEN
    ).update(
        state=AssignmentState.SKIPPED,
        closed_at=timezone.now(),
        skip_reason=reason,
        skip_note=note,
    )
    if not skipped:
        assignment.refresh_from_db()
        raise AssignmentClosed(assignment.state)
    Task.objects.filter(pk=task.pk).update(
        free=F("free") + 1, held=task.held if reason == SkipReason.NOT_MY_FIELD else reason
    )
    add_to_tally(campaign=task.campaign_id, slot=assignment.pk, skips=1)


def close_assignment(*, assignment: Assignment, by: User) -> CountsAs:
    """Move an assignment to submitted, exactly once; say what its judgement counts as.

    Call inside the transaction that writes the judgement.
    """
    mine = Assignment.objects.filter(pk=assignment.pk, person=by)
    closed = {"state": AssignmentState.SUBMITTED, "closed_at": timezone.now()}
    if mine.filter(state=AssignmentState.OPEN).update(**closed):
        return _counts_for(assignment, by)
    Task.objects.select_for_update().get(pk=assignment.task_id)
    if mine.filter(state=AssignmentState.EXPIRED).update(**closed):  # late: kept, never refused
        still_short = Task.objects.filter(pk=assignment.task_id, free__gt=0).update(
            free=F("free") - 1
        )
        return _counts_for(assignment, by) if still_short else CountsAs.SURPLUS
    assignment.refresh_from_db()
    if assignment.state == AssignmentState.SUBMITTED:
        raise AlreadySubmitted
    raise AssignmentClosed(assignment.state)


def _counts_for(assignment: Assignment, by: User) -> CountsAs:
    held_out = Membership.objects.filter(
        campaign=assignment.task.campaign_id, person=by, pool=Pool.HELD_OUT
    ).exists()
    return CountsAs.HELD_OUT if held_out else CountsAs.WORK
