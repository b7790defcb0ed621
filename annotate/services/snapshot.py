"""Judgements become a dataset that never changes again.

request_snapshot -> claim_snapshot -> freeze_snapshot: members first, then shards, manifest last
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from annotate.enums import SnapshotKind
from annotate.errors import NothingToFreeze
from annotate.export.errors import SnapshotError
from annotate.export.manifest import Manifest
from annotate.export.pseudonyms import pseudonym, snapshot_key
from annotate.export.rows import MARGINS
from annotate.export.snapshot import write_snapshot
from annotate.export.splits import SIDES
from annotate.models import Campaign, Demonstration, Ranking, Snapshot, SnapshotMember
from annotate.selectors.snapshot import demonstrations_to_freeze, rankings_to_freeze
from annotate.selectors.snapshot_rows import rows_of
from commons.artifacts import ArtifactError
from commons.audit import record
from commons.models import User
from commons.runs import beat_run, claim_run, fail_run, finish_run

CHUNK = 2000


@dataclass(frozen=True)
class SnapshotPolicy:
    """What is chosen when a snapshot is frozen; it is written into the manifest.

    ``resolved``: where a reviewer has settled an item, the label that they added stands in the
    place of the judgements. Without, the judgements stand. What was turned down never does.
    """

    imported: bool = True
    ties: str = "drop"
    margins: bool = False
    resolved: bool = True


UNSAID = {"resolved": False}  # of snapshots that were asked for before there were reviews


@transaction.atomic
def request_snapshot(
    *,
    kind: SnapshotKind,
    campaigns: Sequence[Campaign],
    by: User | None,
    policy: SnapshotPolicy | None = None,
) -> Snapshot:
    """Ask for a dataset of everything that counts in these campaigns now or when it is frozen."""
    policy = policy or SnapshotPolicy()
    if not _to_freeze(kind, campaigns, policy).exists():
        raise NothingToFreeze(str(SnapshotKind(kind).label))
    snapshot = Snapshot.objects.create(kind=kind, policy=asdict(policy), requested_by=by)
    snapshot.campaigns.set(campaigns)
    record(actor=by, verb="snapshot.requested", subject=snapshot, kind=kind)
    return snapshot


def claim_snapshot() -> Snapshot | None:
    """Take the oldest snapshot that waits to be frozen, or whose worker died."""
    return claim_run(Snapshot.objects.all())


class ClaimLost(Exception):
    """Another worker holds the snapshot now, or it was cancelled."""


def freeze_snapshot(
    *, snapshot: Snapshot, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> None:
    """Freeze a claimed snapshot. Killed at any line, it is claimed anew and goes on.

    Members are written once and found again by the next holder; the folder appears by one
    rename, and a folder that is already there is verified instead of written.
    """
    try:
        members = freeze_members(snapshot=snapshot)
        manifest = _write(snapshot, members, on_progress)
    except ClaimLost:
        return
    except (NothingToFreeze, SnapshotError, ArtifactError, OSError) as broken:
        fail_run(snapshot, error=str(broken))
        return
    finish_run(
        snapshot,
        digest=manifest.digest,
        manifest=manifest.as_json(),
        done=members,
        total=members,
        says="frozen",
    )


def _write(snapshot: Snapshot, members: int, on_progress: Callable[[int, int], None]) -> Manifest:
    key = snapshot_key(
        settings.PSEUDONYM_KEY.encode(),
        members_digest=snapshot.members_digest,
        policy=snapshot.policy,
    )
    done = 0

    def heard(more: int) -> None:
        nonlocal done
        done += more
        if not beat_run(snapshot, done=done, total=members, says="writing shards"):
            raise ClaimLost
        on_progress(done, members)

    rows = {
        side: rows_of(
            snapshot,
            side,
            name_for=lambda rater: pseudonym(key, rater),
            margins=MARGINS if snapshot.policy["margins"] else None,
            heard=heard,
        )
        for side in SIDES
    }
    return write_snapshot(
        snapshot_folder(snapshot),
        kind=snapshot.kind,
        policy=snapshot.policy,
        rows=rows,
        members_digest=snapshot.members_digest,
    )


def snapshot_folder(snapshot: Snapshot) -> Path:
    """Where the files of a frozen snapshot lie."""
    return Path(settings.ARTIFACTS) / "snapshots" / str(snapshot.uuid)


@transaction.atomic
def freeze_members(*, snapshot: Snapshot) -> int:
    """Write down which revisions belong to the snapshot, all or none; say how many."""
    Snapshot.objects.select_for_update().get(pk=snapshot.pk)
    standing = snapshot.members.count()
    if standing:
        return standing
    policy = SnapshotPolicy(**UNSAID | snapshot.policy)
    campaigns = list(snapshot.campaigns.all())
    digest, position = hashlib.sha256(), 0
    found = _to_freeze(snapshot.kind, campaigns, policy).values_list(
        "pk", "uuid", "revision", "prompt__side"
    )
    column = "demonstration_id" if snapshot.kind == SnapshotKind.SFT else "ranking_id"
    rows = found.iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        SnapshotMember.objects.bulk_create(
            SnapshotMember(snapshot=snapshot, position=position + i, side=side, **{column: pk})
            for i, (pk, _, _, side) in enumerate(chunk)
        )
        for _, uuid, revision, side in chunk:
            digest.update(f"{uuid} {revision} {side}\n".encode())
        position += len(chunk)
    if not position:
        raise NothingToFreeze(str(SnapshotKind(snapshot.kind).label))
    snapshot.members_digest = digest.hexdigest()
    Snapshot.objects.filter(pk=snapshot.pk).update(members_digest=snapshot.members_digest)
    return position


def _to_freeze(
    kind: str, campaigns: Sequence[Campaign], policy: SnapshotPolicy
) -> QuerySet[Demonstration] | QuerySet[Ranking]:
    if kind == SnapshotKind.SFT:
        return demonstrations_to_freeze(
            campaigns, imported=policy.imported, resolved=policy.resolved
        )
    return rankings_to_freeze(campaigns, imported=policy.imported, resolved=policy.resolved)
