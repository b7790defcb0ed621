"""Ratings from wins: the Bradley-Terry model, with standard errors.

    P(i beats j) = 1 / (1 + exp(score_j - score_i))

Bradley and Terry (1952), "Rank Analysis of Incomplete Block Designs: I"; existence of the
maximum: Ford (1957), "Solution of a Ranking Problem from Binary Comparisons"; Newton's method
and standard errors beside other ways: Hunter (2004), "MM Algorithms for Generalized Bradley-Terry
Models".
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from commons.stats.errors import Disconnected, InconsistentData, NotConverged, NotEnoughData

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Scores on the logit scale with mean 0, and how they were found.

    ``covariance`` (items, items) is that of the scores with their sum held at 0. Only differences
    mean something: the variance of ``scores[i] - scores[j]`` is c[i, i] + c[j, j] - 2 c[i, j].
    """

    scores: Floats  # (items,)
    covariance: Floats  # (items, items)
    iterations: int

    @property
    def errors(self) -> Floats:
        """Standard error of each score against the mean of all."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0))

    def error_between(self, i: int, j: int) -> float:
        """Standard error of ``scores[i] - scores[j]``."""
        c = self.covariance
        return float(np.sqrt(max(c[i, i] + c[j, j] - 2 * c[i, j], 0)))


def bradley_terry(
    wins: ArrayLike, *, tolerance: float = 1e-9, max_iterations: int = 100
) -> Ratings:
    """Maximum-likelihood ratings; ``wins[i, j]`` says how often i beat j, a tie half to each.

    Half a win to each keeps the estimate between the two outcomes but makes the errors slightly
    too large where ties are many. Newton's steps are halved while they lower the likelihood,
    which is concave, so the method cannot be led astray.
    """
    won = _checked(wins)
    games = won + won.T  # (items, items)
    scores = step = np.zeros(len(won))
    for iteration in range(1, max_iterations + 1):
        expected = games * _win_probability(scores)
        covariance = _pseudo_inverse(_information(games, scores))
        step = covariance @ (won - expected).sum(axis=1)
        if np.abs(step).max() < tolerance:
            return Ratings(scores, covariance, iteration)
        scores = _climbed(won, scores, step)
    raise NotConverged(f"no maximum within {max_iterations} steps; last step {step!r}.")


def _checked(wins: ArrayLike) -> Floats:
    won = np.asarray(wins, dtype=np.float64)
    if won.ndim != 2 or won.shape[0] != won.shape[1]:
        raise InconsistentData(f"wins must be a square matrix, not of shape {won.shape}.")
    if not np.isfinite(won).all() or (won < 0).any() or np.diag(won).any():
        raise InconsistentData("wins must be finite, not negative, and 0 on the diagonal.")
    if len(won) < 2:
        raise NotEnoughData(f"{len(won)} item(s); ratings need two.")
    _require_connection(won > 0)
    return won


def _require_connection(beat: NDArray[np.bool_]) -> None:
    """Every item must have beaten every other, if only through a chain of wins (Ford 1957)."""
    for what, edges in (("lost to", beat.T), ("beat", beat)):
        reached = np.zeros(len(edges), dtype=bool)
        reached[0] = True
        while (grown := reached | edges[reached].any(axis=0)).sum() > reached.sum():
            reached = grown
        if not reached.all():
            apart = ", ".join(map(str, np.flatnonzero(~reached)))
            raise Disconnected(
                f"item 0 never {what} items {apart}, not even through others, so their distance "
                "has no bound; compare them more, or leave them out."
            )


def _win_probability(scores: Floats) -> Floats:
    """P(i beats j), shape (items, items)."""
    return np.exp(-np.logaddexp(0, scores[None, :] - scores[:, None]))


def _information(games: Floats, scores: Floats) -> Floats:
    """Minus the second derivative of the log-likelihood; its rows sum to 0."""
    chance = _win_probability(scores)
    between = games * chance * chance.T
    return np.diag(between.sum(axis=1)) - between


def _pseudo_inverse(information: Floats) -> Floats:
    """Moore-Penrose inverse; the only direction without curvature is a shift of all scores."""
    shift = np.full_like(information, 1 / len(information))
    try:
        inverse = np.linalg.inv(information + shift)
    except np.linalg.LinAlgError:
        raise NotConverged("the likelihood is flat here; the wins are too lopsided.") from None
    return np.asarray(inverse - shift, dtype=np.float64)


def _climbed(won: Floats, scores: Floats, step: Floats) -> Floats:
    """One step uphill, halved until the likelihood does not fall."""
    here = _log_likelihood(won, scores)
    for _ in range(60):
        there = scores + step
        there -= there.mean()
        if _log_likelihood(won, there) >= here - 1e-12 * abs(here):
            return there
        step = step / 2
    raise NotConverged("no step raises the likelihood any more; the wins are too lopsided.")


def _log_likelihood(won: Floats, scores: Floats) -> float:
    return float(-(won * np.logaddexp(0, scores[None, :] - scores[:, None])).sum())
