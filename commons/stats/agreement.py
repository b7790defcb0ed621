"""How often two people who judged the same answers order a pair of them alike."""

from collections.abc import Mapping, Sequence
from enum import Enum
from itertools import combinations
from typing import TypeAlias

import numpy as np

from commons.stats.bootstrap import Estimate, bootstrap_ratio
from commons.stats.errors import NotEnoughOverlap

Order: TypeAlias = Sequence[Sequence[str]]  # tiers of candidate ids, best first
Signs: TypeAlias = dict[tuple[str, str], int]  # 1: first before second, -1: after, 0: tied


class TieRule(Enum):
    """What a tie counts for. Published figures differ by this rule alone, so it is always named."""

    DROP = "drop"  # a pair that either rater ties is left out
    HALF = "half"  # a tie against a preference is half an agreement; two ties are a whole one
    EXACT = "exact"  # better, worse and tied are three answers, alike or not


def pairwise_agreement(
    judgements: Mapping[str, Sequence[Order]],
    *,
    ties: TieRule,
    rng: np.random.Generator,
    rounds: int = 1000,
    level: float = 0.95,
) -> Estimate:
    """The chance that two raters of an item order two of its answers alike.

    ``judgements`` holds the orders that different raters gave to each item. Every two raters of
    an item are compared on every two answers that both placed; an answer that either could not
    rank is not compared. As every rule is symmetric, this is the expectation over raters drawn in
    random order. An item's counts are divided by its raters less one, so that each rater has the
    same say however many judged the item (Krippendorff 2011, "Computing Krippendorff's
    Alpha-Reliability"). The interval resamples items; ``n`` counts those judged twice.

    Agreement by chance is not taken out: 1/2 under DROP, and by the share of ties otherwise.
    """
    counts = np.array([_alike(orders, ties) for orders in judgements.values()]).reshape(-1, 2)
    doubled = int(np.count_nonzero(counts[:, 1]))
    if doubled < 2:
        raise NotEnoughOverlap(
            f"{doubled} item(s) with two comparable judgements; agreement needs two items."
        )
    return bootstrap_ratio(counts[:, 0], counts[:, 1], rng=rng, rounds=rounds, level=level)


def _alike(orders: Sequence[Order], ties: TieRule) -> tuple[float, float]:
    """How many comparisons of one item agree, of how many; both divided by raters - 1."""
    agreed, compared = 0.0, 0
    for first, second in combinations([_signs(order) for order in orders], 2):
        for pair in first.keys() & second.keys():
            if ties is TieRule.DROP and not (first[pair] and second[pair]):
                continue
            agreed += _agreement(first[pair], second[pair], ties)
            compared += 1
    share = max(len(orders) - 1, 1)
    return agreed / share, compared / share


def _signs(order: Order) -> Signs:
    """How an order sees every two answers it placed, under their names in sorted order."""
    tier_of = {answer: tier for tier, answers in enumerate(order) for answer in answers}
    return {
        (one, other): (tier_of[one] < tier_of[other]) - (tier_of[one] > tier_of[other])
        for one, other in combinations(sorted(tier_of), 2)
    }


def _agreement(first: int, second: int, ties: TieRule) -> float:
    if ties is TieRule.HALF:
        return 1 - abs(first - second) / 2
    return float(first == second)
