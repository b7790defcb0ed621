"""Whether the model is as sure as it should be: reliability curve, ECE, Brier score, temperature.

A Bradley-Terry reward model says how sure it is that a beats b: sigmoid(score_a - score_b). Its
confidence in a pair is that of the answer which it prefers, so it lies in 1/2 ... 1, and it is
right when people preferred that answer too. Ties of people are left out.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rewards.stats.resampling import Interval, Resampling
from rewards.stats.seen import Floats, Ints, half_if_even

BINS = 10  # of equal width over 1/2 ... 1
FOLDS = 5  # of prompts; the temperature of each is fitted on the others


def calibration_of(gaps: Floats, prompts: Ints, resampling: Resampling) -> dict[str, object]:
    """``gaps`` (P,) are scores of the better answers less those of the worse ones.

    The temperature is fitted on four fifths of the prompts and judged on the fifth, five times, so
    that what stands under ``scaled`` was not fitted to the pairs that judge it.
    """
    return {**_judged(gaps, prompts, resampling), "scaled": _scaled(gaps, prompts, resampling)}


def fitted_temperature(gaps: Floats) -> float | None:
    """The T that makes sigmoid(gap / T) most likely; None where the data set no bound to it.

    Guo et al. (2017), "On Calibration of Modern Neural Networks", section 4.2. The slope of the
    log-likelihood in 1/T falls without end, so it is halved in; where all pairs are right, or as
    many wrong as right, there is no T.
    """
    low, high = 1e-4, 1e4

    def slope(inverse: float) -> float:
        return float((gaps * chance_of(-inverse * gaps)).sum())

    if not gaps.size or slope(low) <= 0 or slope(high) >= 0:
        return None
    while high / low > 1 + 1e-9:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return 1 / low


def chance_of(gaps: Floats) -> Floats:
    """sigmoid, without overflow."""
    return np.exp(-np.logaddexp(0, -gaps))


def _judged(gaps: Floats, prompts: Ints, resampling: Resampling) -> dict[str, object]:
    sure, right = chance_of(np.abs(gaps)), half_if_even(gaps)
    bins = np.minimum(((sure - 0.5) * 2 * BINS).astype(int), BINS - 1)
    return {
        "curve": [
            point
            for at in range(BINS)
            if (point := _point(at, sure, right, prompts, bins == at, resampling))
        ],
        "ece": _ece(sure, right, bins, prompts, resampling),
        "brier": resampling.mean((1 - chance_of(gaps)) ** 2, prompts),
    }


def _point(
    at: int,
    sure: Floats,
    right: Floats,
    prompts: Ints,
    here: NDArray[np.bool_],
    resampling: Resampling,
) -> Mapping[str, object] | None:
    """One bin of the reliability curve; None where it holds no pair."""
    if not here.any():
        return None
    width = 0.5 / BINS
    found = resampling.mean(right[here], prompts[here])
    return {
        "from": 0.5 + at * width,
        "to": 0.5 + (at + 1) * width,
        "sure": float(sure[here].mean()),
        "right": float(right[here].mean()),
        "low": found["low"] if found else None,
        "high": found["high"] if found else None,
        "pairs": int(here.sum()),
    }


def _ece(
    sure: Floats, right: Floats, bins: Ints, prompts: Ints, resampling: Resampling
) -> Interval | None:
    """Expected calibration error: sum over bins of |right - sure| pairs, over all pairs.

    Naeini et al. (2015), "Obtaining Well Calibrated Probabilities Using Bayesian Binning". Chance
    alone makes it larger than 0, the more so the fewer pairs there are.
    """
    over = [(sure - right) * (bins == at) for at in range(BINS)]
    return resampling.statistic(
        [*over, np.ones(len(sure))],
        prompts,
        lambda totals: np.abs(totals[:-1]).sum(axis=0) / totals[-1],
    )


def _scaled(gaps: Floats, prompts: Ints, resampling: Resampling) -> dict[str, object] | None:
    temperature = fitted_temperature(gaps)
    names = np.unique(prompts)
    part = np.random.default_rng(resampling.seed).permutation(len(names)) % FOLDS
    fold = part[np.searchsorted(names, prompts)]
    cooled = np.array(gaps)
    for at in range(FOLDS):
        fitted = fitted_temperature(gaps[fold != at])
        if temperature is None or fitted is None:
            return None
        cooled[fold == at] /= fitted
    return {"temperature": temperature, **_judged(cooled, prompts, resampling)}
