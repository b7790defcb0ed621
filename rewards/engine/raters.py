"""How reliable each rater is, learned together with the scores: crowd Bradley and Terry.

    P(rater r says i > j) = eta_r s(d_ij) + (1 - eta_r) s(-d_ij)

(Chen, Bennett, Collins-Thompson and Horvitz 2013, "Pairwise ranking aggregation in a crowdsourced
setting", section 3.) ``eta`` is 1 for who votes as the scores say, up to their own noise, and 1/2
for who answers at random. It has a Beta prior, so that who judged little stays near it.

Deviations: the scores under which a vote is looked at come from a head that never saw its prompt
(a head of hundreds of numbers learns random votes by heart, and would call their raters sound);
and the head is fitted to votes weighted by ``(2 eta - 1)^2``, a vote's share of information about
a small gap, instead of EM's soft targets, which for eta = 1/2 hold the head where it was.
"""

from dataclasses import dataclass

import numpy as np

from rewards.engine.groups import TIE
from rewards.engine.heads import Comparisons, Floats, fit, folds_of

ROUNDS = 8  # of fitting and looking at the raters in turn
SETTLED = 0.01  # no eta moves further: done
FOLDS = 4
GRID = np.linspace(0.001, 0.999, 499)  # values of eta that are tried
PRIOR = (8.0, 2.0)  # of Beta: as if 10 votes had been seen, 8 of them sound


@dataclass(frozen=True)
class Reliability:
    """``eta`` (raters,) and on how many votes (pairs that are no tie) each rests."""

    eta: Floats
    votes: Floats

    @property
    def trust(self) -> Floats:
        """What a vote of each rater counts, from 0 for chance to 1."""
        return np.clip(2 * self.eta - 1, 0, 1) ** 2


def learn_reliability(
    coordinates: Floats,
    pairs: Comparisons,
    penalty: Floats,
    *,
    rng: np.random.Generator,
    prior: tuple[float, float] = PRIOR,
) -> Reliability:
    """Raters and scores in turn until no rater's reliability moves by more than ``SETTLED``."""
    raters = int(pairs.rater.max(initial=0)) + 1
    folds = folds_of(pairs.prompt, FOLDS, rng)
    starts: list[Floats | None] = [None] * FOLDS
    found = Reliability(np.full(raters, prior[0] / sum(prior)), np.zeros(raters))
    for _ in range(ROUNDS):
        gaps = np.zeros(len(pairs))
        trusted = pairs.reweighted(found.trust[pairs.rater])
        for number, fold in enumerate(folds):
            held_out = np.isin(pairs.prompt, fold)
            weights = fit(coordinates, trusted.part(~held_out), penalty, starts[number])
            starts[number] = weights
            better, worse = pairs.better[held_out], pairs.worse[held_out]
            gaps[held_out] = (coordinates[better] - coordinates[worse]) @ weights
        before, found = found, reliability_of(gaps, pairs, raters, prior)
        if np.abs(found.eta - before.eta).max() < SETTLED:
            break
    return found


def reliability_of(
    gaps: Floats, pairs: Comparisons, raters: int, prior: tuple[float, float]
) -> Reliability:
    """The most likely ``eta`` of each rater, given how far apart the scores hold each pair.

    A pair of a ranking of K says less than a pair alone, as its ranking's pairs hang together: it
    counts by its weight within the ranking, K - 1 independent votes in all.
    """
    strict = pairs.target != TIE
    chance = np.exp(-np.logaddexp(0, -gaps[strict]))  # that a vote is as the scores say
    rater, count = pairs.rater[strict], pairs.vote[strict]
    believed = (prior[0] - 1) * np.log(GRID) + (prior[1] - 1) * np.log(1 - GRID)
    eta = np.empty(raters)
    for each in range(raters):
        own = rater == each
        agreed = np.outer(chance[own], GRID) + np.outer(1 - chance[own], 1 - GRID)
        eta[each] = GRID[(count[own] @ np.log(agreed) + believed).argmax()]
    votes = np.bincount(rater, weights=count, minlength=raters).astype(np.float64)
    return Reliability(eta, votes)
