"""Which pairs a ranking gives under a policy, and what the votes of several make of them.

A policy asks nothing of a pair of one ranking but where the two stand, so the pairs are found once
for each shape of a ranking, by places: a million rankings of four answers have some hundred shapes.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from annotate.export.policy import Policy
from annotate.export.texts import RankingText
from annotate.export.votes import Tally, tallies_of
from commons.stats.pairs import pairs_of, ties_of

Tiers = list[list[str]]
Answer = TypeVar("Answer", int, str)  # by its place in an order, or by its id


class Choice(NamedTuple, Generic[Answer]):
    """One row to be: ``probability`` that ``chosen`` is better, ``weight`` of the row."""

    chosen: Answer
    rejected: Answer
    strength: int | None = None
    probability: float = 1.0
    weight: float = 1.0
    tally: Tally | None = None  # with the chosen one as ``one``


def choices_of(
    ranking: RankingText, tiers: Tiers, strengths: Sequence[int | None], policy: Policy
) -> Sequence[Choice[int]]:
    """The pairs of one ranking, of which ``order_of`` has given the tiers.

    Answers are named by their places in the tiers, from 0, one tier after the other.
    """
    choices = _of_shape(
        tuple(map(len, tiers)),
        tuple(strengths),
        below=policy.unrankable == "below" and bool(ranking.unrankable),
        pairs=policy.pairs,
        ties=policy.ties,
        least=policy.strength_at_least,
    )
    if policy.rating_at_least is None:
        return choices
    rated = [_is_rated(ranking, name, policy) for tier in tiers for name in tier]
    return [each for each in choices if all(rated[at] for at in _put_first(each))]


@lru_cache(maxsize=10_000)
def _of_shape(
    sizes: Sequence[int],
    strengths: Sequence[int | None],
    *,
    below: bool,
    pairs: str,
    ties: str,
    least: int,
) -> tuple[Choice[int], ...]:
    """The choices of every ranking with tiers of these sizes.

    ``below``: the last tier holds what could not be ranked. All of it is below, and nobody said
    which is worse.
    """
    tiers = _numbered(sizes)
    place = {answer: at for at, tier in enumerate(tiers) for answer in tier}
    found = [
        Choice(pair.better, pair.worse, pair.strength)
        for pair in pairs_of(tiers, strengths)
        if _wanted(pairs, place, pair.better, pair.worse) and (pair.strength or least) >= least
    ]
    for one, other in ties_of(tiers[:-1] if below else tiers):
        if _wanted(pairs, place, one, other):
            found += _tied(one, other, ties)
    return tuple(found)


def _numbered(sizes: Sequence[int]) -> list[list[int]]:
    """Places from 0 in tiers of these sizes."""
    places = iter(range(sum(sizes)))
    return [[next(places) for _ in range(size)] for size in sizes]


def _tied(
    one: Answer, other: Answer, ties: str, tally: Tally | None = None
) -> list[Choice[Answer]]:
    if ties == "both":
        back = tally.turned if tally else None
        return [
            Choice(one, other, None, 1.0, 0.5, tally),
            Choice(other, one, None, 1.0, 0.5, back),
        ]
    return [Choice(one, other, None, 0.5, 1.0, tally)] if ties == "soft" else []


def counted(rankings: Sequence[RankingText], policy: Policy) -> Iterator[Choice[str]]:
    """What the votes make of every pair that one of the rankings gives; answers by their ids."""
    orders = [order_of(ranking, policy)[0] for ranking in rankings]
    places = [{name: at for at, tier in enumerate(tiers) for name in tier} for tiers in orders]
    unranked = [ranking.unrankable for ranking in rankings]
    raters = [ranking.rater for ranking in rankings]
    weights = [ranking.weight for ranking in rankings]
    tallies = tallies_of(orders, unranked, raters, weights if policy.weighs else None)
    for (one, other), tally in tallies.items():
        if not any(_wanted(policy.pairs, place, one, other) for place in places):
            continue
        choices = _voted(one, other, tally, policy)
        good = {name for choice in choices for name in _put_first(choice)}
        if all(_is_rated(each, name, policy) for each in rankings for name in good):
            yield from choices


def _voted(one: str, other: str, tally: Tally, policy: Policy) -> list[Choice[str]]:
    share = tally.majority if policy.votes == "majority" else tally.share
    if share == 0.5:
        return _tied(one, other, policy.ties, tally)
    if share < 0.5:
        return _voted(other, one, tally.turned, policy)
    return [Choice(one, other, None, share, 1.0, tally)]


def order_of(ranking: RankingText, policy: Policy) -> tuple[Tiers, list[int | None]]:
    """The tiers that pairs are read from, each in the order of ids, and the strengths between."""
    tiers = [sorted(tier) for tier in ranking.tiers]
    strengths = list(ranking.strengths) or gaps(len(tiers) - 1)
    if policy.unrankable == "below" and ranking.unrankable:
        strengths = strengths + gaps(len(tiers) > 0)
        tiers.append(sorted(ranking.unrankable))
    if policy.ideal and ranking.ideal is not None:
        strengths = gaps(len(tiers) > 0) + strengths
        tiers.insert(0, [ranking.ideal.id])
    return tiers, strengths


def gaps(count: int) -> list[int | None]:
    """As many strengths for which nobody was asked."""
    return [None] * count


def _wanted(pairs: str, place: Mapping[Answer, int], better: Answer, worse: Answer) -> bool:
    """Whether a policy's ``pairs`` has this pair of a ranking; ties are neighbours of each other.

    ``place``: in which tier of the ranking each answer stands.
    """
    if pairs == "all":
        return True
    if better not in place or worse not in place:
        return False
    if pairs == "adjacent":
        return abs(place[worse] - place[better]) <= 1
    return 0 in (place[better], place[worse])


def _put_first(choice: Choice[Answer]) -> tuple[Answer, ...]:
    """Which of the two the row calls better: one that says a tie calls so either."""
    is_tie = choice.weight == 0.5 or choice.probability == 0.5
    return (choice.chosen, choice.rejected) if is_tie else (choice.chosen,)


def _is_rated(ranking: RankingText, chosen: str, policy: Policy) -> bool:
    """Whether the chosen answer has the points that are asked; not rated is not refused."""
    if policy.rating_at_least is None:
        return True
    points = ranking.answers.get(chosen, {}).get("ratings", {}).get(policy.rating)
    return points is None or points >= policy.rating_at_least
