"""How much more likely a rater takes the answer that stands first, is longer, has lists, refuses.

One logistic regression for each rater, all at once:

    P(takes the first) = σ(offset + x · β_k)

x is the first answer's feature less the second's (place: 1 or -1, halved; log of the ratio of
lengths; Markdown; refusal), so that β is a logit a unit. With ``offset``, what others think of the
two answers on the logit scale, β is what the rater adds to it: longer answers may be better ones.
β is found by Firth's penalised likelihood, which is finite and nearly unbiased for few votes
(Firth 1993, "Bias Reduction of Maximum Likelihood Estimates"; Heinze and Schemper 2002, "A
Solution to the Problem of Separation in Logistic Regression"), its error by the sandwich of
prompts, as the votes of one ranking hang together.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from annotate.stats.arrays import Floats, Ints, codes_of, summed
from commons.stats.errors import InconsistentData, NotConverged
from commons.stats.logistic import logistic

STEPS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Leanings:
    """β of each rater (rows) and feature (columns), with intervals at ``level`` for each alone.

    ``chances`` are the two-sided p-values; correct them for the number of raters that one looks
    at (``annotate.stats.bias.many``). ``left_out`` are raters with too few prompts.
    """

    raters: Ints  # (r,)
    values: Floats  # (r, k)
    lows: Floats
    highs: Floats
    chances: Floats
    prompts: Ints  # (r,)
    left_out: Ints
    level: float


def leanings_of(
    raters: Ints,
    prompts: Ints,
    features: Floats,
    took_first: Floats,
    *,
    offset: Floats | None = None,
    level: float = 0.95,
    least: int = 20,
) -> Leanings:
    """One entry for each vote; ``took_first`` is 1, 0, or 1/2 for a tie; ``features`` is (n, k).

    Raters with fewer than ``least`` prompts are left out: the sandwich is too narrow for them. For
    a whole campaign give one and the same number as everybody's rater.
    """
    if features.ndim != 2 or len({len(raters), len(prompts), len(features), len(took_first)}) > 1:
        raise InconsistentData("raters, prompts, features and took_first must be equally long.")
    cells = np.unique(np.column_stack([raters, prompts]), axis=0)
    names, seen = np.unique(cells[:, 0], return_counts=True)
    kept = np.isin(raters, names[seen >= least])
    _, rater = np.unique(raters[kept], return_inverse=True)
    fixed = np.zeros(len(rater)) if offset is None else offset[kept]
    votes = _Votes(rater, features[kept], took_first[kept], fixed, int((seen >= least).sum()))
    values, inverse, slopes = _fitted(votes)
    errors = _errors(slopes, rater, prompts[kept], inverse)
    reach = NormalDist().inv_cdf(0.5 + level / 2) * errors
    return Leanings(
        names[seen >= least],
        values,
        values - reach,
        values + reach,
        _two_sided(values / np.maximum(errors, 1e-300)),
        seen[seen >= least],
        names[seen < least],
        level,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Votes:
    rater: Ints
    x: Floats
    y: Floats
    offset: Floats
    raters: int


def _fitted(votes: _Votes) -> tuple[Floats, Floats, Floats]:
    """β (raters, k), the inverse of each information (raters, k, k), each vote's slope (n, k)."""
    k = votes.x.shape[1]
    one, other = np.triu_indices(k)
    products = votes.x[:, one] * votes.x[:, other]
    both = np.where(one == other, 1, 2)
    beta: Floats = np.zeros((votes.raters, k), dtype=np.float64)
    for _ in range(STEPS):
        chance = logistic(votes.offset + (votes.x * beta[votes.rater]).sum(axis=1))
        weight = chance * (1 - chance)
        sums = summed(products * weight[:, None], votes.rater, votes.raters)
        information = np.empty((votes.raters, k, k))
        information[:, one, other] = information[:, other, one] = sums
        inverse: Floats = np.asarray(np.linalg.pinv(information, hermitian=True), np.float64)
        pull = inverse[:, one, other] * both
        leverage = weight * (products * pull[votes.rater]).sum(axis=1)
        residual = votes.y - chance + leverage * (0.5 - chance)
        slope = summed(votes.x * residual[:, None], votes.rater, votes.raters)
        step = np.clip(np.einsum("rij,rj->ri", inverse, slope), -1, 1)
        if np.abs(step).max(initial=0) < 1e-6:
            return beta, inverse, np.asarray(votes.x * residual[:, None], dtype=np.float64)
        beta = beta + step
    raise NotConverged("leanings still move; a feature nearly repeats another, leave one out.")


def _errors(slopes: Floats, rater: Ints, prompts: Ints, inverse: Floats) -> Floats:
    cell = codes_of(rater, prompts)
    rater_of = np.zeros(int(cell.max(initial=-1)) + 1, dtype=np.int64)
    rater_of[cell] = rater
    sums = summed(slopes, cell, len(rater_of))
    meat = np.zeros_like(inverse)
    for i in range(slopes.shape[1]):
        for j in range(slopes.shape[1]):
            meat[:, i, j] = np.bincount(rater_of, sums[:, i] * sums[:, j], len(inverse))
    n = np.bincount(rater_of, minlength=len(inverse))
    variance = np.einsum("rij,rjk,rki->ri", inverse, meat, inverse)
    return np.asarray(np.sqrt(variance * (n / np.maximum(n - 1, 1))[:, None]), dtype=np.float64)


def _two_sided(z: Floats) -> Floats:
    normal = NormalDist()
    return np.array([2 * normal.cdf(-abs(each)) for each in z.ravel()]).reshape(z.shape)
