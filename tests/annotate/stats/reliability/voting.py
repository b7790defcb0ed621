"""Votes of which it is known what the answers are worth and how careful the raters are."""

from itertools import combinations

import numpy as np

from annotate.stats.reliability.votes import FIRST, SECOND, TIE, Votes


def voted(
    rng: np.random.Generator,
    *,
    prompts: int,
    eta: np.ndarray,
    each: int,
    answers: int = 3,
    spread: float = 1.5,
    nearer: float = 0.0,
) -> tuple[Votes, np.ndarray]:
    """Each prompt's pairs of answers get the votes of ``each`` raters; and the scores, (prompts,
    answers). Who sees two answers ``nearer`` than that calls them equal."""
    scores = rng.normal(scale=spread, size=(prompts, answers))
    raters = np.argsort(rng.random((prompts, len(eta))), axis=1)[:, :each]
    first, second = np.array(list(combinations(range(answers), 2))).T
    pairs = len(first)
    prompt = np.repeat(np.arange(prompts), each * pairs)
    rater = np.repeat(raters.ravel(), pairs)
    one, other = np.tile(first, prompts * each), np.tile(second, prompts * each)
    apart = scores[prompt, one] - scores[prompt, other]
    consistent = rng.random(len(prompt)) < eta[rater]
    chance = rng.random(len(prompt))
    said = np.where((chance < 1 / (1 + np.exp(-apart))) == consistent, FIRST, SECOND)
    said = np.where(np.abs(apart + np.log(1 / chance - 1)) < nearer, TIE, said)
    return Votes(prompt, one, other, rater, said), scores
