"""Is nothing lost? One-sided tests of several means at once, each against a margin.

Holm (1979), "A Simple Sequentially Rejective Multiple Test Procedure": the smallest p-value has to
be below alpha / m, the next one below alpha / (m - 1), and so on; the first that is not ends it.
The chance of one false claim among all of them stays below alpha, whatever they have in common.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over ``n`` prompts with its standard error."""

    value: float
    error: float
    n: int


def chance_if_lost(mean: Mean, floor: float) -> float:
    """p-value of such a mean, or a higher one, were the true mean at ``floor``.

    By the normal distribution: ask for some tens of prompts. Without any spread the answer is 0
    or 1.
    """
    if mean.error <= 0:
        return 0.0 if mean.value > floor else 1.0
    return 1 - NORMAL.cdf((mean.value - floor) / mean.error)


def not_shown(means: Mapping[str, Mean], *, floor: float, alpha: float = 0.05) -> list[str]:
    """The names whose mean is not shown to lie above ``floor``, by name; Holm over all of them."""
    chances = sorted((chance_if_lost(mean, floor), name) for name, mean in means.items())
    shown: set[str] = set()
    for place, (chance, name) in enumerate(chances):
        if chance > alpha / (len(chances) - place):
            break
        shown.add(name)
    return sorted(set(means) - shown)
