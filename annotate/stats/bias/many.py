"""Many tests at once: of 500 raters without any leaning, 25 are "significant" at 5 %."""

import numpy as np

from annotate.stats.arrays import Floats
from commons.stats.errors import InconsistentData


def holm(chances: Floats) -> Floats:
    """Adjusted p-values; those below α are wrong, any of them, with chance α at most.

    Holm (1979), "A Simple Sequentially Rejective Multiple Test Procedure".
    """
    order, n = _checked(chances), len(chances)
    stepped = np.maximum.accumulate(chances[order] * (n - np.arange(n)))
    return _back(np.minimum(stepped, 1), order)


def benjamini_hochberg(chances: Floats) -> Floats:
    """Adjusted p-values; of those below q a share of q is wrong, on average.

    Benjamini and Hochberg (1995), "Controlling the False Discovery Rate"; for tests that are
    independent or go together, as those of people who judge by themselves do.
    """
    order, n = _checked(chances), len(chances)
    stepped = chances[order] * n / np.arange(1, n + 1)
    return _back(np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1), order)


def _checked(chances: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    if not ((chances >= 0) & (chances <= 1)).all():
        raise InconsistentData("p-values are 0 to 1; leave out those that are undefined.")
    return np.argsort(chances, kind="stable")


def _back(adjusted: Floats, order: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Floats:
    found = np.empty_like(adjusted)
    found[order] = adjusted
    return found
