"""How far a snapshot is, over all who write it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from annotate.models import Snapshot, SnapshotPart
from commons.models import RunState

QUIET = timedelta(seconds=20)  # without a sign of life; holders give one every two seconds


@dataclass(frozen=True)
class SnapshotProgress:
    """Members, and members a second of all workers together; None = not known.

    ``workers`` write a part now and were heard of lately. ``silent`` is how long the quietest
    holder of the snapshot or of a part has not been heard of, where that is long.
    """

    done: int
    total: int | None
    parts: int
    parts_done: int
    workers: int
    rate: float | None
    left: timedelta | None
    silent: timedelta | None


def snapshot_progress(snapshot: Snapshot) -> SnapshotProgress:
    now = timezone.now()
    parts = list(snapshot.parts.defer("shards", "report"))
    held = [part for part in parts if part.state == RunState.RUNNING]
    workers = sum(1 for part in held if not _silence(part.heartbeat_at, now))
    done = sum(part.done for part in parts)
    rate = _rate(parts, workers)
    total = snapshot.total or None
    return SnapshotProgress(
        done=done,
        total=total,
        parts=len(parts),
        parts_done=sum(1 for part in parts if part.state == RunState.DONE),
        workers=workers,
        rate=rate,
        left=timedelta(seconds=(total - done) / rate) if rate and total else None,
        silent=max(
            (quiet for beat in _beats(snapshot, held) if (quiet := _silence(beat, now))),
            default=None,
        ),
    )


def _beats(snapshot: Snapshot, held: Sequence[SnapshotPart]) -> list[datetime | None]:
    """The last signs of life of all who hold something."""
    holder = [snapshot.heartbeat_at] if snapshot.state == RunState.RUNNING else []
    return [*holder, *(part.heartbeat_at for part in held)]


def _silence(beat: datetime | None, now: datetime) -> timedelta | None:
    return now - beat if beat is not None and now - beat > QUIET else None


def _rate(parts: Sequence[SnapshotPart], workers: int) -> float | None:
    """What one worker wrote in a second at work, times those who write now.

    By time at work, so that an hour in which nobody wrote does not make the rest look long.
    """
    written, busy = 0, timedelta()
    for part in parts:
        until = part.finished_at if part.state == RunState.DONE else part.heartbeat_at
        if part.started_at is None or until is None or part.state == RunState.REQUESTED:
            continue
        written += part.done
        busy += until - part.started_at
    if not (workers and written and busy):
        return None
    return workers * written / busy.total_seconds()
