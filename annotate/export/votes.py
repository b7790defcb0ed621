"""Several people ranked the same answers: what they say together.

A pair of answers is named in one direction, ``(one, other)``, the smaller id first, so that two
rankings of the same answers speak of the same pairs.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

from annotate.export.texts import RankingText
from commons.stats.pairs import pairs_of, ties_of

Named = tuple[str, str]


@dataclass(slots=True)
class Tally:
    """How many raters put ``one`` above ``other``, the other way round, and level."""

    above: int = 0
    below: int = 0
    level: int = 0

    @property
    def voters(self) -> int:
        return self.above + self.below + self.level

    @property
    def turned(self) -> "Tally":
        """The same votes with the other one named first."""
        return Tally(self.below, self.above, self.level)

    @property
    def share(self) -> float:
        """The share of votes for ``one``, in 0 … 1; a tie is half a vote for each."""
        return (self.above + self.level / 2) / self.voters

    @property
    def majority(self) -> float:
        """1 or 0 where more than half of all voters put one above the other, else 0.5."""
        if 2 * self.above > self.voters:
            return 1.0
        return 0.0 if 2 * self.below > self.voters else 0.5


def tallies_of(
    orders: Sequence[Sequence[Sequence[str]]],
    unranked: Sequence[Collection[str]],
    raters: Sequence[str],
) -> dict[Named, Tally]:
    """The votes on every pair that at least one order (as tiers, best first) speaks of.

    ``unranked``: for each order, what stands together in it only because it could not be ranked.
    That is no vote for a tie. ``raters``: who gave each. A rater has one vote on a pair however
    often they ranked it: for what they said more often, and for a tie where that is even.
    """
    leanings: dict[Named, dict[str, int]] = {}
    for tiers, apart, rater in zip(orders, unranked, raters, strict=True):
        for (one, other), side in _said(tiers).items():
            if one in apart and other in apart:
                continue
            said = leanings.setdefault((one, other), {})
            said[rater] = said.get(rater, 0) + side
    return {pair: _tally(said.values()) for pair, said in sorted(leanings.items())}


def _tally(leanings: Collection[int]) -> Tally:
    return Tally(
        above=sum(each > 0 for each in leanings),
        below=sum(each < 0 for each in leanings),
        level=sum(each == 0 for each in leanings),
    )


def most_agreeing(rankings: Sequence[RankingText]) -> RankingText:
    """The ranking that agrees best with those of others; of several as good, that of the first id.

    Two rankings agree on a pair by 1 if they say the same, by 1/2 if one of them calls it a tie,
    by 0 if they contradict each other; a ranking's figure is the mean over all pairs that it
    shares with any of another rater: nobody seconds themselves. One that shares none stands behind
    all that do.
    """
    said = [_said(ranking.tiers) for ranking in rankings]
    totals, shared = [0.0] * len(said), [0] * len(said)
    for a, b in combinations(range(len(said)), 2):
        if rankings[a].rater == rankings[b].rater:
            continue
        for pair in said[a].keys() & said[b].keys():
            agreed = 1 - abs(said[a][pair] - said[b][pair]) / 2
            for each in (a, b):
                totals[each] += agreed
                shared[each] += 1
    figures = [total / n if n else -1.0 for total, n in zip(totals, shared, strict=True)]
    best = max(figures)
    at = [i for i, figure in enumerate(figures) if figure == best]
    return min((rankings[i] for i in at), key=lambda ranking: ranking.id)


def _said(tiers: Sequence[Sequence[str]]) -> dict[Named, int]:
    """1 where the first named stands above, -1 where it stands below, 0 for a tie."""
    said: dict[Named, int] = {}
    for pair in pairs_of(tiers):
        if pair.better < pair.worse:
            said[pair.better, pair.worse] = 1
        else:
            said[pair.worse, pair.better] = -1
    for one, other in ties_of(tiers):
        said[min(one, other), max(one, other)] = 0
    return said
