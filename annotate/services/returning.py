"""Turns come back to the queue: given up, skipped, taken back, or their time is over."""

import secrets

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, UUIDField, Value, When
from django.utils import timezone

from annotate.enums import AssignmentState
from annotate.models import Assignment, Task
from annotate.selectors.task import is_asked_no_more
from annotate.services.queue.places import tail_place
from commons.models import User

# A lease that ended unseen may be given anew: the request that took it, sent again, takes one.
KEY_IF_SEEN = Case(
    When(shown_at__isnull=True, then=Value(None, output_field=UUIDField())), default=F("take_key")
)
PASSED_ON = (AssignmentState.SKIPPED, AssignmentState.RELEASED)


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

    Where the prompt was asked again since, or checks people by now, or does so no more, nobody
    needs the turn: the task wants one less. Nor where its person passes on what is reserved for
    them alone: nobody else may take it.
    ``only`` narrows further whose turn may end; ``columns`` are written with the end.
    """
    if to == AssignmentState.EXPIRED:
        columns["take_key"] = KEY_IF_SEEN
    tasks = Task.objects.select_for_update(of=("self",)).select_related("lane")
    locked = tasks.get(pk=task)
    ended = Assignment.objects.filter(only or Q(), pk=assignment, state=was).update(
        state=to, closed_at=timezone.now(), **columns
    )
    is_passed_on = to in PASSED_ON and locked.lane.reserved_for_id is not None
    if ended and (is_passed_on or is_asked_no_more(task)):
        Task.objects.filter(pk=task).update(wanted=F("wanted") - 1)
    elif ended:
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


def end_unseen_turns(turns: QuerySet[Assignment]) -> int:
    """Give back those of these turns that were loaded ahead and that nobody has seen; say how many.

    Their tasks are not to be shown now. Call inside the transaction that decides so.
    """
    unseen = Q(state=AssignmentState.OPEN, shown_at__isnull=True)
    return end_turns(turns.filter(unseen), only=unseen)


@transaction.atomic
def give_back_unseen_turns(*, of: User) -> int:
    """Give back what was loaded ahead for a person who goes on with nothing like it."""
    return end_unseen_turns(Assignment.objects.filter(person=of))


def end_turns(turns: QuerySet[Assignment], *, only: Q | None = None) -> int:
    """End turns that are out, and give them back; say how many were so still."""
    found = list(turns.order_by("task", "pk").values_list("pk", "task_id", "state"))
    return sum(
        return_turn(
            assignment=pk,
            task=task,
            to=AssignmentState.EXPIRED,
            was=AssignmentState(state),
            only=only,
        )
        for pk, task, state in found
    )


def expire_overdue_assignments(*, of: User | None = None, limit: int = 500) -> int:
    """Take back leases whose time is over, ``of`` one person or of all; say how many.

    One transaction each.
    """
    overdue = Assignment.objects.filter(
        state=AssignmentState.OPEN, expires_at__lt=timezone.now()
    ).order_by("expires_at")
    if of is not None:
        overdue = overdue.filter(person=of)
    return sum(
        return_turn(
            assignment=pk,
            task=task,
            to=AssignmentState.EXPIRED,
            only=Q(expires_at__lt=timezone.now()),
        )
        for pk, task in overdue.values_list("pk", "task_id")[:limit]
    )
