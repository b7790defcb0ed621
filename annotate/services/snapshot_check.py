"""A check that nobody wants to become files is let go."""

from django.db import transaction

from annotate.enums import Purpose
from annotate.models import Snapshot
from commons.audit import record
from commons.models import RunState, User


@transaction.atomic
def discard_checked(*, snapshot: Snapshot, by: User) -> bool:
    """Forget a check that has ended, with its members; False: it became files, or is gone."""
    ended = Snapshot.objects.select_for_update().filter(
        pk=snapshot.pk, purpose=Purpose.CHECK, state=RunState.DONE
    )
    if ended.first() is None:
        return False
    record(actor=by, verb="snapshot.discarded", subject=snapshot, kind=snapshot.kind)
    return bool(ended.delete()[0])
