"""A dataset, asked for and frozen at once, as a worker does it."""

from annotate.enums import SnapshotKind
from annotate.export.policy import Policy
from annotate.models import Campaign, Snapshot
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.snapshot import request_snapshot


def freeze(kind: SnapshotKind, campaign: Campaign, policy: Policy | None = None) -> Snapshot:
    request_snapshot(kind=kind, campaigns=[campaign], by=None, policy=policy)
    claimed = claim_snapshot()
    assert claimed is not None
    freeze_snapshot(snapshot=claimed)
    claimed.refresh_from_db()
    return claimed
