"""When the votes on two answers are enough: what they and their raters' consistency make of them.

With the model of ``annotate.stats.reliability.consistency``: scores s ~ N(0, spread²), so that the
difference of the two is d ~ N(mean, 2 spread²), and a rater of consistency η prefers the first with
chance η σ(d) + (1 - η) σ(-d). A vote is linear in η, so of what is known about a rater the mean of
η is all that counts. Stopping by a posterior needs no correction for looking often: it says
what is known now (Wald 1947, "Sequential Analysis", chapter 3, for the test that it becomes with
one kind of rater). Which pairs got a third vote then depends on the votes: such votes are never
part of an agreement figure.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from annotate.stats.arrays import Floats, Ints
from annotate.stats.reliability.consistency import SPREAD
from annotate.stats.reliability.votes import FIRST, TIE
from commons.stats.errors import InconsistentData
from commons.stats.logistic import logistic

NODES = np.linspace(-5, 5, 100)  # of d, in standard deviations of what was thought before


class Stop(Enum):
    SURE = "sure"  # the posterior says which is better
    ENOUGH = "enough"  # as many votes as a pair may get; it is close
    ASK = "ask"  # one vote more


@dataclass(frozen=True, slots=True)
class Standing:
    """``first_better`` is the chance that the first answer is better, given the votes."""

    first_better: float
    votes: int
    stop: Stop


def standing_of(
    said: Ints,
    consistency: Floats,
    *,
    sure: float = 0.9,
    most: int = 5,
    least: int = 1,
    expected: float = 0.0,
    spread: float = SPREAD,
) -> Standing:
    """From each vote, FIRST, SECOND or TIE, and its rater's consistency.

    ``expected`` is the difference of scores that is thought of before any vote, on the logit scale
    (a reward model's, say, shrunk as its calibration asks); it then decides with the votes, and so
    must not where the votes are to judge that model.
    """
    chance = float(first_better(said[None], consistency[None], expected, spread)[0])
    votes = len(said)
    if votes >= least and max(chance, 1 - chance) >= sure:
        return Standing(chance, votes, Stop.SURE)
    return Standing(chance, votes, Stop.ENOUGH if votes >= most else Stop.ASK)


def first_better(
    said: Ints, consistency: Floats, expected: float = 0.0, spread: float = SPREAD
) -> Floats:
    """The chance that the first answer is better, of every row of votes (pairs, votes).

    Every pair of a call has as many votes; one of consistency 1/2 says nothing, so it pads a row.
    """
    if said.shape != consistency.shape:
        raise InconsistentData("every vote needs its rater's consistency.")
    if not ((consistency >= 0) & (consistency <= 1)).all():
        raise InconsistentData("a consistency is a chance, 0 to 1.")
    apart = expected + np.sqrt(2) * spread * NODES
    toward = logistic(apart)
    logs = np.tile(-(NODES**2) / 2, (len(said), 1))
    for vote in range(said.shape[1]):
        chance = 0.5 + (2 * consistency[:, vote, None] - 1) * (toward - 0.5)
        first, second = np.log(np.maximum(chance, 1e-12)), np.log(np.maximum(1 - chance, 1e-12))
        which = said[:, vote, None]
        strict = np.where(which == FIRST, first, second)
        logs += np.where(which == TIE, (first + second) / 2, strict)
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    above = weights @ np.clip(apart / (apart[1] - apart[0]) + 0.5, 0, 1)  # of a node, its part
    return np.asarray(above / weights.sum(axis=1), dtype=np.float64)
