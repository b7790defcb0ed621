"""A cycle that waits: the step it is at goes on to its end, and the next one is not begun."""

from django.db import transaction
from django.utils.translation import gettext

from commons.audit import record
from commons.models import User
from rewards.errors import TrackNotReady
from rewards.models import Cycle


@transaction.atomic
def pause_cycle(*, cycle: Cycle, by: User | None) -> None:
    """Let an open cycle wait before its next step."""
    _set(cycle, paused=True, refusal=gettext("This cycle has ended, or waits already."))
    record(actor=by, verb="cycle.paused", subject=cycle, stage=cycle.stage)


@transaction.atomic
def resume_cycle(*, cycle: Cycle, by: User | None) -> None:
    """Let a paused cycle go on where it stands."""
    _set(cycle, paused=False, refusal=gettext("This cycle has ended, or goes on already."))
    record(actor=by, verb="cycle.resumed", subject=cycle, stage=cycle.stage)


def _set(cycle: Cycle, *, paused: bool, refusal: str) -> None:
    waiting = Cycle.objects.filter(pk=cycle.pk, closed_at__isnull=True, paused=not paused)
    if not waiting.update(paused=paused):
        raise TrackNotReady(refusal)
    cycle.refresh_from_db()
