"""The files of a frozen dataset, as they are handed out; who took them away is written down."""

import hashlib
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from annotate.enums import Taken
from annotate.errors import NoSuchFile
from annotate.export.manifest import CARD, NAME, PICTURES
from annotate.models import Snapshot
from annotate.services.access import note_access
from annotate.services.snapshot import refuse_gone, snapshot_store
from commons.audit import record
from commons.models import AuditEvent, RunState, User

DOWNLOADED = "snapshot.downloaded"
COPIED, PUSHED = "snapshot.copied", "snapshot.pushed"  # by a command
# Beside the shards; the manifest has no hash of itself, and the cards are made from it.
WORDS = (NAME, CARD, f"jsonl/{CARD}")
TYPES = {
    "json": "application/json",
    "jsonl": "application/jsonl",
    "md": "text/markdown; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True)
class SnapshotFile:
    """One file of a snapshot; ``name`` is for whoever keeps it beside those of others."""

    snapshot: Snapshot
    path: str
    bytes: int
    sha256: str
    rows: int | None = None  # of a shard

    @property
    def name(self) -> str:
        return f"{self.snapshot.kind}-{str(self.snapshot.uuid)[:8]}-{self.path.replace('/', '-')}"

    @property
    def content_type(self) -> str:
        return TYPES.get(self.path.rpartition(".")[2], "application/octet-stream")

    def opened(self) -> BinaryIO:
        return _opened(self.snapshot, self.path)


def file_of(snapshot: Snapshot, path: str) -> SnapshotFile:
    """A file that a frozen snapshot's manifest names, or words about it; else ``NoSuchFile``, and
    ``FilesLetGo`` where none of its files is there any more."""
    refuse_gone(snapshot)
    if snapshot.state != RunState.DONE:
        raise NoSuchFile(path)
    if path in WORDS:
        with _opened(snapshot, path) as words:
            said = words.read()
        return SnapshotFile(snapshot, path, len(said), hashlib.sha256(said).hexdigest())
    for shard in snapshot.manifest.get("shards", []):
        if shard["path"] == path:
            return SnapshotFile(snapshot, path, shard["bytes"], shard["sha256"], shard.get("rows"))
    raise NoSuchFile(path)


def record_download(
    first_byte: int, *, file: SnapshotFile, by: User, token: UUID | None = None
) -> None:
    """Write down that somebody takes a file away: once, however many pieces it comes in.

    Each beginning counts. A piece from further on counts when its taker never had the beginning:
    nobody reads a file without a trace. Pictures of the card are shown on its page and hold counts
    alone: of them nothing is written down.
    """
    if file.path.startswith(f"{PICTURES}/"):
        return
    if first_byte == 0 or not _has_begun(file, by):
        record(actor=by, verb=DOWNLOADED, subject=file.snapshot, path=file.path, bytes=file.bytes)
        note_access(
            by=by,
            taken=Taken.FILE,
            subject=f"snapshot:{file.snapshot.uuid}",
            campaigns=file.snapshot.campaigns.all(),
            part=file.path,
            rows=file.rows,
            token=token,
        )


def record_departure(*, snapshot: Snapshot, verb: str, **where: object) -> None:
    """Write down that a command put the files of a dataset elsewhere; nobody is signed in there."""
    record(actor=None, verb=verb, subject=snapshot, **where)


def record_push(*, snapshot: Snapshot, url: str, tag: str, public: bool) -> None:
    """The same of a hub, once for each place there: also where the one that pushed was killed."""
    told = AuditEvent.objects.filter(subject=f"snapshot:{snapshot.uuid}", verb=PUSHED)
    if not told.filter(detail__url=url).exists():
        record_departure(snapshot=snapshot, verb=PUSHED, url=url, tag=tag, public=public)


def _has_begun(file: SnapshotFile, by: User) -> bool:
    subject = f"snapshot:{file.snapshot.uuid}"
    events = AuditEvent.objects.filter(subject=subject, verb=DOWNLOADED, actor=by)
    return events.filter(detail__path=file.path).exists()


def _opened(snapshot: Snapshot, path: str) -> BinaryIO:
    try:
        return snapshot_store().open(str(snapshot.uuid), path)
    except FileNotFoundError as gone:
        raise NoSuchFile(path) from gone
