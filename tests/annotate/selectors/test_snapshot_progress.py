"""How far a snapshot is: by members, over all parts and all workers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from annotate.enums import SnapshotKind
from annotate.models import Snapshot
from annotate.selectors.snapshot_progress import SnapshotProgress, snapshot_progress
from commons.models import RunState

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def ago(seconds: int) -> datetime:
    return NOW - timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: NOW)
        yield


def running(beat: int = 1) -> Snapshot:
    return Snapshot.objects.create(
        kind=SnapshotKind.SFT,
        total=1000,
        state=RunState.RUNNING,
        token=uuid4(),
        started_at=ago(600),
        heartbeat_at=ago(beat),
    )


def part(snapshot: Snapshot, state: RunState, done: int = 0, **when: datetime | None) -> None:
    number = snapshot.parts.count()
    token = uuid4() if state == RunState.RUNNING else None
    snapshot.parts.create(
        number=number,
        side="train",
        first=number,
        last=number,
        state=state,
        token=token,
        done=done,
        **when,
    )


def test_what_waits_for_a_worker_knows_nothing_of_rate_and_time() -> None:
    snapshot = Snapshot.objects.create(kind=SnapshotKind.SFT)

    assert snapshot_progress(snapshot) == SnapshotProgress(0, None, 0, 0, 0, None, None, None)


def test_two_workers_are_twice_as_fast_as_one_was() -> None:
    """100 members in 100 s and twice 50 in 50 s are one a second of each: 800 take 400 s."""
    snapshot = running()
    part(snapshot, RunState.DONE, 100, started_at=ago(500), finished_at=ago(400))
    part(snapshot, RunState.RUNNING, 50, started_at=ago(51), heartbeat_at=ago(1))
    part(snapshot, RunState.RUNNING, 50, started_at=ago(52), heartbeat_at=ago(2))
    part(snapshot, RunState.REQUESTED)

    assert snapshot_progress(snapshot) == SnapshotProgress(
        done=200,
        total=1000,
        parts=4,
        parts_done=1,
        workers=2,
        rate=2.0,
        left=timedelta(seconds=400),
        silent=None,
    )


def test_a_dead_worker_is_seen_within_a_minute_and_no_longer_counted() -> None:
    snapshot = running()
    part(snapshot, RunState.RUNNING, 50, started_at=ago(90), heartbeat_at=ago(40))
    part(snapshot, RunState.RUNNING, 50, started_at=ago(51), heartbeat_at=ago(1))

    found = snapshot_progress(snapshot)

    assert (found.workers, found.rate, found.silent) == (1, 1.0, timedelta(seconds=40))


def test_a_dead_holder_of_the_whole_is_seen_too() -> None:
    found = snapshot_progress(running(beat=30))

    assert (found.workers, found.rate, found.left, found.silent) == (
        0,
        None,
        None,
        timedelta(seconds=30),
    )
