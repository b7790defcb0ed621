"""Crowd Bradley-Terry: what each rater's votes are worth, and how good the answers are by them."""

from dataclasses import dataclass

import numpy as np

from annotate.stats.arrays import Flags, Floats, Ints
from annotate.stats.reliability.consistency import SPREAD, Consistencies, consistencies_of
from annotate.stats.reliability.prior import Prior
from annotate.stats.reliability.votes import SAYINGS, TIE, Cells, Votes, cells_of
from commons.stats.errors import NotConverged
from commons.stats.logistic import logistic

STEPS = 200
NEAR = 1e-3  # of a logit; posterior errors are hundreds of times as wide


@dataclass(frozen=True, slots=True, eq=False)
class CrowdRatings:
    """Scores are on the logit scale, each prompt's for itself: 0 is what nothing is known about.

    ``covariance[p]`` is that of the scores of prompt p; the variance of a difference is
    c[i, i] + c[j, j] - 2 c[i, j]. ``judged`` says which answers any vote is about.
    """

    raters: Ints  # (r,)
    consistency: Consistencies
    prompts: Ints  # (p,)
    scores: Floats  # (p, answers)
    covariance: Floats  # (p, answers, answers)
    judged: Flags  # (p, answers)


def crowd_bradley_terry(
    votes: Votes, *, prior: Prior | None = None, spread: float = SPREAD, level: float = 0.95
) -> CrowdRatings:
    """Consistencies first, with scores integrated out; then the scores that they make likeliest.

    The votes of one ranking hang together, which the scores' covariance does not know: trust the
    order more than its error.
    """
    cells = cells_of(votes)
    found = consistencies_of(cells, prior=prior or Prior(), spread=spread, level=level)
    scores, covariance = _scores(cells, found)
    judged = np.zeros(scores.shape, dtype=np.bool_)
    judged[cells.prompts, cells.lower] = judged[cells.prompts, cells.upper] = True
    return CrowdRatings(cells.rater_codes, found, cells.prompt_codes, scores, covariance, judged)


def _scores(cells: Cells, found: Consistencies) -> tuple[Floats, Floats]:
    """The mode of each prompt's scores given the consistencies, by Newton's method, all prompts at
    once. The likelihood is not concave: a step that lowers a prompt's is taken back and halved."""
    here = at = np.zeros((len(cells.prompt_codes), cells.answers))
    reached, share, step = np.full(len(here), -np.inf), np.ones(len(here)), at
    for _ in range(STEPS):
        hill = _hill(cells, found, at)
        higher = hill.heights >= reached - 1e-9
        here = np.where(higher[:, None], at, here)
        reached = np.where(higher, hill.heights, reached)
        newton = np.linalg.solve(hill.bend, hill.slopes[:, :, None])[:, :, 0]
        step = np.where(higher[:, None], np.clip(newton, -2, 2), step)
        share = np.where(higher, np.minimum(2 * share, 1), share / 2)
        if np.abs(step * share[:, None]).max() < NEAR:
            return here, np.asarray(np.linalg.inv(hill.information), dtype=np.float64)
        at = here + step * share[:, None]
    raise NotConverged(f"scores still move after {STEPS} steps.")


@dataclass(frozen=True, slots=True, eq=False)
class _Hill:
    """Of each prompt's log-posterior: its height, slope, expected information, and the curvature to
    step by, which is the observed one where that is not too flat."""

    heights: Floats  # (p,)
    slopes: Floats  # (p, answers)
    information: Floats  # (p, answers, answers)
    bend: Floats  # (p, answers, answers)


def _hill(cells: Cells, found: Consistencies, scores: Floats) -> _Hill:
    p, k = scores.shape
    lower, upper = cells.prompts * k + cells.lower, cells.prompts * k + cells.upper
    toward = logistic(scores.ravel()[lower] - scores.ravel()[upper])
    pull, known, bent, height = np.zeros((4, len(toward)))
    for turn in cells.turns:
        here, n = toward[: len(turn)], len(turn)
        trust = 2 * found.values[turn // SAYINGS] - 1
        said = turn % SAYINGS
        won = np.where(said == TIE, 0.5, 1 - said)
        chance = 0.5 + trust * (here - 0.5)
        slope = trust * here * (1 - here)  # of chance; its own slope is slope (1 - 2 here)
        by_chance = won / chance - (1 - won) / (1 - chance)
        pull[:n] += slope * by_chance
        known[:n] += slope**2 / (chance * (1 - chance))
        square = won / chance**2 + (1 - won) / (1 - chance) ** 2
        bent[:n] += slope**2 * square - slope * (1 - 2 * here) * by_chance
        height[:n] += won * np.log(chance) + (1 - won) * np.log1p(-chance)
    slopes = np.bincount(lower, pull, p * k) - np.bincount(upper, pull, p * k)
    return _Hill(
        np.bincount(cells.prompts, height, p) - (scores**2).sum(axis=1) / found.spread**2 / 2,
        slopes.reshape(p, k) - scores / found.spread**2,
        _laplacian(cells, known, found.spread),
        _laplacian(cells, np.maximum(bent, known / 10), found.spread),
    )


def _laplacian(cells: Cells, between: Floats, spread: float) -> Floats:
    """The matrix of each prompt whose pairs weigh ``between``, with the prior's precision."""
    p, k = len(cells.prompt_codes), cells.answers
    matrix = np.zeros((p, k, k))
    matrix[cells.prompts, cells.lower, cells.upper] = -between
    matrix += matrix.transpose(0, 2, 1)
    matrix[:, np.arange(k), np.arange(k)] = spread**-2 - matrix.sum(axis=2)
    return matrix
