"""Claim, beat and end a run. A filtered update says who won; nobody locks.

    REQUESTED --claim_run--> RUNNING --finish_run | fail_run | cancel_run--> ended

A holder that stops beating for ``SILENCE`` is taken for dead, and its run may be claimed anew.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.apps import apps
from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from commons.models import Run, RunState

SILENCE = timedelta(seconds=45)  # holders beat every five seconds

R = TypeVar("R", bound=Run)


def claimable(rows: QuerySet[R]) -> QuerySet[R]:
    """The runs that nobody holds: requested ones, and those whose holder fell silent."""
    return rows.filter(
        Q(state=RunState.REQUESTED)
        | Q(state=RunState.RUNNING, heartbeat_at__lt=timezone.now() - SILENCE)
    )


def claim_run(rows: QuerySet[R]) -> R | None:
    """Take the oldest claimable run of ``rows``, or None when there is none."""
    for pk in claimable(rows).order_by("requested_at", "pk").values_list("pk", flat=True)[:10]:
        token, now = uuid.uuid4(), timezone.now()
        won = claimable(rows.model._default_manager.filter(pk=pk)).update(
            state=RunState.RUNNING,
            token=token,
            attempts=F("attempts") + 1,
            started_at=now,
            heartbeat_at=now,
            error="",
        )
        if won:
            return rows.model._default_manager.get(pk=pk)
    return None


def seize_run(run: R) -> R | None:
    """Take a run that has not ended from whoever holds it; only the owner of its step may.

    The former holder, if it still lives, finds its claim lost at its next beat.
    """
    token, now = uuid.uuid4(), timezone.now()
    rows = type(run)._default_manager.filter(
        pk=run.pk, state__in=[RunState.REQUESTED, RunState.RUNNING]
    )
    taken = rows.update(
        state=RunState.RUNNING,
        token=token,
        attempts=F("attempts") + 1,
        started_at=now,
        heartbeat_at=now,
    )
    return type(run)._default_manager.get(pk=run.pk) if taken else None


def beat_run(
    run: Run, *, done: int | None = None, total: int | None = None, says: str = ""
) -> bool:
    """Say that the holder lives and how far it is. False: the claim is lost, stop at once."""
    changes: dict[str, object] = {"heartbeat_at": timezone.now()}
    if done is not None:
        changes["done"] = done
    if total is not None:
        changes["total"] = total
    if says:
        changes["says"] = says[:200]
    return _held(run).update(**changes) == 1


def note_in_run(run: Run, **columns: object) -> bool:
    """Write down what its holder has found of a run, and that it lives. False: the claim is lost,
    stop at once."""
    return _held(run).update(heartbeat_at=timezone.now(), **columns) == 1


def finish_run(run: Run, **columns: object) -> bool:
    """End a run well, with what it made. False: somebody else holds it now."""
    return _end(run, RunState.DONE, error="", **columns)


def fail_run(run: Run, *, error: str) -> bool:
    """End a run with words that say why and what to do."""
    return _end(run, RunState.FAILED, error=error)


def cancel_run(run: Run) -> bool:
    """Stop a run that has not ended; its holder notices at its next beat."""
    return bool(
        type(run)
        ._default_manager.filter(pk=run.pk, state__in=[RunState.REQUESTED, RunState.RUNNING])
        .update(state=RunState.CANCELLED, finished_at=timezone.now(), token=None)
    )


def request_again(run: Run, **columns: object) -> bool:
    """Put a failed run back in the queue, with these columns as it had them at first."""
    return bool(
        type(run)
        ._default_manager.filter(pk=run.pk, state=RunState.FAILED)
        .update(state=RunState.REQUESTED, finished_at=None, token=None, error="", **columns)
    )


def _held(run: R) -> QuerySet[R]:
    return type(run)._default_manager.filter(pk=run.pk, state=RunState.RUNNING, token=run.token)


def _end(run: Run, state: RunState, **columns: object) -> bool:
    ended = _held(run).update(state=state, finished_at=timezone.now(), token=None, **columns)
    if ended:
        run.refresh_from_db()
    return ended == 1


@dataclass(frozen=True)
class QueueLength:
    """How many runs of one sort wait or go on, and since when the oldest waits."""

    label: str
    waiting: int
    running: int
    silent: int  # whose holder is taken for dead: another worker claims them
    oldest: datetime | None


def queue_lengths() -> list[QueueLength]:
    """Of every sort of run of which something is not over, of whichever app."""
    sorts = [each for each in apps.get_models() if issubclass(each, Run)]
    return [found for each in sorts if (found := _length(each)) is not None]


def _length(sort: type[Run]) -> QueueLength | None:
    waits, runs = Q(state=RunState.REQUESTED), Q(state=RunState.RUNNING)
    silent = runs & Q(heartbeat_at__lt=timezone.now() - SILENCE)
    found = sort._default_manager.filter(waits | runs, sort.may_be_taken()).aggregate(
        waiting=Count("pk", waits),
        running=Count("pk", runs),
        silent=Count("pk", silent),
        oldest=Min("requested_at", filter=waits),
    )
    if not found["waiting"] and not found["running"]:
        return None
    return QueueLength(str(sort.called or sort._meta.verbose_name), **found)
