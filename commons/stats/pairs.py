"""Read pairs out of a ranking; the one place where tiers become comparisons."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Generic, TypeVar

from commons.stats.errors import InconsistentData

Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Pair(Generic[Item]):
    """``better`` was preferred to ``worse``; ``strength`` 1 (slightly) .. 3, None = not asked."""

    better: Item
    worse: Item
    strength: int | None = None


def pairs_of(
    tiers: Sequence[Sequence[Item]], strengths: Sequence[int | None] = ()
) -> list[Pair[Item]]:
    """Every strict preference of a ranking given as tiers, best first; ties give none.

    ``strengths[i]`` lies between ``tiers[i]`` and ``tiers[i + 1]``; empty = never asked. A pair
    over several boundaries is at least as strong as the strongest of them: it takes the greatest
    known strength it crosses.
    """
    known: Sequence[int | None] = strengths or [None] * (len(tiers) - 1)
    if tiers and len(known) != len(tiers) - 1:
        raise InconsistentData(
            f"{len(tiers)} tiers have {len(tiers) - 1} boundaries, but {len(known)} strengths."
        )
    return [
        Pair(better, worse, _greatest(known[upper:lower]))
        for upper, lower in combinations(range(len(tiers)), 2)
        for better, worse in product(tiers[upper], tiers[lower])
    ]


def ties_of(tiers: Sequence[Sequence[Item]]) -> list[tuple[Item, Item]]:
    """Every pair of items that share a tier, in the order in which they stand there."""
    return [pair for tier in tiers for pair in combinations(tier, 2)]


def _greatest(strengths: Sequence[int | None]) -> int | None:
    return max((strength for strength in strengths if strength is not None), default=None)
