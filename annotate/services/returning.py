"""Turns come back to the queue: given up, skipped, taken back, or their time is over."""

import secrets

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from annotate.enums import AssignmentState
from annotate.models import Assignment, Task
from annotate.services.queue.places import tail_place


@transaction.atomic
def return_turn(
    *,
    assignment: int,
    task: int,
    to: AssignmentState,
    only: Q | None = None,
    was: AssignmentState = AssignmentState.OPEN,
    **columns: object,
) -> bool:
    """End a turn and give it back to the queue; False where it was not in that state any more.

    ``only`` narrows further whose turn may end; ``columns`` are written with the end.
    """
    locked = Task.objects.select_for_update(of=("self",)).select_related("lane").get(pk=task)
    ended = Assignment.objects.filter(only or Q(), pk=assignment, state=was).update(
        state=to, closed_at=timezone.now(), **columns
    )
    if ended:
        add_turns(task=locked)
    return ended == 1


def add_turns(*, task: Task, more_wanted: int = 0, **columns: object) -> None:
    """Raise ``free`` by one, and ``wanted`` where one more is asked for.

    Call with the task locked and its lane loaded. A task of which nothing was left goes to the
    tail of its lane: most people have passed its old place.
    """
    if task.free == 0:
        shuffle = secrets.randbits(32)
        columns["place"] = tail_place(timezone.now(), last=task.lane.batch, shuffle=shuffle)
    Task.objects.filter(pk=task.pk).update(
        free=F("free") + 1, wanted=F("wanted") + more_wanted, **columns
    )


def expire_overdue_assignments(*, limit: int = 500) -> int:
    """Take back leases whose time is over, one transaction each; say how many."""
    overdue = Assignment.objects.filter(
        state=AssignmentState.OPEN, expires_at__lt=timezone.now()
    ).order_by("expires_at")
    return sum(
        return_turn(
            assignment=pk,
            task=task,
            to=AssignmentState.EXPIRED,
            only=Q(expires_at__lt=timezone.now()),
        )
        for pk, task in overdue.values_list("pk", "task_id")[:limit]
    )
