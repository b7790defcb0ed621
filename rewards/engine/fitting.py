"""From states and rankings to an ensemble of heads: penalty, raters, bootstrap by prompt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rewards.engine.groups import TIE
from rewards.engine.head_rows import Rows
from rewards.engine.heads import (
    SMALL_PENALTY,
    Basis,
    Comparisons,
    Floats,
    basis_of,
    fit,
    folds_of,
    log_loss,
    within,
)
from rewards.engine.raters import Reliability, learn_reliability

PENALTIES = (0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001)  # strongest first; times the states' width
FEWEST_RATERS = 3  # fewer cannot be told apart

Heard = Callable[[int, int, Mapping[str, float]], None]


@dataclass(frozen=True)
class Plan:
    """How heads are fitted; ``covariates`` by their place among all."""

    covariates: tuple[int, ...] = ()
    trusts_all: bool = False
    heads: int = 16
    folds: int = 5
    seed: int = 0


@dataclass(frozen=True)
class Fitted:
    """Heads over raw states: ``states @ weights.T + bias`` are the members' scores."""

    weights: Floats  # (heads, W)
    bias: Floats  # (heads,)
    penalty: float
    covariates: Floats  # (C,) weights that were fitted and are dropped, per unit
    loss: float  # cross-validated, at the chosen penalty
    accuracy: float | None  # likewise, covariates dropped
    accuracy_with_covariates: float | None
    reliability: Reliability | None

    def metrics(self) -> dict[str, object]:
        return {
            "held_out_loss": self.loss,
            "held_out_accuracy": self.accuracy,
            "held_out_accuracy_with_covariates": self.accuracy_with_covariates,
            "penalty": self.penalty,
        }


@dataclass(frozen=True)
class Tried:
    """A penalty under cross-validation by prompt."""

    penalty: float
    loss: float
    accuracy: float | None
    accuracy_with_covariates: float | None


class Problem:
    """Coordinates of states with the covariates behind them, and the pairs."""

    def __init__(self, states: NDArray[np.float32], rows: Rows, plan: Plan) -> None:
        self.basis: Basis = basis_of(states, rows.prompts)
        turned = self.basis(states)
        chosen = rows.covariates[:, plan.covariates]
        spread = within(chosen, rows.prompts).std(axis=0)
        self.unit: Floats = np.where(spread > 0, spread, np.inf)
        self.width = turned.shape[1]
        self.numbers = states.shape[1]  # W: as many of unit spread add up in a score
        self.coordinates: Floats = np.hstack([turned, chosen / self.unit])  # (N, R + C)
        self.pairs = rows.pairs

    def penalties(self, penalty: float) -> Floats:
        """One for each coordinate; scaled so that states of any width are held alike."""
        every = np.full(self.coordinates.shape[1], SMALL_PENALTY)
        every[: self.width] = penalty * self.numbers
        return every

    def gaps(self, weights: Floats, pairs: Comparisons, *, dropped: bool) -> Floats:
        """Differences of scores, with the covariates or without."""
        read = slice(0, self.width) if dropped else slice(None)
        better, worse = self.coordinates[pairs.better], self.coordinates[pairs.worse]
        return (better[:, read] - worse[:, read]) @ weights[read]


def fit_heads(states: NDArray[np.float32], rows: Rows, plan: Plan, heard: Heard) -> Fitted:
    """Cross-validate, look at the raters, and draw the ensemble."""
    rng = np.random.default_rng(plan.seed)
    problem = Problem(states, rows, plan)
    steps = len(PENALTIES) + plan.heads
    tried = choose(problem, problem.pairs, plan.folds, rng, heard, steps)
    reliability, pairs = None, problem.pairs
    if not plan.trusts_all and len([name for name in rows.raters if name]) >= FEWEST_RATERS:
        reliability = learn_reliability(
            problem.coordinates, pairs, problem.penalties(tried.penalty), rng=rng
        )
        pairs = pairs.reweighted(reliability.trust[pairs.rater])
    penalties = problem.penalties(tried.penalty)
    whole = fit(problem.coordinates, pairs, penalties)
    drawn = [whole]
    for number in range(plan.heads if plan.heads > 1 else 0):
        drawn.append(fit(problem.coordinates, resampled(pairs, rng), penalties, whole))
        heard(len(PENALTIES) + number + 1, steps, {})
    weights = np.stack(drawn[1:] or drawn)
    raw = weights[:, : problem.width] @ problem.basis.turn.T / problem.basis.scale  # (heads, W)
    return Fitted(
        weights=raw,
        bias=-raw @ problem.basis.mean,
        penalty=tried.penalty,
        covariates=whole[problem.width :] / problem.unit,
        loss=tried.loss,
        accuracy=tried.accuracy,
        accuracy_with_covariates=tried.accuracy_with_covariates,
        reliability=reliability,
    )


def choose(
    problem: Problem,
    pairs: Comparisons,
    folds: int,
    rng: np.random.Generator,
    heard: Heard,
    steps: int,
) -> Tried:
    """The penalty with the least loss on prompts that were held out; from the strongest on, until
    it has risen twice."""
    dealt = folds_of(pairs.prompt, folds, rng)
    starts: list[Floats | None] = [None] * len(dealt)
    tried: list[Tried] = []
    for penalty in PENALTIES:
        gaps, plain = np.zeros(len(pairs)), np.zeros(len(pairs))
        for number, fold in enumerate(dealt):
            out = np.isin(pairs.prompt, fold)
            if not out.any() or out.all():
                continue
            weights = fit(
                problem.coordinates,
                pairs.part(~out),
                problem.penalties(penalty),
                starts[number],
            )
            starts[number] = weights
            held_out = pairs.part(out)
            gaps[out] = problem.gaps(weights, held_out, dropped=False)
            plain[out] = problem.gaps(weights, held_out, dropped=True)
        one = Tried(penalty, log_loss(gaps, pairs), share(plain, pairs), share(gaps, pairs))
        tried.append(one)
        heard(len(tried), steps, _points(one))
        if len(tried) > 2 and tried[-1].loss > tried[-2].loss > tried[-3].loss:
            break
    return min(tried, key=lambda each: each.loss)


def share(gaps: Floats, pairs: Comparisons) -> float | None:
    """How many of the strict pairs are in the people's order; an even one is half right."""
    strict = gaps[pairs.target != TIE]
    return float(((strict > 0) + 0.5 * (strict == 0)).mean()) if len(strict) else None


def resampled(pairs: Comparisons, rng: np.random.Generator) -> Comparisons:
    """The pairs of prompts drawn with replacement, as weights."""
    prompts = np.unique(pairs.prompt)
    while True:
        times = np.zeros(prompts[-1] + 1)
        times[prompts] = rng.multinomial(len(prompts), np.full(len(prompts), 1 / len(prompts)))
        if (pairs.weight * times[pairs.prompt]).sum() > 0:
            return pairs.reweighted(times[pairs.prompt])


def _points(tried: Tried) -> dict[str, float]:
    points = {"held_out_loss": tried.loss}
    if tried.accuracy is not None:
        points["held_out_accuracy"] = tried.accuracy
    return points
