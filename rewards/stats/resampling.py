"""Every number of a report card with its 95 % interval, resampled by prompt, as JSON.

None where fewer than two prompts say something: an interval that cannot be had is no zero.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from commons.stats.bootstrap import (
    Estimate,
    bootstrap_difference,
    bootstrap_ratio,
    bootstrap_statistic,
)
from commons.stats.errors import NotEnoughData
from rewards.stats.seen import Floats, Ints

Interval = dict[str, float | None]
Statistic = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Resampling:
    """How intervals are drawn: each number anew from the same seed."""

    seed: int = 0
    rounds: int = 2000

    def mean(
        self,
        values: ArrayLike,
        prompts: Ints,
        level: float = 0.95,
        weights: ArrayLike | None = None,
    ) -> Interval | None:
        """The mean of ``values``, one for each entry of ``prompts``; ``weights``: what each counts.

        Weighted by 1 / propensity, sum(w x) / sum(w) is the mean over all that might have been
        drawn (Hájek 1971, in "Foundations of Statistical Inference").
        """
        each = np.ones(len(prompts)) if weights is None else np.asarray(weights, dtype=np.float64)
        above, below = by_prompt(np.asarray(values) * each, prompts), by_prompt(each, prompts)
        return self._said(
            lambda rng: bootstrap_ratio(above, below, rng=rng, rounds=self.rounds, level=level)
        )

    def difference(
        self,
        values: ArrayLike,
        less: ArrayLike,
        prompts: Ints,
        weights: ArrayLike | None = None,
    ) -> Interval | None:
        """The mean of ``values`` less that of ``less``, about the same things: paired by prompt."""
        each = np.ones(len(prompts)) if weights is None else np.asarray(weights, dtype=np.float64)
        ones = by_prompt(each, prompts)
        above = by_prompt(np.asarray(values) * each, prompts)
        below = by_prompt(np.asarray(less) * each, prompts)
        return self._said(
            lambda rng: bootstrap_difference(above, ones, below, ones, rng=rng, rounds=self.rounds)
        )

    def statistic(self, columns: ArrayLike, prompts: Ints, what: Statistic) -> Interval | None:
        """A function of the totals of ``columns`` (k, entries)."""
        sums = np.array([by_prompt(column, prompts) for column in np.asarray(columns)])
        return self._said(lambda rng: bootstrap_statistic(sums, what, rng=rng, rounds=self.rounds))

    def _said(self, estimate: Callable[[np.random.Generator], Estimate]) -> Interval | None:
        try:
            found = estimate(np.random.default_rng(self.seed))
        except NotEnoughData:
            return None
        return {"value": found.value, "low": found.low, "high": found.high}


def by_prompt(values: ArrayLike, prompts: Ints) -> Floats:
    """Sums over the entries of each prompt, prompts in the order of their numbers."""
    _, places = np.unique(prompts, return_inverse=True)
    return np.bincount(places, weights=np.asarray(values, dtype=np.float64)).astype(np.float64)
