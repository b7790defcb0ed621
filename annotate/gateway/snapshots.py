"""Frozen datasets: asked for, frozen here, found again on this machine."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet

from annotate.enums import Purpose, Removal, SnapshotKind, Taken
from annotate.errors import FilesLetGo, FilesNeeded, NoFilesToLetGo
from annotate.export.policy import Policy
from annotate.models import Campaign, Snapshot
from annotate.selectors.snapshot import snapshots_of
from annotate.services.access import note_access, note_look
from annotate.services.freezing import freeze_snapshot
from annotate.services.snapshot import request_snapshot, snapshot_folder
from annotate.services.snapshot_removal import let_go_files
from commons.artifacts import ArtifactError
from commons.models import RunState, User
from commons.runs import claim_run
from commons.sentences import said_by


@dataclass(frozen=True)
class SnapshotStatus:
    """Where a snapshot stands. ``rows`` counts them per side once it is frozen."""

    id: UUID
    pk: int
    kind: SnapshotKind
    state: str
    rows: dict[str, int]
    digest: str
    error: str
    files_gone_at: datetime | None = None  # since when its files are let go; None: they are there


def request_freeze(
    *,
    kind: SnapshotKind,
    campaigns: Sequence[UUID],
    by: User | None = None,
    chances: bool = False,
) -> UUID:
    """Ask for a dataset; ``NothingToFreeze`` when nothing counts there yet.

    ``chances``: its rows say with which chance they were drawn, and rankings what they count where
    people are measured against each other.
    """
    chosen = list(Campaign.objects.filter(uuid__in=campaigns))
    policy = Policy(chances=chances)
    return request_snapshot(kind=kind, campaigns=chosen, by=by, policy=policy).uuid


def freeze_requested(
    snapshot: UUID, *, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> SnapshotStatus:
    """Freeze a requested snapshot here and now, unless another worker is at it."""
    claimed = claim_run(Snapshot.objects.filter(uuid=snapshot))
    if claimed is not None:
        freeze_snapshot(snapshot=claimed, on_progress=on_progress)
    return snapshot_status(snapshot)


def local_snapshot(snapshot: UUID, heard: Callable[[], None] = lambda: None) -> Path:
    """The folder on this machine with a frozen snapshot's files, fetched if it is not here.

    ``heard`` is called now and then meanwhile, and may raise. ``LookupError`` when there is no
    snapshot of that id, ``ArtifactError`` when its files cannot be had, or were let go.
    """
    try:
        return snapshot_folder(_found(snapshot), heard)
    except FilesLetGo as gone:
        raise ArtifactError(said_by(gone)) from gone


def snapshot_status(snapshot: UUID) -> SnapshotStatus:
    """How a snapshot stands; ``LookupError`` when there is none of that id."""
    return _status(_found(snapshot))


def hold_snapshot(snapshot: UUID) -> SnapshotStatus:
    """The same, and nobody lets its files go before the transaction ends: call it in the one that
    writes down who needs them."""
    list(Snapshot.objects.select_for_update(no_key=True).filter(uuid=snapshot).values_list("pk"))
    return snapshot_status(snapshot)


def _status(found: Snapshot) -> SnapshotStatus:
    return SnapshotStatus(
        id=found.uuid,
        pk=found.pk,
        kind=SnapshotKind(found.kind),
        state=found.state,
        rows=dict(found.manifest.get("rows", {})),
        digest=found.digest,
        error=found.error,
        files_gone_at=found.removed_at,
    )


def snapshots_with_files(ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Those of these that are frozen and whose files are there, with when these were made."""
    there = _with_files().filter(uuid__in=ids)
    return {uuid: at for uuid, at in there.values_list("uuid", "finished_at") if at is not None}


def bytes_of_snapshots(ids: Collection[UUID]) -> int:
    """What the files of those among these weigh that are there, by their manifests."""
    return sum(each.bytes for each in _with_files().filter(uuid__in=ids).only("manifest"))


def let_go_old_files(snapshot: UUID) -> bool:
    """Let the files of a dataset go for their age; False where they are gone, or needed by now."""
    found = _found(snapshot)
    try:
        let_go_files(snapshot=found, by=None, why=Removal.AGE)
    except (NoFilesToLetGo, FilesNeeded):
        return False
    return True


def may_see_snapshot(user: User, snapshot: UUID) -> bool:
    return snapshots_of(user).filter(uuid=snapshot).exists()


def note_card(*, by: User, subject: str, file: str, snapshot: UUID) -> None:
    """The same of the card of what was made from a snapshot, in the campaigns of that."""
    found = _found(snapshot).campaigns.all()
    note_access(by=by, taken=Taken.CARD, subject=subject, part=file, campaigns=found)


def note_card_read(*, by: User, subject: str, page: str, snapshots: Collection[UUID]) -> None:
    """Write down, once an hour, that somebody reads pairs of these snapshots on such a card."""
    held = Campaign.objects.filter(snapshots__uuid__in=snapshots)
    note_look(by=by, taken=Taken.ITEMS, subjects=[subject], part=page, campaigns=held)


def _with_files() -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(purpose=Purpose.FILES, state=RunState.DONE, removed_at=None)


def _found(snapshot: UUID) -> Snapshot:
    """A check is none: it has no files to train on."""
    found = Snapshot.objects.filter(uuid=snapshot, purpose=Purpose.FILES).first()
    if found is None:
        raise LookupError(f"there is no snapshot {snapshot}")
    return found
