"""A dataset is asked for once, however often the request is sent; and stopped by whoever may."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from annotate.enums import Purpose, SnapshotKind
from annotate.errors import KeyReused, SnapshotEnded
from annotate.export.policy import Policy
from annotate.models import Campaign, Snapshot
from annotate.services.snapshot import request_snapshot, snapshot_store
from commons.audit import record
from commons.models import RunState, User
from commons.runs import cancel_run


@transaction.atomic
def request_snapshot_once(
    *,
    kind: SnapshotKind,
    campaigns: Sequence[Campaign],
    by: User,
    policy: Policy,
    purpose: Purpose = Purpose.FILES,
    key: UUID | None = None,
) -> Snapshot:
    """Ask for a dataset, or find the one that this person asked for under this key.

    The key of another request is refused (``KeyReused``).
    """
    asked = Snapshot.objects.filter(requested_by=by, key=key)
    if key is None or not asked.exists():
        try:
            with transaction.atomic():  # undone where the same request has just been kept
                made = request_snapshot(
                    kind=kind, campaigns=campaigns, by=by, policy=policy, purpose=purpose
                )
                Snapshot.objects.filter(pk=made.pk).update(key=key)
            return made
        except IntegrityError:
            if not asked.exists():
                raise
    found = asked.get()
    same = (found.kind, found.policy) == (kind, policy.as_json())
    only_checked = found.purpose == Purpose.CHECK and purpose == Purpose.FILES
    if not same or only_checked or {*found.campaigns.all()} != {*campaigns}:
        raise KeyReused
    return found


@transaction.atomic
def cancel_snapshot(*, snapshot: Snapshot, by: User | None) -> None:
    """Stop a dataset that is not frozen yet, and let go what was written of it.

    Twice is as good as once; what has ended otherwise is refused (``SnapshotEnded``).
    """
    if cancel_run(snapshot):
        record(actor=by, verb="snapshot.cancelled", subject=snapshot)
        # A worker that is still writing notices at its next beat, and clears up after itself.
        transaction.on_commit(snapshot_store().staged(str(snapshot.uuid)).discard)
    snapshot.refresh_from_db()
    if snapshot.state != RunState.CANCELLED:
        raise SnapshotEnded(str(RunState(snapshot.state).label).lower())
