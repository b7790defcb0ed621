"""What a decision over an item is expected to settle."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from annotate.stats.arrays import Floats
from annotate.stats.reliability.votes import FIRST, SECOND, TIE
from annotate.stats.reliability.weights import UNKNOWN_RATER
from annotate.stats.stopping import first_better

Order = Sequence[Sequence[str]]  # tiers of candidate ids, best first

SAYS_NOTHING = 0.5


def gain_of(orders: Sequence[Order], *, consistency: Sequence[float] = ()) -> float:
    """Bits that are open still, over all pairs of answers that anybody placed.

    ``consistency`` is that of each order's rater; where none is given, nothing is known of any.

    Every pair is as good as one row of training data, and a decision leaves none of it open: so
    the gain is the sum over pairs of the entropy of who is better, given the votes,
    H(p) = -p log2 p - (1 - p) log2 (1 - p), with p as ``annotate.stats.stopping`` has it
    (MacKay 1992, "Information-Based Objective Functions for Active Data Selection", for the
    entropy as what a look is worth). 0 where nobody placed two answers.
    """
    tiers = [_tier_numbers(order) for order in orders]
    answers = sorted(set().union(*tiers)) if tiers else []
    pairs = list(combinations(answers, 2))
    if not pairs:
        return 0.0
    votes = [[_vote(order, *pair) for order in tiers] for pair in pairs]  # (pairs, raters)
    said = np.array([[TIE if each is None else each for each in row] for row in votes])
    eta = list(consistency) or [UNKNOWN_RATER] * len(orders)
    trust = np.array(
        [
            [
                SAYS_NOTHING if each is None else theirs
                for each, theirs in zip(row, eta, strict=True)
            ]
            for row in votes
        ]
    )
    return float(_entropy(first_better(said, trust)).sum())


def _vote(tiers: dict[str, int], one: str, other: str) -> int | None:
    if one not in tiers or other not in tiers:
        return None
    if tiers[one] == tiers[other]:
        return TIE
    return FIRST if tiers[one] < tiers[other] else SECOND


def _entropy(chance: Floats) -> Floats:
    inside = np.clip(chance, 1e-12, 1 - 1e-12)
    bits = -inside * np.log2(inside) - (1 - inside) * np.log2(1 - inside)
    return np.asarray(bits, dtype=np.float64)


def _tier_numbers(order: Order) -> dict[str, int]:
    return {answer: tier for tier, answers in enumerate(order) for answer in answers}
