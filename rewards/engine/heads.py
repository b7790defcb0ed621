"""A linear score on frozen states, fitted to rankings: ridge-penalised Bradley and Terry.

    minimise  - sum_p w_p [ t_p log s(d_p) + (1 - t_p) log s(-d_p) ]  +  penalty / 2 * |v|^2
    with      d_p = (z_better - z_worse) v + (c_better - c_worse) u

``z`` are states, standardised; ``c`` are covariates such as log length, which take part in the
fit and are dropped from the score, so that it does not pay for length what it owes to quality.
The loss is that of ``losses.group_loss``: averaged within a ranking, ties as soft labels. It is
convex, so Newton's method finds its one minimum from anywhere (Boyd and Vandenberghe 2004,
section 9.5), in float64 and the same on every machine up to rounding.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from commons.sentences import sentence as _
from rewards.engine.errors import BadInput

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

STEPS = 50  # of Newton's method; a handful is usual
CLOSE = 1e-9  # what a step must still win to go on
SMALL_PENALTY = 1e-4  # on covariates: only so that one that never varies is 0


@dataclass(frozen=True)
class Comparisons:
    """Who beat whom among rows of states, both by place; one entry a pair."""

    better: Places  # (P,)
    worse: Places  # (P,)
    target: Floats  # (P,) the chance that better is better: 1, or 1/2 for a tie
    weight: Floats  # (P,) sums to 1
    prompt: Places  # (P,) number of the pair's prompt
    rater: Places  # (P,) number of the pair's rater
    vote: Floats  # (P,) how many independent votes it counts for: K - 1 over the pairs of a ranking

    def __len__(self) -> int:
        return len(self.target)

    def part(self, chosen: NDArray[np.bool_]) -> "Comparisons":
        """Some of the pairs, their weights summing to 1 again."""
        return Comparisons(
            better=self.better[chosen],
            worse=self.worse[chosen],
            target=self.target[chosen],
            weight=self.weight[chosen],
            prompt=self.prompt[chosen],
            rater=self.rater[chosen],
            vote=self.vote[chosen],
        ).reweighted(np.ones(int(chosen.sum())))

    def reweighted(self, factor: Floats) -> "Comparisons":
        """The pairs with their weights multiplied by ``factor`` (P,), summing to 1 again."""
        weight = self.weight * factor
        if not weight.sum() > 0:
            raise BadInput(_("no pair is left that counts; collect more rankings."))
        return replace(self, weight=weight / weight.sum())


@dataclass(frozen=True)
class Basis:
    """How rows of states (N, W) become coordinates (N, R): centred, scaled, turned.

    The turn drops directions in which the training rows do not differ within a prompt: no ranking
    says anything about them, and a ridge leaves their weights at 0. It changes no score.
    """

    mean: Floats  # (W,)
    scale: Floats  # (W,)
    turn: Floats  # (W, R)

    def __call__(self, rows: NDArray[np.float32]) -> Floats:
        return ((rows - self.mean) / self.scale) @ self.turn


def basis_of(rows: NDArray[np.float32], groups: Places) -> Basis:
    """Standardised by the spread within a prompt: (N, W) rows, ``groups`` (N,) their prompts."""
    centred = within(rows.astype(np.float64), groups)
    scale = centred.std(axis=0)
    scale[scale <= scale.max(initial=0.0) * 1e-6] = np.inf  # never varies: says nothing
    if not np.isfinite(scale).any():
        raise BadInput(_("all answers of each prompt look the same to the base; collect others."))
    return Basis(rows.mean(axis=0, dtype=np.float64), scale, _turn(centred / scale))


def within(values: Floats, groups: Places) -> Floats:
    """Values less the mean of their group."""
    count = np.bincount(groups).astype(np.float64)
    sums = np.zeros((len(count), values.shape[1]))
    np.add.at(sums, groups, values)
    return values - (sums / np.maximum(count, 1)[:, None])[groups]


def _turn(centred: Floats) -> Floats:
    """An orthonormal basis (W, R) of the rows' span, by the smaller of the two Gram matrices."""
    rows, width = centred.shape
    if width <= rows:
        values, vectors = np.linalg.eigh(centred.T @ centred)
        return vectors[:, values > values[-1] * 1e-10]
    values, vectors = np.linalg.eigh(centred @ centred.T)
    kept = values > values[-1] * 1e-10
    return centred.T @ (vectors[:, kept] / np.sqrt(values[kept]))


def fit(
    coordinates: Floats, pairs: Comparisons, penalty: Floats, start: Floats | None = None
) -> Floats:
    """The weights (R,) that minimise the loss above; ``penalty`` (R,) is each one's own."""
    gaps = coordinates[pairs.better] - coordinates[pairs.worse]  # (P, R)
    weights = np.zeros(gaps.shape[1]) if start is None else start
    loss = _loss(gaps @ weights, pairs, penalty, weights)
    for _step in range(STEPS):
        chance = _sigmoid(gaps @ weights)
        slope = gaps.T @ (pairs.weight * (chance - pairs.target)) + penalty * weights
        curve = (gaps * (pairs.weight * chance * (1 - chance))[:, None]).T @ gaps
        curve[np.diag_indices_from(curve)] += penalty
        step = cast(Floats, np.linalg.solve(curve, slope))
        weights, won = _descend(gaps, pairs, penalty, weights, step, loss)
        loss -= won
        if won < CLOSE:
            return weights
    raise BadInput(_("the head did not converge; collect more rankings or choose another method."))


def _descend(
    gaps: Floats, pairs: Comparisons, penalty: Floats, weights: Floats, step: Floats, loss: float
) -> tuple[Floats, float]:
    """Go along ``step``, halved until the loss falls; say what was won."""
    for halvings in range(30):
        there = weights - step / 2**halvings
        won = loss - _loss(gaps @ there, pairs, penalty, there)
        if won >= 0:
            return there, won
    return weights, 0.0


def _loss(gap: Floats, pairs: Comparisons, penalty: Floats, weights: Floats) -> float:
    ridge = 0.5 * (penalty * weights * weights).sum()
    return log_loss(gap, pairs) + float(ridge)


def log_loss(gap: Floats, pairs: Comparisons) -> float:
    """The weighted negative log-likelihood of pairs with these differences of scores (P,)."""
    lost = pairs.target * np.logaddexp(0, -gap) + (1 - pairs.target) * np.logaddexp(0, gap)
    return float((pairs.weight * lost).sum())


def _sigmoid(gap: Floats) -> Floats:
    return np.exp(-np.logaddexp(0, -gap))


def folds_of(prompts: Places, count: int, rng: np.random.Generator) -> Sequence[Places]:
    """The numbers of the prompts that are there, dealt into ``count`` parts."""
    found = rng.permutation(np.unique(prompts))
    return [found[part::count] for part in range(count)]
