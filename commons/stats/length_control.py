"""A win rate with length taken out: what is left where both answers are equally long.

Judges, people and models alike, prefer longer answers. The chance of a win is therefore fitted on
the difference of log lengths, and read where that difference is 0 (Dubois et al. 2024,
"Length-Controlled AlpacaEval"; here without their terms for single prompts).

    logit P(win) = a + b * (log length of ours - log length of theirs),   controlled rate = s(a)
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from commons.stats.bootstrap import Estimate
from commons.stats.errors import InconsistentData, NotEnoughData

Floats = NDArray[np.float64]

STEPS = 25  # of Newton; a fit of two numbers is there after six or so
PRIOR = 1e-2  # precision of both numbers: keeps them finite where one side wins throughout
FLOATS_AT_ONCE = 2_000_000  # weights of one block of rounds: 16 MB


def length_controlled(
    wins: ArrayLike,
    longer: ArrayLike,
    prompts: ArrayLike,
    *,
    rng: np.random.Generator,
    rounds: int = 2000,
    level: float = 0.95,
) -> Estimate:
    """The win rate at equal length, with a percentile interval that resamples whole prompts.

    ``wins`` (n,) in [0, 1] are those of single pairings, a tie 1/2; ``longer`` (n,) is the
    difference of log lengths, ours less theirs; ``prompts`` (n,) says to which prompt each
    pairing belongs. Fewer than two prompts are ``NotEnoughData``.
    """
    y, x, of = _checked(wins, longer, prompts)
    count = int(of.max()) + 1 if len(of) else 0
    if count < 2:
        raise NotEnoughData(f"{count} prompt(s) were compared; an interval needs two.")
    value = float(_rates(np.ones((1, count)), y, x, of)[0])
    block = max(1, FLOATS_AT_ONCE // len(y))
    even = np.full(count, 1 / count)
    found = [
        _rates(rng.multinomial(count, even, size=min(block, rounds - start)), y, x, of)
        for start in range(0, rounds, block)
    ]
    tail = (1 - level) / 2
    low, high = np.quantile(np.concatenate(found), [tail, 1 - tail])
    return Estimate(value=value, low=float(low), high=float(high), level=level, n=count)


def _rates(drawn: ArrayLike, y: Floats, x: Floats, of: NDArray[np.intp]) -> Floats:
    """s(a) of the fit in each round; ``drawn`` (rounds, prompts) is how often each prompt is in."""
    weight = np.asarray(drawn, dtype=np.float64)[:, of]  # (rounds, n)
    a = np.zeros(len(weight))
    b = np.zeros(len(weight))
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-(a[:, None] + b[:, None] * x)))
        missed = weight * (y - chance)
        spread = weight * chance * (1 - chance)
        up_a, up_b = missed.sum(1) - PRIOR * a, missed @ x - PRIOR * b
        aa, ab, bb = spread.sum(1) + PRIOR, spread @ x, spread @ (x * x) + PRIOR
        scale = aa * bb - ab * ab
        step_a, step_b = (bb * up_a - ab * up_b) / scale, (aa * up_b - ab * up_a) / scale
        a, b = a + np.clip(step_a, -2, 2), b + np.clip(step_b, -2, 2)
        if max(np.abs(step_a).max(), np.abs(step_b).max()) < 1e-9:
            break
    return np.asarray(1 / (1 + np.exp(-a)), dtype=np.float64)


def _checked(
    wins: ArrayLike, longer: ArrayLike, prompts: ArrayLike
) -> tuple[Floats, Floats, NDArray[np.intp]]:
    y, x = np.asarray(wins, dtype=np.float64), np.asarray(longer, dtype=np.float64)
    named = np.asarray(prompts)
    if y.ndim != 1 or not y.shape == x.shape == named.shape:
        raise InconsistentData(
            f"wins {y.shape}, longer {x.shape} and prompts {named.shape} must be of equal length."
        )
    if not np.isfinite(x).all() or not ((y >= 0) & (y <= 1)).all():
        raise InconsistentData("wins lie from 0 to 1, and lengths are finite and above 0.")
    return y, x, np.unique(named, return_inverse=True)[1]
