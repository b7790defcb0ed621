"""What becomes of a dataset that holds something that was erased since."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from annotate.enums import SnapshotKind
from annotate.errors import NotAffected
from annotate.export.policy import policy_from
from annotate.models import Snapshot
from annotate.selectors.erasure import erasures_since, reach_again, snapshots_reached
from annotate.services.snapshot import request_snapshot, snapshot_store
from commons.audit import record
from commons.models import RunState, User


@transaction.atomic
def rebuild_snapshot(*, snapshot: Snapshot, by: User) -> Snapshot:
    """Ask for a dataset of the same kind, campaigns and policy, as they stand now."""
    made = request_snapshot(
        kind=SnapshotKind(snapshot.kind),
        campaigns=list(snapshot.campaigns.all()),
        policy=policy_from(snapshot.policy),
        by=by,
    )
    made.instead_of = snapshot
    made.save(update_fields=["instead_of"])
    return made


@transaction.atomic
def remove_files(*, snapshot: Snapshot, by: User) -> None:
    """Take the files of an affected dataset away; its row, members and manifest stay."""
    there = Snapshot.objects.filter(pk=snapshot.pk, state=RunState.DONE, removed_at=None)
    if not snapshot.erasures.exists() or not there.update(removed_at=timezone.now()):
        raise NotAffected
    record(actor=by, verb="snapshot.removed", subject=snapshot)
    transaction.on_commit(lambda: snapshot_store().remove(str(snapshot.uuid)))


def mark_erased(snapshot: Snapshot) -> bool:
    """Mark a snapshot under way that holds something that was erased meanwhile; say whether so."""
    for erasure in erasures_since(snapshot).exclude(snapshots=snapshot):
        if snapshots_reached(reach_again(erasure)).filter(pk=snapshot.pk).exists():
            erasure.snapshots.add(snapshot)
    return snapshot.erasures.exists()


def words_for_erased() -> str:
    """Why a snapshot under way is not finished, and what to do."""
    return gettext(
        "Something in it was erased while it was being written, so nothing of it was kept. "
        "Rebuild it without that."
    )
