"""A reported item is decided over: back to the queue, or out of the campaign for good."""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from annotate.enums import Hold
from annotate.errors import AlreadyDecided, NotAllowed
from annotate.models import ActNote, Batch, Task
from annotate.selectors.hold import RETURNED, WITHDRAWN, may_decide, standing_hold
from annotate.services.queue.places import tail_place
from commons.audit import record
from commons.models import AuditEvent, User


@transaction.atomic
def return_to_queue(*, task: Task, seen: Hold, by: User, note: str = "") -> Hold | None:
    """Let others have a reported item; whoever skipped it does not get it again.

    ``seen`` is the reason that the person decided over: where another was first, or the reason
    is a different one by now, nothing changes. Returns what holds the item still, if anything:
    a report for another reason that nobody has decided over, or its batch's withdrawal.
    """
    _check(task, seen, by)
    is_out = _is_withdrawn(_lock_batch(task))
    locked = Task.objects.select_for_update(of=("self",)).select_related("lane")
    last = locked.get(pk=task.pk).lane.batch  # one more report has to wait
    held = standing_hold(task, decided_now=seen) or (Hold.WITHDRAWN if is_out else "")
    # most people have passed its old place meanwhile
    tail = tail_place(timezone.now(), last=last, shuffle=secrets.randbits(32))
    _move(task, seen, to=held, place=tail)
    event = record(actor=by, verb=RETURNED, subject=task, was_held_for=seen, held=held)
    _keep_note(event, note)
    return Hold(held) if held else None


@transaction.atomic
def withdraw_task(*, task: Task, seen: Hold, by: User, note: str = "") -> None:
    """Take a reported item out of its campaign for good; what was judged of it is kept."""
    _check(task, seen, by)
    _move(task, seen, to=Hold.WITHDRAWN)
    _keep_note(record(actor=by, verb=WITHDRAWN, subject=task, was_held_for=seen), note)


def _keep_note(event: AuditEvent, note: str) -> None:
    """Beside the record, which is for ever: what a person wrote may have to be erased."""
    if note:
        ActNote.objects.create(event=event, text=note)


def _check(task: Task, seen: Hold, by: User) -> None:
    if not may_decide(by, task, seen):
        raise NotAllowed(gettext("Somebody else decides over such reports; leave it to them."))


def _lock_batch(task: Task) -> Batch | None:
    """The arrival that brought the item; whoever withdraws or restores it comes before or after."""
    batches = Batch.objects.select_for_update(of=("self",), no_key=True)
    return batches.filter(intake__campaign=task.campaign_id, intake__prompt=task.prompt_id).first()


def _is_withdrawn(batch: Batch | None) -> bool:
    return batch is not None and batch.withdrawn_at is not None


def _move(task: Task, seen: Hold, *, to: str, **columns: object) -> None:
    if not Task.objects.filter(pk=task.pk, held=seen).update(held=to, **columns):
        raise AlreadyDecided
