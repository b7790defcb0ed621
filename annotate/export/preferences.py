"""The pairs that the rankings of one prompt give, by column."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotate.export.batches import Batch, Row, rows_of
from annotate.export.choices import Answer, Choice, choices_of, counted, order_of
from annotate.export.policy import Policy
from annotate.export.texts import Messages, RankingText, Said, about_row, plain
from annotate.export.votes import Tally, most_agreeing

Columns = dict[str, list[Any]]


def preference_rows(rankings: Sequence[RankingText], policy: Policy) -> Iterator[Row]:
    """The pairs of all rankings of one prompt, in an order that depends on ids alone."""
    return rows_of(preference_batches(rankings, policy))


def preference_batches(rankings: Sequence[RankingText], policy: Policy) -> Iterator[Batch]:
    """The same by column: a batch for each ranking, or one for all where votes are counted."""
    if policy.votes in ("majority", "soft"):
        yield _together(by_id(rankings), policy)
        return
    for ranking in speaking(rankings, policy):
        yield _alone(ranking, policy)


def speaking(rankings: Sequence[RankingText], policy: Policy) -> Sequence[RankingText]:
    """Whose rows are written where votes are not counted, in the order of their ids."""
    if policy.votes == "most_agreeing":
        return [most_agreeing(rankings)]
    return by_id(rankings)


def by_id(rankings: Sequence[RankingText]) -> list[RankingText]:
    return sorted(rankings, key=lambda ranking: ranking.id)


def _alone(ranking: RankingText, policy: Policy) -> Batch:
    """edited > chosen > rejected: an ideal answer stands above every tier.

    How much better it is than the best one nobody asked, and it is better than the others by as
    much as the best one at least. ``margins`` puts one on every row, 0 where the strength is not
    known: trainers look for the column in the first row of a batch only.
    """
    tiers, strengths = order_of(ranking, policy)
    names = [name for tier in tiers for name in tier]
    choices = choices_of(ranking, tiers, strengths, policy)
    texts, ideal = _texts(ranking), ranking.ideal.id if ranking.ideal else ""
    ideals = [name if name == ideal else "" for name in names]
    sources = [ranking.sources.get(name, "") for name in names]
    return {
        **_pairs(ranking.about.prompt, choices, dict(enumerate(texts[name] for name in names))),
        **_numbers(choices, policy),
        **_repeated(_end(ranking), len(choices)),
        "ideal_id": [ideals[each.chosen] for each in choices],
        "strength": [each.strength for each in choices],
        **_sources(choices, dict(enumerate(sources))),
    }


def _together(rankings: Sequence[RankingText], policy: Policy) -> Batch:
    """A row for each pair on which these people voted."""
    choices, texts = list(counted(rankings, policy)), _texts(*rankings)
    ideals = {each.ideal.id for each in rankings if each.ideal}
    sources = dict.fromkeys(texts, "")
    for each in rankings:
        sources.update(each.sources)
    return {
        **_pairs(rankings[0].about.prompt, choices, texts),
        **_numbers(choices, policy),
        **_repeated(_end_of_all(rankings), len(choices)),
        "ideal_id": [one.chosen if one.chosen in ideals else "" for one in choices],
        "votes": [_votes(one) for one in choices],
        **_sources(choices, sources),
    }


def _pairs(
    prompt: Messages, choices: Sequence[Choice[Answer]], texts: Mapping[Answer, Said]
) -> Columns:
    """``texts``: the answers, by what the choices name them."""
    return {
        "prompt": [plain(prompt)] * len(choices),
        "chosen": [texts[each.chosen] for each in choices],
        "rejected": [texts[each.rejected] for each in choices],
    }


def _sources(choices: Sequence[Choice[Answer]], sources: Mapping[Answer, str]) -> Columns:
    return {
        "chosen_source": [sources[each.chosen] for each in choices],
        "rejected_source": [sources[each.rejected] for each in choices],
    }


def _repeated(row: Row, count: int) -> Columns:
    return {name: [value] * count for name, value in row.items()}


def _texts(*rankings: RankingText) -> dict[str, Said]:
    found: dict[str, Said] = {}
    for each in rankings:
        found.update((name, plain(said)) for name, said in each.candidates.items())
        if each.ideal is not None:
            found[each.ideal.id] = plain(each.ideal.answer)
    return found


def _numbers(choices: Sequence[Choice[Answer]], policy: Policy) -> Columns:
    said: Columns = {}
    if policy.margins:
        margins = {None: 0.0} | {int(n): float(each) for n, each in policy.margins.items()}
        said["margin"] = [margins[each.strength] for each in choices]
    if policy.ties == "both":
        said["weight"] = [each.weight for each in choices]
    if policy.ties == "soft" or policy.votes == "soft":
        said["soft_label"] = [each.probability for each in choices]
    return said


def _votes(choice: Choice[str]) -> list[int]:
    tally = choice.tally or Tally()
    return [tally.above, tally.below, tally.level]


def _end(ranking: RankingText) -> Row:
    return {**about_row(ranking.about), "ranking_id": ranking.id, "rater": ranking.rater}


def _end_of_all(rankings: Sequence[RankingText]) -> Row:
    return {
        **about_row(rankings[0].about),
        "iteration": max(each.about.iteration for each in rankings),
        "ranking_ids": sorted(each.id for each in rankings),
        "raters": sorted({each.rater for each in rankings}),
    }
