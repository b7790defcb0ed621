"""How far somebody orders answers as the right order has them, and when that is too little.

An item gives one figure, the share of its pairs that are ordered alike, and people are judged over
items: pairs of one item hang together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from commons.stats.errors import NotEnoughOverlap
from commons.stats.wilson import wilson

Order = Sequence[Sequence[str]]  # tiers of candidate ids, best first

FALSE_ALARMS = 0.05  # the chance, over all looks, to conclude wrongly that somebody is below


def agreement_with(order: Order, *, right: Order) -> tuple[float, int]:
    """How many of the pairs of ``right`` are ordered alike, of how many.

    A tie against a preference is a half (``TieRule.HALF`` of ``commons.stats.agreement``). So is a
    pair of which the person placed an answer nowhere: who says nothing gets what a coin gets.
    """
    theirs, key = _tier_numbers(order), _tier_numbers(right)
    pairs = list(combinations(sorted(key), 2))
    if not pairs:
        raise NotEnoughOverlap("the right order has no two answers; nothing can be compared.")
    return sum(_alike(theirs, key, *pair) for pair in pairs), len(pairs)


def _alike(theirs: dict[str, int], key: dict[str, int], one: str, other: str) -> float:
    if one not in theirs or other not in theirs:
        return 0.5
    mine, right = (_sign(tiers[one] - tiers[other]) for tiers in (theirs, key))
    return 1 - abs(mine - right) / 2


def _tier_numbers(order: Order) -> dict[str, int]:
    return {answer: tier for tier, answers in enumerate(order) for answer in answers}


def _sign(gap: int) -> int:
    return (gap > 0) - (gap < 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """``agreement`` is the mean over ``items``, between ``low`` and ``high``.

    ``is_below`` says that even ``high`` lies below what is asked. ``looks`` is how often one has
    concluded by now, this time included; 0: too few items, and nothing is concluded.
    """

    items: int
    agreement: float
    low: float
    high: float
    looks: int
    is_below: bool


def standing_of(agreements: Sequence[float], *, below: float | None, least: int) -> Standing | None:
    """Whether somebody agrees less than ``below``, from one figure for each item, in their order.

    None before the first item. Looked at after every ``least`` items and no oftener. The interval
    is Wilson's with items for trials: a figure between 0 and 1 varies no more than a yes or no of
    the same mean, so it is at least as wide as need be. The j-th look may be wrong with chance
    α / (j (j + 1)), one-sided; these add up to α, so that looking on and on wrongs nobody more
    often (the union bound; as in the alpha spending of Lan and DeMets 1983).
    """
    if not agreements:
        return None
    looks = len(agreements) // least
    looked_at = agreements[: looks * least] or agreements
    spent = FALSE_ALARMS / (looks * (looks + 1)) if looks else FALSE_ALARMS / 2
    mean = sum(looked_at) / len(looked_at)
    low, high = wilson(mean, len(looked_at), level=1 - 2 * spent)
    is_below = bool(looks) and below is not None and high < below
    return Standing(len(looked_at), mean, low, high, looks, is_below)
