"""How long a run still takes, and whether it lives."""

from datetime import UTC, datetime, timedelta

import pytest

from commons.models import RunState
from commons.runs import SILENCE
from rewards.models import EngineRun
from rewards.views.progress import Point, is_silent, time_left

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def running(*, done: int = 0, total: int = 0, attempts: int = 1) -> EngineRun:
    return EngineRun(
        state=RunState.RUNNING,
        started_at=NOON,
        heartbeat_at=NOON,
        done=done,
        total=total,
        attempts=attempts,
    )


def test_the_first_attempt_goes_on_at_the_pace_that_it_had():
    """30 of 40 steps in 3 minutes are 6 seconds a step: the last ten take one minute."""
    left = time_left(running(done=30, total=40), now=NOON + timedelta(minutes=3))

    assert left == timedelta(minutes=1)


def test_a_run_taken_up_again_is_judged_by_what_it_measured_since():
    """From step 30 to 32 in 20 seconds: the eight steps after 32 take 80."""
    points = [
        Point(29, NOON - timedelta(hours=1), {}),
        Point(30, NOON + timedelta(seconds=10), {}),
        Point(32, NOON + timedelta(seconds=30), {}),
    ]

    left = time_left(
        running(done=32, total=40, attempts=2), now=NOON + timedelta(seconds=30), points=points
    )

    assert left == timedelta(seconds=80)


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(running(done=3), id="the total is unknown"),
        pytest.param(running(total=40), id="nothing is done"),
        pytest.param(running(done=32, total=40, attempts=2), id="resumed and not measured"),
        pytest.param(EngineRun(state=RunState.REQUESTED, total=40), id="not begun"),
    ],
)
def test_nobody_can_say_how_long_it_takes(run: EngineRun):
    assert time_left(run, now=NOON + timedelta(minutes=1)) is None


def test_time_left_is_never_negative():
    points = [Point(1, NOON, {}), Point(2, NOON + timedelta(seconds=1), {})]

    left = time_left(running(done=2, total=3), now=NOON + timedelta(minutes=5), points=points)

    assert left == timedelta(0)


def test_a_running_run_is_silent_once_its_heart_has_not_beaten_for_long():
    run = running()

    assert not is_silent(run, NOON + SILENCE)
    assert is_silent(run, NOON + SILENCE + timedelta(seconds=1))


def test_a_run_that_has_ended_is_never_silent():
    ended = EngineRun(state=RunState.DONE, heartbeat_at=NOON)

    assert not is_silent(ended, NOON + timedelta(days=1))
