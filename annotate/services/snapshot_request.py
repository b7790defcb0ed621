"""A dataset is asked for once, however often the request is sent; and stopped by whoever may."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotate.enums import Purpose, SnapshotKind
from annotate.errors import KeyReused, SnapshotEnded
from annotate.export.policy import Policy
from annotate.models import Campaign, Snapshot
from annotate.services.snapshot import request_snapshot, snapshot_store
from commons.audit import record
from commons.models import RunState, User
from commons.runs import cancel_run, request_again


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
    """Stop a dataset that is not frozen yet, and let go what was written of it. One whose files
    were to be made again is as it was before: frozen, without them.

    Twice is as good as once; what has ended otherwise is refused (``SnapshotEnded``).
    """
    if _stop_making_again(snapshot) or cancel_run(snapshot):
        record(actor=by, verb="snapshot.cancelled", subject=snapshot)
        # A worker that is still writing notices at its next beat, and clears up after itself.
        transaction.on_commit(snapshot_store().staged(str(snapshot.uuid)).discard)
    snapshot.refresh_from_db()
    if snapshot.state != RunState.CANCELLED and not snapshot.are_files_gone:
        raise SnapshotEnded(str(RunState(snapshot.state).label).lower())


def _stop_making_again(snapshot: Snapshot) -> bool:
    going_on = Snapshot.objects.filter(
        pk=snapshot.pk,
        state__in=[RunState.REQUESTED, RunState.RUNNING],
        removed_at__isnull=False,
    )
    return bool(going_on.update(state=RunState.DONE, finished_at=timezone.now(), token=None))


@transaction.atomic
def freeze_again(snapshots: Sequence[UUID]) -> None:
    """Put those of these that failed back in the queue; what was written of them is kept."""
    for each in Snapshot.objects.filter(uuid__in=snapshots):
        request_again(each)
