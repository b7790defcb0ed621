"""What a machine said of the same answers in several orders, settled into one. PURE.

Who judges answers in the order in which they stand may favour a place. Asked again in the opposite
order, a favour contradicts itself: what the orders do not agree on is a tie, and is told.
"""

import hashlib
import random
from collections.abc import Sequence
from itertools import combinations
from uuid import UUID

Tiers = Sequence[Sequence[str]]

ORDERS = 2
BITS = 63  # what a signed column of 64 bits holds


def seed_of(judge: UUID, task: UUID) -> int:
    """The same for the same machine and task, and otherwise like a draw."""
    return int.from_bytes(_hash("order", judge, task)[:8], "big") >> (64 - BITS)


def place_of(judge: UUID, task: UUID) -> float:
    """Where a task lies between 0 and 1 for a machine: in its share where that is larger."""
    return int.from_bytes(_hash("share", judge, task)[:8], "big") / 2**64


def _hash(of: str, judge: UUID, task: UUID) -> bytes:
    return hashlib.sha256(f"{of} {judge} {task}".encode()).digest()


def orders_by(seed: int, offered: Sequence[str]) -> list[list[str]]:
    """A shuffle, and the same the other way round."""
    first = random.Random(seed).sample(sorted(offered), len(offered))
    return [first, first[::-1]]


def ranks_of(tiers: Tiers) -> dict[str, int]:
    return {answer: place for place, tier in enumerate(tiers) for answer in tier}


def settled(said: Sequence[Tiers]) -> list[list[str]]:
    """The finest tiers that no order contradicts, best first.

    An answer is above another where every order puts it there. Whoever is joined by a chain of
    pairs of which that is not so, is tied. What is in another group is above or below all of this
    one: above one of a pair and below the other in every order, it would make that pair agreed.
    """
    ranks = [ranks_of(tiers) for tiers in said]
    answers = sorted(ranks[0])
    group = {each: each for each in answers}
    for one, other in contradicted(said):
        old, new = group[one], group[other]
        group = {each: new if of == old else of for each, of in group.items()}
    found: dict[str, list[str]] = {}
    for each in answers:
        found.setdefault(group[each], []).append(each)
    return sorted(found.values(), key=lambda tier: sum(rank[tier[0]] for rank in ranks))


def pairs_alike(said: Sequence[Tiers]) -> tuple[int, int]:
    """How many pairs every order puts alike, a tie in each among them, and how many pairs there
    are. None where there was one order alone: it cannot contradict itself."""
    if len(said) < ORDERS:
        return 0, 0
    ranks = [ranks_of(tiers) for tiers in said]
    ways = [
        {(rank[one] > rank[other]) - (rank[one] < rank[other]) for rank in ranks}
        for one, other in combinations(sorted(ranks[0]), 2)
    ]
    return sum(len(each) == 1 for each in ways), len(ways)


def contradicted(said: Sequence[Tiers]) -> list[tuple[str, str]]:
    """The pairs that not every order puts in the same strict order."""
    ranks = [ranks_of(tiers) for tiers in said]
    return [
        (one, other)
        for one, other in combinations(sorted(ranks[0]), 2)
        if not (
            all(rank[one] < rank[other] for rank in ranks)
            or all(rank[one] > rank[other] for rank in ranks)
        )
    ]
