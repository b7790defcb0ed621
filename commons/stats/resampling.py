"""Sums over resampled prompts, for figures that are functions of sums: many prompts, many slices.

``commons.stats.bootstrap`` draws whole prompts with replacement, exactly. With a hundred thousand
prompts that draw is the cost, so above ``EXACTLY`` each prompt's weight is drawn for itself from
Poisson(1): the Poisson bootstrap (Hanley and MacGibbon 2006, "Creating non-parametric bootstrap
samples using Poisson frequencies"; Chamandy et al. 2012, "Estimating Uncertainty for Massive Data
Streams"). The number of prompts in a round then varies by its root, which a ratio does not see.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commons.stats.bootstrap import Estimate
from commons.stats.errors import InconsistentData, NotEnoughData

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EXACTLY = 5_000  # prompts up to which they are drawn with replacement
BLOCK = 8_192  # prompts whose weights are in memory at once
TABLE = 1 << 16


def _poisson_table() -> NDArray[np.uint8]:
    """A draw of 16 bits looked up here is Poisson(1) to 1/65536, with the mean exactly 1."""
    often = np.array([round(TABLE * math.exp(-1) / math.factorial(k)) for k in range(9)])
    missing = TABLE - int(often @ np.arange(9))  # of the mean; put right between ones and zeros
    often[1] += missing
    often[0] += TABLE - int(often.sum())
    return np.repeat(np.arange(9, dtype=np.uint8), often)


POISSON = _poisson_table()


@dataclass(frozen=True, slots=True, eq=False)
class Sliced:
    """One ratio for each slice, with its interval at ``level``; ``n`` prompts carry each.

    ``left_out`` are the slices with fewer prompts than were asked for: they have no figure.
    """

    keys: Ints  # (slices,), ascending
    values: Floats  # (slices,)
    lows: Floats
    highs: Floats
    n: Ints
    left_out: Ints
    level: float

    def of(self, key: int) -> Estimate:
        at = int(np.searchsorted(self.keys, key))
        if at == len(self.keys) or self.keys[at] != key:
            raise NotEnoughData(f"slice {key} has too few prompts for a figure.")
        return Estimate(
            float(self.values[at]),
            float(self.lows[at]),
            float(self.highs[at]),
            self.level,
            int(self.n[at]),
        )


def resampled_sums(rows: Floats, *, rng: np.random.Generator, rounds: int) -> Floats:
    """Sums of the columns of ``rows`` (prompts, k) over each of the resamples: (rounds, k)."""
    prompts = len(rows)
    if prompts <= EXACTLY:
        return np.asarray(_drawn(rng, rounds, prompts) @ rows, dtype=np.float64)
    sums = np.zeros((rounds, rows.shape[1]))
    narrow = rows.astype(np.float32)  # summed in float64 from block to block
    for start in range(0, prompts, BLOCK):
        block = narrow[start : start + BLOCK]
        sums += poisson_weights(rng, (rounds, len(block))) @ block
    return sums


def _drawn(rng: np.random.Generator, rounds: int, prompts: int) -> Ints:
    """How often each prompt is drawn in each round, as many being drawn as there are: (rounds,
    prompts). A multinomial draw is the same and takes four times as long."""
    which = rng.integers(0, prompts, size=(rounds, prompts))
    which += np.arange(rounds)[:, None] * prompts
    return np.bincount(which.ravel(), minlength=rounds * prompts).reshape(rounds, prompts)


def percentiles(resampled: Floats, level: float) -> tuple[float, float]:
    """The percentile interval of the rounds that are defined: of R the (R + 1) p-th in order, as
    Davison and Hinkley 1997 ("Bootstrap Methods and their Application", chapter 5) have it. The
    (R - 1) p-th would leave out 6 % of 200 rounds and not 5."""
    defined = resampled[np.isfinite(resampled)]
    if not defined.size:
        raise NotEnoughData("no resample defines the figure; more prompts are needed.")
    tail = (1 - level) / 2
    low, high = np.quantile(defined, [tail, 1 - tail], method="weibull")
    return float(low), float(high)


def ratios_by_slice(
    numerators: Floats,
    denominators: Floats,
    *,
    slices: Ints,
    prompts: Ints,
    rng: np.random.Generator,
    rounds: int = 200,
    level: float = 0.95,
    least: int = 5,
) -> Sliced:
    """sum(numerators) / sum(denominators) within each slice, resampled by prompt.

    All four arrays have one entry per observation; what shares a slice and a prompt is summed
    first. Slices with fewer than ``least`` prompts are left out. Weights are Poisson(1), and a
    round in which a slice has none is left out of its interval.
    """
    if not len(numerators) == len(denominators) == len(slices) == len(prompts):
        raise InconsistentData("numerators, denominators, slices and prompts must be equally long.")
    told = denominators > 0
    cells, where = _cells(slices[told], prompts[told])
    above: Floats = np.bincount(where, numerators[told], len(cells)).astype(np.float64)
    below: Floats = np.bincount(where, denominators[told], len(cells)).astype(np.float64)
    keys, starts, n = np.unique(cells[:, 0], return_index=True, return_counts=True)
    lows, highs = np.empty(len(keys)), np.empty(len(keys))
    if len(keys):
        lows, highs = _limits(above, below, starts, rng=rng, rounds=rounds, level=level)
        above, below = np.add.reduceat(above, starts), np.add.reduceat(below, starts)
    enough = n >= least
    return Sliced(
        keys[enough],
        (above / below)[enough],
        lows[enough],
        highs[enough],
        n[enough],
        keys[~enough],
        level,
    )


def poisson_weights(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float32]:
    """How often each prompt is drawn in each round: (rounds, prompts)."""
    return POISSON.take(rng.integers(0, TABLE, size=shape, dtype=np.uint16)).astype(np.float32)


def _cells(slices: Ints, prompts: Ints) -> tuple[Ints, Ints]:
    """The different (slice, prompt), by slice, and which of them each observation is in."""
    _, prompt = np.unique(prompts, return_inverse=True)
    keys, slice_ = np.unique(slices, return_inverse=True)
    wide = int(prompt.max(initial=0)) + 1
    codes, where = np.unique(slice_ * wide + prompt, return_inverse=True)
    return np.column_stack([keys[codes // wide], codes % wide]), where


def _limits(
    above: Floats,
    below: Floats,
    starts: Ints,
    *,
    rng: np.random.Generator,
    rounds: int,
    level: float,
) -> tuple[Floats, Floats]:
    """Percentiles of each slice's ratio over the rounds that define it."""
    ratios = np.empty((rounds, len(starts)), dtype=np.float32)
    both = np.vstack([above, below]).astype(np.float32)
    for at in range(rounds):
        weights = poisson_weights(rng, (1, len(above)))[0]
        a, b = np.add.reduceat(both * weights, starts, axis=1)
        ratios[at] = np.divide(a, b, out=np.full_like(a, np.nan), where=b > 0)
    return column_percentiles(ratios, level)


def column_percentiles(resampled: NDArray[np.float32], level: float) -> tuple[Floats, Floats]:
    """The percentile interval of each column (rounds, columns), over the rounds that define it; nan
    where none does. The rounds are put in order in place."""
    resampled.sort(axis=0)  # what is undefined comes last
    defined = len(resampled) - np.isnan(resampled).sum(axis=0)
    tail = (1 - level) / 2
    return _quantiles(resampled, defined, tail), _quantiles(resampled, defined, 1 - tail)


def _quantiles(ordered: NDArray[np.float32], defined: Ints, share: float) -> Floats:
    """The quantile (see ``percentiles``) of the first ``defined[j]`` of column j, between
    neighbours where it must be."""
    place = np.clip(share * (defined + 1) - 1, 0, np.maximum(defined - 1, 0))
    under = np.floor(place).astype(np.int64)
    over = np.minimum(under + 1, np.maximum(defined - 1, 0))
    columns = np.arange(ordered.shape[1])
    low = ordered[under, columns].astype(np.float64)
    return np.asarray(low + (place - under) * (ordered[over, columns] - low), dtype=np.float64)
