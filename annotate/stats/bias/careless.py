"""Whether somebody judges by coin: a test that may be looked at after every judgement.

Each judgement gives an agreement x with the others, 0 to 1, and what is expected of it under a
hypothesis, m. A bet of the share λ against the hypothesis multiplies the capital by 1 + λ (x - m);
if the hypothesis is true, no way of betting makes it grow, so it reaches 1 / α with chance α at
most, however often one looks (Ville 1939, "Étude critique de la notion de collectif"; bets on a
bounded mean: Waudby-Smith and Ramdas 2024, "Estimating Means of Bounded Random Variables by
Betting"). The capital here is the mean over a grid of λ, which is a mixture martingale.

Two hypotheses are bet against. "Agrees no more than by chance": who refutes it is attentive.
"Agrees at least as an attentive person does": who refutes it is careless, or judges by rules of
their own. Who refutes both does something in between.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from annotate.stats.arrays import Floats, Ints
from commons.stats.errors import InconsistentData

STAKES = (0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9)  # shares of the most that may be staked


class Verdict(Enum):
    """Evidence, for somebody who then looks at the judgements."""

    OPEN = "open"  # neither is refuted yet
    ATTENTIVE = "attentive"  # better than chance
    WEAK = "weak"  # better than chance, and below what attentive people reach
    CARELESS = "careless"  # below what attentive people reach, and not shown to beat chance


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Of each rater, the largest capital that was reached, and after how many judgements it first
    was enough (0: not yet). 1 / capital is an anytime-valid p-value."""

    raters: Ints  # (r,)
    judged: Ints  # (r,)
    against_chance: Floats  # (r,)
    against_attentive: Floats  # (r,)
    attentive_after: Ints  # (r,)
    careless_after: Ints  # (r,)
    alpha: float

    def verdict(self, row: int) -> Verdict:
        """What is shown so far. What one look showed no later look takes back."""
        attentive, careless = self.attentive_after[row] > 0, self.careless_after[row] > 0
        if careless:
            return Verdict.WEAK if attentive else Verdict.CARELESS
        return Verdict.ATTENTIVE if attentive else Verdict.OPEN


def evidence_of(
    raters: Ints, agreements: Floats, by_chance: Floats, attentive: Floats, *, alpha: float = 0.01
) -> Evidence:
    """One entry for each judgement, in the order in which each rater made them.

    ``agreements`` are of one judgement with what the others, not this rater, think: say, the
    share of its pairs that is ordered as the consensus orders them. ``by_chance`` is the most that
    who looks at nothing agrees on such an item, ``attentive`` the least that the campaign asks of
    an attentive person; both are fixed before the judgement. With many raters give a small
    ``alpha``, or α divided by their number.
    """
    columns = (agreements, by_chance, attentive)
    if any(len(each) != len(raters) for each in columns):
        raise InconsistentData("raters, agreements and both levels must be equally long.")
    if any(((each < 0) | (each > 1)).any() for each in columns):
        raise InconsistentData("agreements and levels are 0 to 1.")
    order = np.argsort(raters, kind="stable")
    names, starts, n = np.unique(raters[order], return_index=True, return_counts=True)
    x = agreements[order]
    above = _capital(x - by_chance[order], by_chance[order], starts, n)
    below = _capital(attentive[order] - x, 1 - attentive[order], starts, n)
    return Evidence(
        names,
        n,
        np.maximum.reduceat(above, starts) if len(n) else above,
        np.maximum.reduceat(below, starts) if len(n) else below,
        _first(above >= 1 / alpha, starts, n),
        _first(below >= 1 / alpha, starts, n),
        alpha,
    )


def _capital(gains: Floats, most_lost: Floats, starts: Ints, n: Ints) -> Floats:
    """Mean capital over the stakes, after each judgement; 1 / most_lost would stake all of it."""
    capital = np.zeros(len(gains))
    for stake in STAKES:
        share = stake / np.maximum(most_lost, 0.05)
        logs = np.log1p(share * gains)
        total = np.cumsum(logs)
        before = np.repeat(total[starts] - logs[starts], n) if len(n) else total
        capital += np.exp(np.minimum(total - before, 700)) / len(STAKES)
    return capital


def _first(enough: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], starts: Ints, n: Ints) -> Ints:
    """After how many judgements of its rater it was first so; 0 where never."""
    place = np.arange(len(enough)) - np.repeat(starts, n) + 1
    never = len(enough) + 1
    first = np.where(enough, place, never)
    found = np.minimum.reduceat(first, starts) if len(n) else first
    return np.where(found == never, 0, found)
