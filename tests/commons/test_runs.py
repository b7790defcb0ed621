"""A claim is won once, kept by a heartbeat, and lost in silence. Shown on snapshots."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.enums import SnapshotKind
from annotate.models import Snapshot
from commons.models import RunState
from commons.runs import (
    SILENCE,
    beat_run,
    cancel_run,
    claim_run,
    fail_run,
    finish_run,
    note_in_run,
    request_again,
)


def claim() -> Snapshot | None:
    return claim_run(Snapshot.objects.all())


def fall_silent(run: Snapshot) -> None:
    Snapshot.objects.filter(pk=run.pk).update(
        heartbeat_at=timezone.now() - SILENCE - timedelta(seconds=1)
    )


@pytest.fixture
def run(db: None) -> Snapshot:
    return Snapshot.objects.create(kind=SnapshotKind.RANKED)


def test_a_run_is_claimed_by_one(run: Snapshot) -> None:
    first, second = claim(), claim()

    assert first == run
    assert second is None
    assert first is not None
    assert (first.state, first.attempts) == (RunState.RUNNING, 1)


def test_a_silent_holder_loses_its_claim_and_changes_nothing_any_more(run: Snapshot) -> None:
    dead = claim()
    assert dead is not None
    fall_silent(run)

    heir = claim()

    assert heir is not None
    assert heir.attempts == 2
    assert not beat_run(dead, done=1)
    assert not note_in_run(dead, done=1)
    assert not finish_run(dead, digest="d")
    assert not fail_run(dead, error="late")
    assert finish_run(heir, digest="d")


def test_a_cancelled_run_stops_its_holder_at_the_next_beat(run: Snapshot) -> None:
    holder = claim()
    assert holder is not None

    assert cancel_run(run)

    assert not beat_run(holder)
    assert not cancel_run(run)
    assert claim() is None


def test_a_failed_run_is_asked_for_again(run: Snapshot) -> None:
    holder = claim()
    assert holder is not None
    assert fail_run(holder, error="disk full; free some space")

    assert request_again(run)

    again = claim()
    assert again is not None
    assert again.attempts == 2
