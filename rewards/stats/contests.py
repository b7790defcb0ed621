"""Who meets whom in an arena: pairs drawn by need, each with a known chance, and how they stand.

    votes of a pair -> its win rate with an interval -> settled, or in need -> chances -> drawn

A share of the contests goes to the pairs in need alone; the rest is drawn evenly among all pairs,
so that every pair has a chance above nothing and what is estimated can be weighed back by it
(Horvitz and Thompson 1952; Chiang et al. 2024, "Chatbot Arena", weigh so as well).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from commons.stats.wilson import wilson
from rewards.stats.leaderboard import Vote

Pair = tuple[str, str]  # of models, in their order by name

UNKNOWN = 0.5


@dataclass(frozen=True)
class Meeting:
    """How often the first of a pair won; of no votes, anything is possible.

    The interval is Wilson's, of one trial a prompt: two people's votes on one prompt are not two
    independent ones. It never claims too much where ties are many.
    """

    votes: int
    prompts: int
    won: float
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low

    def turned(self) -> "Meeting":
        """The same as the second of the pair sees it."""
        return Meeting(self.votes, self.prompts, 1 - self.won, 1 - self.high, 1 - self.low)


NEVER_MET = Meeting(votes=0, prompts=0, won=UNKNOWN, low=0.0, high=1.0)


def meetings_of(votes: Sequence[Vote]) -> dict[Pair, Meeting]:
    """How each pair stands that has met."""
    found: dict[Pair, dict[int, list[float]]] = {}
    for vote in votes:
        first, second = vote.first.model, vote.second.model
        won = vote.won if first < second else 1 - vote.won
        of_pair = found.setdefault(pair_of(first, second), {})
        of_pair.setdefault(vote.prompt, []).append(won)
    return {pair: _meeting(list(of_prompt.values())) for pair, of_prompt in found.items()}


def pair_of(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _meeting(of_prompts: Sequence[Sequence[float]]) -> Meeting:
    won = float(np.mean([np.mean(each) for each in of_prompts]))
    low, high = wilson(won, len(of_prompts))
    return Meeting(sum(map(len, of_prompts)), len(of_prompts), won, low, high)


def all_pairs(models: Collection[str]) -> list[Pair]:
    return list(combinations(sorted(models), 2))


def pairs_in_need(
    wanted: Sequence[Pair], known: Mapping[Pair, Meeting], *, narrow_enough: float
) -> list[Pair]:
    """Those of the pairs that are ``wanted`` whose win rate is not told narrowly enough yet."""
    return [pair for pair in wanted if known.get(pair, NEVER_MET).width > narrow_enough]


def pair_chances(
    pairs: Sequence[Pair], needy: Collection[Pair], *, by_need: float
) -> dict[Pair, float]:
    """The chance of each pair to be the next contest; they sum to 1."""
    share = by_need if needy else 0.0
    return {
        pair: (1 - share) / len(pairs) + (share / len(needy) if pair in needy else 0.0)
        for pair in pairs
    }


def draw_pairs(
    chances: Mapping[Pair, float], contests: int, rng: np.random.Generator
) -> list[Pair]:
    """The pairs of so many contests, each drawn by itself, so that its propensity is its chance."""
    pairs = list(chances)
    weights = np.array(list(chances.values()))
    drawn = rng.choice(len(pairs), size=contests, p=weights / weights.sum())
    return [pairs[at] for at in drawn]
