"""Where a policy's reward went on rising and the stopping model's opinion of it did not."""

from collections.abc import Sequence
from dataclasses import dataclass

from rewards.models import EngineRun
from rewards.views.numbers import number, whole
from rewards.views.progress import Point


@dataclass(frozen=True)
class Look:
    """What both models thought of the policy after a step, in standard deviations since step 0."""

    step: int
    reward: float
    stopping: float
    kl: float | None
    tokens: float | None
    looping: float | None


@dataclass(frozen=True)
class Divergence:
    """The looks of a run, oldest first, and of which of them the weights were kept."""

    looks: list[Look]
    kept: int | None  # None while it runs
    steps: int | None  # that it was to take

    @property
    def last(self) -> Look:
        return self.looks[-1]

    @property
    def has_turned(self) -> bool:
        """Whether training ended before its last step."""
        return self.kept is not None and self.steps is not None and self.last.step < self.steps


def divergence_of(run: EngineRun, points: Sequence[Point]) -> Divergence | None:
    """None where no stopping model looked at least twice."""
    looks = [look for look in map(_look, points) if look is not None]
    if len(looks) < 2:
        return None
    steps = whole(run.config.get("max_steps"))
    return Divergence(looks, kept=whole(run.result.get("best_step")), steps=steps)


def _look(point: Point) -> Look | None:
    found = {name: number(value) for name, value in point.values.items()}
    reward, stopping = found.get("reward_gain"), found.get("stopping_gain")
    if reward is None or stopping is None:
        return None
    return Look(
        point.step,
        reward,
        stopping,
        kl=found.get("watched_kl"),
        tokens=found.get("watched_tokens"),
        looping=found.get("watched_looping"),
    )
