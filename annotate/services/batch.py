"""What a lead does with one arrival of prompts: withdraw it, restore it, change its priority.

Whoever acts on a batch locks it first, then lanes, then tasks.
"""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.expressions import CombinedExpression
from django.utils import timezone
from django.utils.translation import gettext

from annotate.enums import Hold
from annotate.errors import BatchMoved
from annotate.models import Assignment, Batch, Lane, Task
from annotate.selectors.batch import (
    reported_and_withdrawn,
    tasks_of,
    touched_by_batch,
    unfinished,
)
from annotate.selectors.hold import standing_hold
from annotate.services.queue.places import SHUFFLED, arrival, place_in
from annotate.services.returning import end_unseen_turns
from commons.audit import record
from commons.models import User

LOW = 2**SHUFFLED - 1  # the bits of a place that hold the shuffle


@transaction.atomic
def withdraw_batch(*, batch: Batch, by: User) -> int:
    """Hand out nothing more of what a batch brought; say how many tasks that stops.

    What people see stays with them and what they submit is kept, but no new snapshot takes it;
    what was loaded ahead for them goes back. Items that wait for a decision over a report go on
    waiting for it.
    """
    out = Batch.objects.filter(pk=batch.pk, withdrawn_at__isnull=True)
    if not out.update(withdrawn_at=timezone.now()):
        raise BatchMoved(
            gettext("“%(name)s” is withdrawn already; nothing was changed.") % {"name": batch.name}
        )
    stopped = tasks_of(batch).filter(held="").update(held=Hold.WITHDRAWN)
    end_unseen_turns(Assignment.objects.filter(task__in=tasks_of(batch)))
    leases = touched_by_batch(batch).leases
    record(actor=by, verb="batch.withdrawn", subject=batch, tasks=stopped, leases=leases)
    return stopped


@transaction.atomic
def restore_batch(*, batch: Batch, by: User) -> int:
    """Undo a withdrawal; say how many tasks are back, at the tails of their lanes.

    What a decision over a report took out stays out, and what was reported meanwhile waits for
    its decision.
    """
    back = Batch.objects.filter(pk=batch.pk, withdrawn_at__isnull=False)
    if not back.update(withdrawn_at=None):
        raise BatchMoved(
            gettext("“%(name)s” is not withdrawn; nothing was changed.") % {"name": batch.name}
        )
    stopped = tasks_of(batch).filter(held=Hold.WITHDRAWN)
    reported = {task.pk: standing_hold(task) for task in reported_and_withdrawn(batch)}
    lanes = set(stopped.order_by().values_list("lane", flat=True).distinct())
    tail = _behind(_number_behind(lanes)) if lanes else F("place")
    restored = stopped.exclude(pk__in=reported).update(held="", place=tail)
    for pk, held in reported.items():
        if held != Hold.WITHDRAWN:
            restored += stopped.filter(pk=pk).update(held=held, place=tail)
    record(actor=by, verb="batch.restored", subject=batch, tasks=restored)
    return restored


@transaction.atomic
def reprioritise_batch(*, batch: Batch, band: int, by: User) -> int:
    """Let what a batch brought come earlier or later; say how many tasks moved.

    They go to the tail of the lanes of that band, in one transaction: people who hand in an
    item of this batch wait until it is done.
    """
    Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    prompts = batch.intake.update(priority=band)
    moving = unfinished(tasks_of(batch)).exclude(lane__band=band)
    lanes = Lane.objects.filter(pk__in=moving.order_by().values("lane").distinct())
    there = {lane.pk: _beside(lane, band) for lane in lanes}
    moved = _move(moving, there) if there else 0
    record(
        actor=by, verb="batch.reprioritised", subject=batch, band=band, prompts=prompts, tasks=moved
    )
    return moved


def _beside(lane: Lane, band: int) -> int:
    """The lane that differs from this one in its band alone."""
    there, _ = Lane.objects.get_or_create(
        campaign_id=lane.campaign_id,
        kind=lane.kind,
        skill=lane.skill,
        language=lane.language,
        clearance=lane.clearance,
        pool=lane.pool,
        band=band,
        purpose=lane.purpose,
        reserved_for_id=lane.reserved_for_id,
    )
    return there.pk


def _number_behind(lanes: Collection[int]) -> int:
    """Number an arrival that is behind all that waits in these lanes, locked in one order."""
    found = Lane.objects.filter(pk__in=lanes).order_by("pk")
    locked = found.select_for_update(no_key=True)  # a turn may name its lane meanwhile
    last = max((lane.batch for lane in locked), default=0)
    number = arrival(timezone.now(), last=last)
    found.update(batch=number)
    return number


def _move(tasks: QuerySet[Task], there: Mapping[int, int]) -> int:
    """Put the tasks of each lane behind all that waits in another one: in one statement."""
    number = _number_behind(there.values())
    return Task.objects.filter(pk__in=tasks.order_by().values("pk")).update(
        lane=Case(*(When(lane=pk, then=Value(to)) for pk, to in there.items())),
        place=_behind(number),
    )


def _behind(number: int) -> CombinedExpression:
    """Places of that arrival, shuffled as they were."""
    return F("place").bitand(LOW) + place_in(number, 0)
