"""Several people ranked the same answers: what they say together.

A pair of answers is named in one direction, ``(one, other)``, the smaller id first, so that two
rankings of the same answers speak of the same pairs.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from annotate.export.texts import RankingText
from commons.stats.pairs import pairs_of, ties_of

Named = tuple[str, str]
Sums = tuple[int, int, int]  # above, below, level

THOUSAND = 1000  # of a weight: sums of whole numbers are exact, and even votes are even


@dataclass(slots=True)
class Tally:
    """How many raters put ``one`` above ``other``, the other way round, and level.

    ``weighed``: the same in thousandths of what they weigh; None: all weigh the same.
    """

    above: int = 0
    below: int = 0
    level: int = 0
    weighed: Sums | None = None

    @property
    def turned(self) -> "Tally":
        """The same votes with the other one named first."""
        above, below, level = self.weighed or (0, 0, 0)
        turned = (below, above, level) if self.weighed else None
        return Tally(self.below, self.above, self.level, turned)

    @property
    def share(self) -> float:
        """The share of votes for ``one``, in 0 … 1; a tie is half a vote for each."""
        above, below, level = self._sums
        return (2 * above + level) / (2 * (above + below + level))

    @property
    def majority(self) -> float:
        """1 or 0 where more than half of all voters put one above the other, else 0.5."""
        above, below, level = self._sums
        if above > below + level:
            return 1.0
        return 0.0 if below > above + level else 0.5

    @property
    def _sums(self) -> Sums:
        return self.weighed or (self.above, self.below, self.level)


def weighing(prompts: Iterable[Sequence[RankingText]]) -> list[Sequence[RankingText]]:
    """Of the rankings of each prompt those whose rater weighs something; no prompt without any."""
    heavy = ([each for each in rankings if each.weight > 0] for rankings in prompts)
    return [rankings for rankings in heavy if rankings]


def tallies_of(
    orders: Sequence[Sequence[Sequence[str]]],
    unranked: Sequence[Collection[str]],
    raters: Sequence[str],
    weights: Sequence[float] | None = None,
) -> dict[Named, Tally]:
    """The votes on every pair that at least one order (as tiers, best first) speaks of.

    ``unranked``: for each order, what stands together in it only because it could not be ranked.
    That is no vote for a tie. ``raters``: who gave each. A rater has one vote on a pair however
    often they ranked it: for what they said more often, and for a tie where that is even.
    ``weights``: what the rater of each weighs, who weighs the same in all or, where one of them is
    a label that was settled, as much as that. None: all the same.
    """
    leanings: dict[Named, dict[str, int]] = {}
    for tiers, apart, rater in zip(orders, unranked, raters, strict=True):
        for (one, other), side in _said(tiers).items():
            if one in apart and other in apart:
                continue
            said = leanings.setdefault((one, other), {})
            said[rater] = said.get(rater, 0) + side
    heavy = None if weights is None else _by_rater(raters, weights)
    return {pair: _tally(said, heavy) for pair, said in sorted(leanings.items())}


def _by_rater(raters: Sequence[str], weights: Sequence[float]) -> dict[str, int]:
    heavy: dict[str, int] = {}
    for rater, weight in zip(raters, weights, strict=True):
        heavy[rater] = max(heavy.get(rater, 0), round(THOUSAND * weight))
    return heavy


def _tally(said: dict[str, int], heavy: dict[str, int] | None) -> Tally:
    counts = _sums(said, dict.fromkeys(said, 1))
    return Tally(*counts, None if heavy is None else _sums(said, heavy))


def _sums(said: dict[str, int], weights: dict[str, int]) -> Sums:
    return (
        sum(weights[rater] for rater, side in said.items() if side > 0),
        sum(weights[rater] for rater, side in said.items() if side < 0),
        sum(weights[rater] for rater, side in said.items() if side == 0),
    )


def most_agreeing(rankings: Sequence[RankingText]) -> RankingText:
    """The ranking that agrees best with those of others; of several as good, that of the first id.

    Two rankings agree on a pair by 1 if they say the same, by 1/2 if one of them calls it a tie,
    by 0 if they contradict each other; a ranking's figure is the mean over all pairs that it
    shares with any of another rater, who counts by their weight: nobody seconds themselves. One
    that shares none stands behind all that do.
    """
    said = [_said(ranking.tiers) for ranking in rankings]
    heavy = [round(THOUSAND * ranking.weight) for ranking in rankings]
    totals, shared = [0.0] * len(said), [0] * len(said)
    for a, b in combinations(range(len(said)), 2):
        if rankings[a].rater == rankings[b].rater:
            continue
        for pair in said[a].keys() & said[b].keys():
            agreed = 1 - abs(said[a][pair] - said[b][pair]) / 2
            for each, other in ((a, b), (b, a)):
                totals[each] += heavy[other] * agreed
                shared[each] += heavy[other]
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
