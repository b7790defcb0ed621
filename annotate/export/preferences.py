"""Which pairs the rankings of one prompt give, under a policy."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from annotate.export.policy import Policy
from annotate.export.texts import Messages, RankingText, about_row, plain
from annotate.export.votes import Tally, most_agreeing, tallies_of
from commons.stats.pairs import pairs_of, ties_of

Row = dict[str, Any]
Tiers = list[list[str]]


class Choice(NamedTuple):
    """One row to be: ``probability`` that ``chosen`` is better, ``weight`` of the row."""

    chosen: str
    rejected: str
    strength: int | None = None
    probability: float = 1.0
    weight: float = 1.0
    tally: Tally | None = None  # with the chosen one as ``one``


def preference_rows(rankings: Sequence[RankingText], policy: Policy) -> Iterator[Row]:
    """The pairs of all rankings of one prompt, in an order that depends on ids alone."""
    if policy.votes in ("majority", "soft"):
        yield from _together(by_id(rankings), policy)
        return
    for ranking in speaking(rankings, policy):
        yield from _alone(ranking, policy)


def speaking(rankings: Sequence[RankingText], policy: Policy) -> Sequence[RankingText]:
    """Whose rows are written where votes are not counted, in the order of their ids."""
    if policy.votes == "most_agreeing":
        return [most_agreeing(rankings)]
    return by_id(rankings)


def by_id(rankings: Sequence[RankingText]) -> list[RankingText]:
    return sorted(rankings, key=lambda ranking: ranking.id)


def _alone(ranking: RankingText, policy: Policy) -> Iterator[Row]:
    """edited > chosen > rejected: an ideal answer stands above every tier.

    How much better it is than the best one nobody asked, and it is better than the others by as
    much as the best one at least. ``margins`` puts one on every row, 0 where the strength is not
    known: trainers look for the column in the first row of a batch only.
    """
    texts, sources, end = _texts(ranking), ranking.sources, _end(ranking, policy)
    ideal = ranking.ideal.id if ranking.ideal else ""
    prompt = plain(ranking.about.prompt)
    for choice in _choices(ranking, policy):
        yield {
            "prompt": prompt,
            "chosen": texts[choice.chosen],
            "rejected": texts[choice.rejected],
            **_numbers(choice, policy),
            **end,
            "ideal_id": ideal if choice.chosen == ideal else "",
            "strength": choice.strength,
            "chosen_source": sources.get(choice.chosen, ""),
            "rejected_source": sources.get(choice.rejected, ""),
        }


def _choices(ranking: RankingText, policy: Policy) -> Iterator[Choice]:
    tiers, strengths = order_of(ranking, policy)
    place, least = _places(tiers, policy), policy.strength_at_least
    for pair in pairs_of(tiers, strengths):
        if not _wanted(policy, place, pair.better, pair.worse):
            continue
        if (pair.strength or least) >= least and _is_rated(ranking, pair.better, policy):
            yield Choice(pair.better, pair.worse, pair.strength)
    for one, other in ties_of(tiers):
        if one in ranking.unrankable or not _wanted(policy, place, one, other):
            continue  # all that could not be ranked is below, and nobody said which is worse
        if all(_is_rated(ranking, each, policy) for each in (one, other)):
            yield from _tied(one, other, policy)


def _tied(one: str, other: str, policy: Policy, tally: Tally | None = None) -> list[Choice]:
    if policy.ties == "both":
        back = tally.turned if tally else None
        return [
            Choice(one, other, None, 1.0, 0.5, tally),
            Choice(other, one, None, 1.0, 0.5, back),
        ]
    return [Choice(one, other, None, 0.5, 1.0, tally)] if policy.ties == "soft" else []


def _together(rankings: Sequence[RankingText], policy: Policy) -> Iterator[Row]:
    """A row for each pair on which these people voted."""
    texts, sources = _texts(*rankings), _merged(*(each.sources for each in rankings))
    ideals = {each.ideal.id for each in rankings if each.ideal}
    prompt, end = plain(rankings[0].about.prompt), _end_of_all(rankings, policy)
    for choice in _counted(rankings, policy):
        yield {
            "prompt": prompt,
            "chosen": texts[choice.chosen],
            "rejected": texts[choice.rejected],
            **_numbers(choice, policy),
            **end,
            "ideal_id": choice.chosen if choice.chosen in ideals else "",
            **_votes(choice),
            "chosen_source": sources.get(choice.chosen, ""),
            "rejected_source": sources.get(choice.rejected, ""),
        }


def _counted(rankings: Sequence[RankingText], policy: Policy) -> Iterator[Choice]:
    """What the votes make of every pair that one of the rankings gives."""
    orders = [order_of(ranking, policy)[0] for ranking in rankings]
    places = [_places(tiers, policy) for tiers in orders]
    unranked = [ranking.unrankable for ranking in rankings]
    tallies = tallies_of(orders, unranked, [ranking.rater for ranking in rankings])
    for (one, other), tally in tallies.items():
        if not any(_wanted(policy, place, one, other) for place in places):
            continue
        choices = _voted(one, other, tally, policy)
        good = {name for choice in choices for name in _put_first(choice)}
        if all(_is_rated(each, name, policy) for each in rankings for name in good):
            yield from choices


def _put_first(choice: Choice) -> tuple[str, ...]:
    """Which of the two the row calls better: one that says a tie calls so either."""
    return (choice.chosen, choice.rejected) if choice.probability == 0.5 else (choice.chosen,)


def _voted(one: str, other: str, tally: Tally, policy: Policy) -> list[Choice]:
    share = tally.majority if policy.votes == "majority" else tally.share
    if share == 0.5:
        return _tied(one, other, policy, tally)
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


def _places(tiers: Tiers, policy: Policy) -> dict[str, int]:
    """In which tier each stands; nobody asks where all pairs are taken."""
    if policy.pairs == "all":
        return {}
    return {name: at for at, tier in enumerate(tiers) for name in tier}


def _wanted(policy: Policy, place: Mapping[str, int], better: str, worse: str) -> bool:
    """Whether the policy takes this pair of a ranking; ties are neighbours of each other."""
    if policy.pairs == "all":
        return True
    if better not in place or worse not in place:
        return False
    if policy.pairs == "adjacent":
        return abs(place[worse] - place[better]) <= 1
    return 0 in (place[better], place[worse])


def _is_rated(ranking: RankingText, chosen: str, policy: Policy) -> bool:
    """Whether the chosen answer has the points that are asked; not rated is not refused."""
    if policy.rating_at_least is None:
        return True
    points = ranking.answers.get(chosen, {}).get("ratings", {}).get(policy.rating)
    return points is None or points >= policy.rating_at_least


def _texts(*rankings: RankingText) -> dict[str, Messages]:
    found: dict[str, Messages] = {}
    for each in rankings:
        found.update((name, plain(said)) for name, said in each.candidates.items())
        if each.ideal is not None:
            found[each.ideal.id] = plain(each.ideal.answer)
    return found


def _merged(*sources: Mapping[str, str]) -> dict[str, str]:
    return {name: source for each in sources for name, source in each.items()}


def _numbers(choice: Choice, policy: Policy) -> Row:
    said: Row = {}
    if policy.margins:
        strength = choice.strength
        said["margin"] = 0.0 if strength is None else float(policy.margins[str(strength)])
    if policy.ties == "both":
        said["weight"] = choice.weight
    if policy.ties == "soft" or policy.votes == "soft":
        said["soft_label"] = choice.probability
    return said


def _votes(choice: Choice) -> Row:
    tally = choice.tally or Tally()
    return {"votes": [tally.above, tally.below, tally.level]}


def _end(ranking: RankingText, policy: Policy) -> Row:
    return {**about_row(ranking.about), "ranking_id": ranking.id, "rater": ranking.rater}


def _end_of_all(rankings: Sequence[RankingText], policy: Policy) -> Row:
    return {
        **about_row(rankings[0].about),
        "iteration": max(each.about.iteration for each in rankings),
        "ranking_ids": sorted(each.id for each in rankings),
        "raters": sorted({each.rater for each in rankings}),
    }
