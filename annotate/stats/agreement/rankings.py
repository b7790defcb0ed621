"""Rankings as arrays, and which of them are of the same task."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotate.stats.arrays import Flags, Floats, Ints, Small, pairs_within
from commons.stats.errors import InconsistentData

NOT_PLACED = -1
UNKNOWN = 2  # a sign where not both answers are placed


@dataclass(frozen=True, slots=True, eq=False)
class Rankings:
    """n rankings of at most k answers. Rater and task name a row: nobody ranks a task twice.

    ``tiers[i, a]`` is the tier of answer a, 0 the best, NOT_PLACED where it is unrankable or there
    is no such answer; column a is the same answer in every row of a task. ``strengths[i, c]`` is
    that of pair c (see ``answer_pairs``), 1 (slightly) .. 3, 0 where none was asked or given.
    """

    tasks: Ints  # (n,)
    prompts: Ints  # (n,)
    raters: Ints  # (n,)
    tiers: Small  # (n, k)
    weights: Floats  # (n,), 1 / propensity; the same for every row of a task
    strengths: Small | None = None  # (n, k (k - 1) / 2)

    def __post_init__(self) -> None:
        n = len(self.tasks)
        if self.tiers.ndim != 2 or any(
            len(each) != n for each in (self.prompts, self.raters, self.tiers, self.weights)
        ):
            raise InconsistentData(
                "tasks, prompts, raters, tiers and weights must have one row each."
            )
        if not (np.isfinite(self.weights).all() and (self.weights > 0).all()):
            raise InconsistentData("weights must be finite and above 0: 1 / propensity, or 1.")

    @property
    def placed(self) -> Flags:
        return np.asarray(self.tiers >= 0, dtype=np.bool_)

    def signs(self) -> Small:
        """How each ranking sees every two answers, (n, pairs): 1 the first is better, -1 the
        second, 0 tied, UNKNOWN where not both are placed."""
        one, other = answer_pairs(self.tiers.shape[1])
        first, second = self.tiers[:, one], self.tiers[:, other]
        seen = np.sign(second - first)
        seen[(first < 0) | (second < 0)] = UNKNOWN
        return np.asarray(seen, dtype=np.int8)


@dataclass(frozen=True, slots=True, eq=False)
class Doubles:
    """Every two rankings of one task by different raters, by their rows.

    ``weights`` divide by the task's raters less one, so that each rater has the same say however
    many judged the task (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"), and by
    the propensity.
    """

    one: Ints  # (d,)
    other: Ints  # (d,)
    prompts: Ints  # (d,)
    weights: Floats  # (d,)


def doubles_of(rankings: Rankings) -> Doubles:
    one, other = pairs_within(rankings.tasks)
    apart = rankings.raters[one] != rankings.raters[other]
    one, other = one[apart], other[apart]
    _, task, sizes = np.unique(rankings.tasks, return_inverse=True, return_counts=True)
    share = np.maximum(sizes[task] - 1, 1)
    return Doubles(one, other, rankings.prompts[one], rankings.weights[one] / share[one])


def answer_pairs(answers: int) -> tuple[Ints, Ints]:
    """Columns of the first and of the second answer of every pair, in the order of combinations."""
    one, other = np.triu_indices(answers, 1)
    return one.astype(np.int64), other.astype(np.int64)


def tiers_of(orders: Sequence[Sequence[Sequence[str]]], offered: Sequence[Sequence[str]]) -> Small:
    """Tiers as ``Rankings`` takes them, from each ranking's tiers of answer ids and the answers
    that its task offered, in one order for all rankings of the task."""
    tiers = np.full((len(orders), max(map(len, offered), default=0)), NOT_PLACED, dtype=np.int8)
    for row, (order, answers) in enumerate(zip(orders, offered, strict=True)):
        column = {answer: at for at, answer in enumerate(answers)}
        for tier, alike in enumerate(order):
            for answer in alike:
                if answer not in column:
                    raise InconsistentData(
                        f"ranking {row} places {answer!r}, which is not offered."
                    )
                tiers[row, column[answer]] = tier
    return tiers


def strengths_of(tiers: Small, between: Small) -> Small:
    """Strengths as ``Rankings`` takes them (n, pairs), from tiers (n, k) and the strength said
    between each tier and the next (n, k - 1): of two answers the greatest between their tiers; 0
    where none was said, or they are tied or not placed."""
    one, other = answer_pairs(tiers.shape[1])
    upper = np.minimum(tiers[:, one], tiers[:, other])
    lower = np.maximum(tiers[:, one], tiers[:, other])
    found = np.zeros(upper.shape, dtype=np.int8)
    for step in range(between.shape[1]):
        crossed = (upper >= 0) & (upper <= step) & (step < lower)
        np.maximum(found, between[:, step : step + 1], out=found, where=crossed)
    return found
