"""Intervals for ratios over prompts, by resampling whole prompts.

Pairs of one prompt share its answers and often its rater, so they are not independent; prompts
are. Resampling pairs would give intervals that are far too narrow (a cluster bootstrap: Davison
and Hinkley 1997, "Bootstrap Methods and their Application", chapter 3).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from commons.stats.errors import InconsistentData, NotEnoughData

FLOATS_AT_ONCE = 2_000_000  # weights of one block of rounds: 16 MB

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its two-sided interval at ``level``; ``n`` prompts (items) carry it."""

    value: float
    low: float
    high: float
    level: float
    n: int


def bootstrap_ratio(
    numerators: ArrayLike,
    denominators: ArrayLike,
    *,
    rng: np.random.Generator,
    rounds: int = 2000,
    level: float = 0.95,
) -> Estimate:
    """The ratio of sums over prompts, sum(numerators) / sum(denominators), and its interval.

    Both arrays have shape (prompts,): say, right pairs and all pairs of each prompt. Prompts
    with nothing in the denominator say nothing and are left out. The interval is the percentile
    one. It knows only what it saw: where every prompt agrees it shrinks to a point, so ask for
    some tens of prompts before trusting it.
    """
    counts = _counts(numerators, denominators)
    counts = counts[:, counts[1] > 0]
    prompts = _at_least_two(counts)
    ratios = np.concatenate(
        [above / below for above, below in _resampled(counts, rng=rng, rounds=rounds)]
    )
    above, below = counts.sum(axis=1)
    return _estimate(above / below, ratios, level=level, n=prompts)


def bootstrap_difference(
    numerators: ArrayLike,
    denominators: ArrayLike,
    less_numerators: ArrayLike,
    less_denominators: ArrayLike,
    *,
    rng: np.random.Generator,
    rounds: int = 2000,
    level: float = 0.95,
) -> Estimate:
    """The first ratio of sums less the second, paired: both are resampled by the same prompts.

    All four arrays have shape (prompts,), entry i of each about the same prompt. What makes a
    prompt hard for both then cancels out. A resample in which either ratio is undefined is left
    out of the interval.
    """
    counts = np.vstack(
        [_counts(numerators, denominators), _counts(less_numerators, less_denominators)]
    )  # (4, prompts)
    counts = counts[:, (counts[1] > 0) | (counts[3] > 0)]
    prompts = min(_at_least_two(counts[:2]), _at_least_two(counts[2:]))
    differences = []
    for a, b, c, d in _resampled(counts, rng=rng, rounds=rounds):
        defined = (b > 0) & (d > 0)
        differences.append(a[defined] / b[defined] - c[defined] / d[defined])
    resampled = np.concatenate(differences)
    if not resampled.size:
        raise NotEnoughData("the two ratios share too few prompts to be compared.")
    a, b, c, d = counts.sum(axis=1)
    return _estimate(a / b - c / d, resampled, level=level, n=prompts)


def bootstrap_statistic(
    sums: ArrayLike,
    statistic: Callable[[Floats], Floats],
    *,
    rng: np.random.Generator,
    rounds: int = 2000,
    level: float = 0.95,
) -> Estimate:
    """Any smooth function of sums over prompts, and its interval.

    ``sums`` has shape (k, prompts); ``statistic`` is given the totals of many resamples at once,
    shape (k, rounds), and returns (rounds,). Prompts whose column holds only zeros say nothing and
    are left out, and so is a resample in which the statistic is not finite.
    """
    rows = np.asarray(sums, dtype=np.float64)
    if rows.ndim != 2 or not np.isfinite(rows).all():
        raise InconsistentData(f"sums must be k finite rows of prompts, not of shape {rows.shape}.")
    rows = rows[:, rows.any(axis=0)]
    if rows.shape[1] < 2:
        raise NotEnoughData(f"{rows.shape[1]} prompt(s) with observations; an interval needs two.")
    value = float(statistic(rows.sum(axis=1, keepdims=True))[0])
    drawn = [statistic(np.stack(t)) for t in _resampled(rows, rng=rng, rounds=rounds)]
    resampled = np.concatenate(drawn)
    resampled = resampled[np.isfinite(resampled)]
    if not np.isfinite(value) or not resampled.size:
        raise NotEnoughData("the figure is not defined for these prompts.")
    return _estimate(value, resampled, level=level, n=rows.shape[1])


def _counts(numerators: ArrayLike, denominators: ArrayLike) -> Floats:
    above = np.asarray(numerators, dtype=np.float64)
    below = np.asarray(denominators, dtype=np.float64)
    if above.ndim != 1 or above.shape != below.shape:
        raise InconsistentData(
            f"numerators {above.shape} and denominators {below.shape} must be one row per prompt."
        )
    if not (np.isfinite(above).all() and np.isfinite(below).all() and (below >= 0).all()):
        raise InconsistentData("numerators must be finite, denominators finite and not negative.")
    return np.vstack([above, below])  # (2, prompts)


def _at_least_two(counts: Floats) -> int:
    prompts = int(np.count_nonzero(counts[1]))
    if prompts < 2:
        raise NotEnoughData(f"{prompts} prompt(s) with observations; an interval needs two.")
    return prompts


def _resampled(
    counts: Floats, *, rng: np.random.Generator, rounds: int
) -> Iterator[tuple[Floats, ...]]:
    """Sums of each row of ``counts`` (k, prompts) over resampled prompts: k arrays a block."""
    prompts = counts.shape[1]
    block = max(1, FLOATS_AT_ONCE // prompts)
    even = np.full(prompts, 1 / prompts)
    for start in range(0, rounds, block):
        drawn = rng.multinomial(prompts, even, size=min(block, rounds - start))  # (rounds, prompts)
        yield tuple((drawn @ counts.T).T)  # k arrays of shape (rounds,)


def _estimate(value: float, resampled: Floats, *, level: float, n: int) -> Estimate:
    tail = (1 - level) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail])
    return Estimate(value=float(value), low=float(low), high=float(high), level=level, n=n)
