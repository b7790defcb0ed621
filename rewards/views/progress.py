"""How far a run is, in words that may be shown while it goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from commons.models import Run, RunState
from commons.runs import SILENCE


@dataclass(frozen=True)
class Point:
    """What a run measured at one step."""

    step: int
    at: datetime
    values: dict[str, float]


@dataclass(frozen=True)
class Progress:
    """A run as its page shows it."""

    run: Run
    is_silent: bool
    percent: int | None
    left: timedelta | None

    @classmethod
    def of(
        cls, run: Run, *, now: datetime, points: Sequence[Point] = (), in_phases: bool = False
    ) -> "Progress":
        """``in_phases`` says that the run counts from zero several times."""
        share, silent = run.share_done, is_silent(run, now)
        return cls(
            run=run,
            is_silent=silent,
            percent=None if share is None else int(100 * share),
            left=None if silent or in_phases else time_left(run, now=now, points=points),
        )


def is_silent(run: Run, now: datetime) -> bool:
    """Whether the holder of a running run has not beaten for so long that it is taken for dead."""
    beat = run.heartbeat_at
    return run.state == RunState.RUNNING and beat is not None and now - beat > SILENCE


def time_left(run: Run, *, now: datetime, points: Sequence[Point] = ()) -> timedelta | None:
    """How long a run goes on at its pace up to now; None while nobody can know.

    The pace is that of the points measured since this attempt began, because a run that was
    taken up again counts its steps from its checkpoint and not from zero.
    """
    if run.state != RunState.RUNNING or run.started_at is None or not run.total:
        return None
    started = run.started_at
    fresh = [point for point in points if point.at >= started]
    if len(fresh) > 1 and fresh[-1].step > fresh[0].step:
        pace = (fresh[-1].at - fresh[0].at) / (fresh[-1].step - fresh[0].step)
        ends = fresh[-1].at + pace * (run.total - fresh[-1].step)
    elif run.done and run.attempts <= 1:
        ends = started + (now - started) / run.done * run.total
    else:
        return None
    return max(ends - now, timedelta(0))
