"""Ranks with intervals: which places an item may have, given what its rating is sure of."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """``best[i]`` .. ``worst[i]`` are the places that item i may have; 1 is the first.

    ``best`` is also its rank with ties: 1 + how many items are shown to be better.
    """

    best: Ints  # (items,)
    worst: Ints  # (items,)
    level: float


def ranks_of(scores: Floats, covariance: Floats, *, level: float = 0.95) -> Ranks:
    """From the differences of scores and their errors, not from whether two intervals overlap.

    Two intervals may overlap where the difference is sure: scores of items that met often vary
    together. Item i's interval of ranks holds its true rank with chance ``level``, as all its
    differences hold together, by Bonferroni (Mogstad, Romano, Shaikh and Wilhelm 2024, "Inference
    for Ranks with Applications to Mobility across Neighbourhoods and Academic Achievement across
    Countries", section 3, which has a sharper bound by resampling).
    """
    items = len(scores)
    own = np.diag(covariance)
    errors = np.sqrt(np.maximum(own[:, None] + own[None, :] - 2 * covariance, 0))
    reach = NormalDist().inv_cdf(1 - (1 - level) / (2 * max(items - 1, 1))) * errors
    above = scores[None, :] - scores[:, None]  # how far j is above i
    better = (above > reach).sum(axis=1)
    worse = (-above > reach).sum(axis=1)
    return Ranks(1 + better, items - worse, level)
