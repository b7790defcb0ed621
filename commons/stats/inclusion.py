"""Draw some of many with chances that are known: what was drawn can be weighed back to all."""

import numpy as np
from numpy.typing import NDArray

from commons.stats.errors import InconsistentData

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def inclusion_chances(sizes: Floats, wanted: int, *, at_random: float = 0.0) -> Floats:
    """The chance of each to be among ``wanted``: shape (n,), their sum min(wanted, n).

        chance_i = at_random · wanted / n + (1 - at_random) · wanted · size_i / Σ size

    Those that would pass 1 are taken for sure, and the rest shares what is left (Särndal, Swensson
    and Wretman 1992, "Model Assisted Survey Sampling", section 3.6.2). With ``at_random`` above 0
    nothing has a chance of 0, however small its size; where all sizes are 0 chances are even.
    """
    if not 0 <= at_random <= 1:
        raise InconsistentData("at_random is a share, from 0 to 1.")
    if wanted < 0 or not np.isfinite(sizes).all() or (sizes < 0).any():
        raise InconsistentData("sizes must be finite and not below 0, and so must what is wanted.")
    n = len(sizes)
    if wanted >= n:
        return np.ones(n)
    chances = np.zeros(n)
    free = np.ones(n, dtype=bool)
    while True:
        left = wanted - int((~free).sum())
        share = sizes[free] / total if (total := sizes[free].sum()) > 0 else 1 / free.sum()
        chances[free] = left * (at_random / free.sum() + (1 - at_random) * share)
        over = free & (chances >= 1)
        if not over.any():
            return chances
        chances[over] = 1.0
        free &= ~over
        if not free.any() or (~free).sum() == wanted:
            chances[free] = 0.0
            return chances


def drawn_by_chance(chances: Floats, *, rng: np.random.Generator) -> Ints:
    """Places in rising order, each drawn with exactly its chance; as many as the chances sum to.

    Systematic sampling out of a shuffled list with one random start: place i is taken where a
    step of 1 falls within its stretch of the running sum (Madow 1949, "On the Theory of Systematic
    Sampling, II"; the shuffle is Hartley and Rao's, 1962).
    """
    order = rng.permutation(len(chances))
    reached = np.cumsum(chances[order]) + rng.random()
    steps = np.floor(reached + 1e-9).astype(np.int64)  # sums of floats end a hair below a whole
    taken = np.diff(steps, prepend=0) > 0
    return np.sort(order[taken])
