"""Whether people saw one item so differently that somebody else should look at it."""

import math
from collections.abc import Sequence
from itertools import combinations

Order = Sequence[Sequence[str]]  # tiers of candidate ids, best first


def differ(one: Order, other: Order, *, below: float) -> bool:
    """Two orders differ where no best answer is common to both, or τ-b is less than ``below``.

    Where τ-b is undefined, because somebody ties all that both placed, they agree only if both
    do; with nothing placed at all they agree as well.
    """
    if set(_best(one)).isdisjoint(_best(other)) and (one or other):
        return True
    tau = kendall_tau_b(one, other)
    if tau is None:
        return _tiers_of_common(one, other) != _tiers_of_common(other, one)
    return tau < below


def kendall_tau_b(one: Order, other: Order) -> float | None:
    """Kendall's rank correlation with ties (Kendall 1945, "The Treatment of Ties in Ranking
    Problems"), over the answers that both placed:

    τ-b = (C - D) / sqrt((n0 - n1) (n0 - n2))

    with C concordant and D discordant of all n0 pairs, n1 tied in the one and n2 in the other.
    None where either ties everything.
    """
    first, second = _tier_numbers(one), _tier_numbers(other)
    common = sorted(first.keys() & second.keys())
    signs = [
        (_sign(first[a] - first[b]), _sign(second[a] - second[b]))
        for a, b in combinations(common, 2)
    ]
    untied = math.prod(sum(1 for pair in signs if pair[side]) for side in (0, 1))
    if not untied:
        return None
    return sum(mine * yours for mine, yours in signs) / math.sqrt(untied)


def disagree(orders: Sequence[Order], *, below: float) -> bool:
    """Whether any two of them ``differ``."""
    return any(differ(one, other, below=below) for one, other in combinations(orders, 2))


def spread(orders: Sequence[Order]) -> float:
    """How far the two widest apart stand from each other: 0 alike, 1 the other way round.

    Of two it is (1 - τ-b) / 2. Where τ-b is undefined it is 0 if they are alike in what both
    placed, else 1/2: one of them says nothing where the other says something.
    """
    return max((_apart(one, other) for one, other in combinations(orders, 2)), default=0.0)


def _apart(one: Order, other: Order) -> float:
    tau = kendall_tau_b(one, other)
    if tau is not None:
        return min(max((1 - tau) / 2, 0.0), 1.0)
    return 0.0 if _tiers_of_common(one, other) == _tiers_of_common(other, one) else 0.5


def _best(order: Order) -> Sequence[str]:
    return order[0] if order else ()


def _tier_numbers(order: Order) -> dict[str, int]:
    return {answer: tier for tier, answers in enumerate(order) for answer in answers}


def _tiers_of_common(one: Order, other: Order) -> list[set[str]]:
    shared = _tier_numbers(other).keys()
    return [found for tier in one if (found := set(tier) & shared)]


def _sign(gap: int) -> int:
    return (gap > 0) - (gap < 0)
