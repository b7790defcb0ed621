"""What becomes of a dataset that holds something that was erased since."""

from django.db import transaction

from annotate.enums import Removal, SnapshotKind
from annotate.errors import NotAffected
from annotate.export.policy import policy_from
from annotate.models import Snapshot
from annotate.selectors.erasure import erasures_since, reach_again, snapshots_reached
from annotate.services.snapshot import request_snapshot
from annotate.services.snapshot_removal import mark_removed
from commons.audit import record
from commons.models import User
from commons.sentences import sentence as _


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
    if not snapshot.erasures.exists() or not mark_removed(snapshot, Removal.ERASED):
        raise NotAffected
    record(actor=by, verb="snapshot.removed", subject=snapshot)


def mark_erased(snapshot: Snapshot) -> bool:
    """Mark a snapshot under way that holds something that was erased meanwhile; say whether so."""
    for erasure in erasures_since(snapshot).exclude(snapshots=snapshot):
        if snapshots_reached(reach_again(erasure)).filter(pk=snapshot.pk).exists():
            erasure.snapshots.add(snapshot)
    return snapshot.erasures.exists()


def words_for_erased(snapshot: Snapshot) -> str:
    """Why a snapshot under way is not finished, and what to do."""
    if snapshot.are_files_gone:
        return _(
            "Something in it was erased since it was frozen, so its files cannot be made as they "
            "were, and nothing was kept. Rebuild it without that."
        )
    return _(
        "Something in it was erased while it was being written, so nothing of it was kept. "
        "Rebuild it without that."
    )
