"""When a policy has gone too far: the stopping model's opinion, look by look. No model is needed.

Against one reward model a policy gets better and better; in truth it rises, turns and falls (Gao
et al. 2023, "Scaling Laws for Reward Model Overoptimization"). A second model that taught nothing
sees the turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """What the stopping model thought of the policy after ``step`` steps."""

    step: int
    value: float


def best_of(looks: Sequence[Seen]) -> Seen:
    """The best look, and of equal ones the first."""
    return max(looks, key=lambda seen: (seen.value, -seen.step))


def has_turned(looks: Sequence[Seen], patience: int) -> bool:
    """Whether the last ``patience`` looks were none of them better than the best before."""
    return len(looks) > patience and best_of(looks) in looks[: len(looks) - patience]
