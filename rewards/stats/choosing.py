"""Which prompts to have answered, and which answers to show: as numbers, with known chances.

    what is known of each -> how much it is wanted -> chances -> drawn

A share is drawn by chance alone, so that whatever is estimated from what was judged can be weighed
back; the rest goes where people's judgement teaches most.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commons.stats.inclusion import drawn_by_chance, inclusion_chances

Floats = NDArray[np.float64]

NEEDED = 2.0  # how much more an answer of the two that are to be compared is wanted
FARTHEST = 3.0  # no disagreement counts more than so many times the mean


@dataclass(frozen=True)
class Drawn:
    """Which places were drawn, in rising order, and the chance that each of them had."""

    places: list[int]
    chances: list[float]


def prompt_sizes(near: Sequence[int], disagreement: Sequence[float | None]) -> Floats:
    """How much each prompt is wanted, (n,): its novelty times the disagreement that is expected.

    Novelty is 1 / (1 + prompts of its cluster that have answers). The disagreement is that of the
    reward ensemble on answers to its like, over the mean; unknown counts as the mean.
    """
    novelty = 1 / (1 + np.array(near, dtype=np.float64))
    return np.asarray(novelty * _relative(disagreement), dtype=np.float64)


def answer_weights(disagreement: Sequence[float | None], needed: Sequence[bool]) -> list[float]:
    """How much each answer of one prompt is wanted beside the others.

    The ensemble's disagreement about it over the mean, twice that where a policy that is to be
    compared wrote it. Everything is above 0.
    """
    told = _relative(disagreement) * np.where(np.array(needed, dtype=bool), NEEDED, 1.0)
    return [float(each) for each in np.maximum(told, 0.05)]


def draw_prompts(
    sizes: Floats, wanted: int, *, at_random: float, rng: np.random.Generator
) -> Drawn:
    """``wanted`` of them: a share ``at_random`` by chance alone, the rest in proportion to size."""
    chances = inclusion_chances(sizes, wanted, at_random=at_random)
    places = [int(at) for at in drawn_by_chance(chances, rng=rng)]
    return Drawn(places, [float(chances[at]) for at in places])


def _relative(values: Sequence[float | None]) -> Floats:
    """Over their mean, at most ``FARTHEST``; 1 where one is unknown, or none disagrees."""
    found = np.array([np.nan if each is None else each for each in values], dtype=np.float64)
    known = found[~np.isnan(found)]
    mean = known.mean() if len(known) else 0.0
    if mean <= 0:
        return np.ones(len(found))
    return np.clip(np.where(np.isnan(found), 1.0, found / mean), 0.0, FARTHEST)
