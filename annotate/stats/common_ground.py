"""What several people's orders have in common, and where they part: pair by pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from annotate.stats.disagreement import Order

Seen = int | None  # 1: the one is better, -1: the other, 0: tied, None: not both are placed


@dataclass(frozen=True)
class PairSeen:
    """Two answers, and how each of the orders sees them."""

    one: str
    other: str
    seen: Sequence[Seen]

    @property
    def is_common(self) -> bool:
        return len(set(self.seen)) == 1


def pairs_seen(orders: Sequence[Order], names: Sequence[str]) -> list[PairSeen]:
    """Every two of these answers, in this order, with how each of the orders sees them."""
    tiers = [{name: at for at, tier in enumerate(order) for name in tier} for order in orders]
    return [
        PairSeen(one, other, [_seen(each.get(one), each.get(other)) for each in tiers])
        for one, other in combinations(names, 2)
    ]


def _seen(one: int | None, other: int | None) -> Seen:
    if one is None or other is None:
        return None
    return (one < other) - (one > other)
