"""The pairs that rankings give, by column."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from annotate.export.batches import Along, Batch, Row, rows_of
from annotate.export.choices import Choice, choices_of, counted, order_of
from annotate.export.policy import Policy
from annotate.export.texts import RankingText, Said, about_row, plain
from annotate.export.votes import Tally, most_agreeing, weighing


class Judged(NamedTuple):
    """What one ranking says, or the votes on one prompt."""

    row: Row  # what all its pairs have
    texts: Sequence[Said]
    sources: Sequence[str]  # of each text
    ideals: Sequence[str]  # of each text, its demonstration where a rater edited it
    choices: Sequence[Choice[int]]  # by places in ``texts``
    weight: float = 1.0  # of the rater, where a row is of one
    asked_with: float | None = None
    shown_with: Sequence[float | None] = ()  # of each text, where a row is of one


def preference_rows(rankings: Sequence[RankingText], policy: Policy) -> Iterator[Row]:
    """The pairs of all rankings of one prompt, in an order that depends on ids alone."""
    weighed = weighing([rankings])
    return rows_of([preference_batch(weighed, policy)] if weighed else [])


def preference_batch(prompts: Iterable[Sequence[RankingText]], policy: Policy) -> Batch:
    """The pairs of several prompts by column: of each prompt all rankings, as in a row each."""
    judged = [each for rankings in prompts for each in _judged(rankings, policy)]
    choices = [choice for each in judged for choice in each.choices]
    begins = np.cumsum([0, *(len(each.texts) for each in judged[:-1])])
    counts = [len(each.choices) for each in judged]
    begin = np.repeat(begins[: len(counts)], counts)
    picks = {
        "judgement": np.repeat(np.arange(len(judged)), counts),
        "chosen": np.array([each.chosen for each in choices], np.int64) + begin,
        "rejected": np.array([each.rejected for each in choices], np.int64) + begin,
        "row": np.arange(len(choices)),
    }
    return Batch(picks, _columns(judged, choices, policy))


def speaking(rankings: Sequence[RankingText], policy: Policy) -> Sequence[RankingText]:
    """Whose rows are written where votes are not counted, in the order of their ids."""
    if policy.votes == "most_agreeing":
        return [most_agreeing(rankings)]
    return by_id(rankings)


def by_id(rankings: Sequence[RankingText]) -> list[RankingText]:
    return sorted(rankings, key=lambda ranking: ranking.id)


def _judged(rankings: Sequence[RankingText], policy: Policy) -> Iterator[Judged]:
    if policy.counts_votes:
        yield _together(by_id(rankings), policy)
        return
    for ranking in speaking(rankings, policy):
        yield _alone(ranking, policy)


def _alone(ranking: RankingText, policy: Policy) -> Judged:
    """edited > chosen > rejected: an ideal answer stands above every tier.

    How much better it is than the best one nobody asked, and it is better than the others by as
    much as the best one at least.
    """
    tiers, strengths = order_of(ranking, policy)
    names = [name for tier in tiers for name in tier]
    texts, ideal = _texts(ranking), ranking.ideal.id if ranking.ideal else ""
    return Judged(
        {
            "prompt": plain(ranking.about.prompt),
            **about_row(ranking.about),
            "ranking_id": ranking.id,
            "rater": ranking.rater,
        },
        [texts[name] for name in names],
        [ranking.sources.get(name, "") for name in names],
        [name if name == ideal else "" for name in names],
        choices_of(ranking, tiers, strengths, policy),
        ranking.weight,
        ranking.asked_with,
        [ranking.shown_with.get(name) for name in names],
    )


def _together(rankings: Sequence[RankingText], policy: Policy) -> Judged:
    """A row for each pair on which these people voted."""
    texts, ideals = _texts(*rankings), {each.ideal.id for each in rankings if each.ideal}
    sources = {name: source for each in rankings for name, source in each.sources.items()}
    place = {name: at for at, name in enumerate(texts)}
    row = {
        "prompt": plain(rankings[0].about.prompt),
        **about_row(rankings[0].about),
        "iteration": max(each.about.iteration for each in rankings),
        "ranking_ids": sorted(each.id for each in rankings),
        "raters": sorted({each.rater for each in rankings}),
    }
    return Judged(
        row,
        list(texts.values()),
        [sources.get(name, "") for name in texts],
        [name if name in ideals else "" for name in texts],
        [
            Choice(place[c.chosen], place[c.rejected], c.strength, c.probability, c.weight, c.tally)
            for c in counted(rankings, policy)
        ],
    )


def _texts(*rankings: RankingText) -> dict[str, Said]:
    found: dict[str, Said] = {}
    for each in rankings:
        found.update((name, plain(said)) for name, said in each.candidates.items())
        if each.ideal is not None:
            found[each.ideal.id] = plain(each.ideal.answer)
    return found


def _columns(
    judged: Sequence[Judged], choices: Sequence[Choice[int]], policy: Policy
) -> dict[str, Along]:
    """The columns in the order of ``columns_of``."""
    about = {
        name: Along("judgement", [each.row[name] for each in judged]) for name in judged[0].row
    }
    texts = [text for each in judged for text in each.texts]
    sources = [source for each in judged for source in each.sources]
    ideals = [ideal for each in judged for ideal in each.ideals]
    return {
        "prompt": about.pop("prompt"),
        "chosen": Along("chosen", texts),
        "rejected": Along("rejected", texts),
        **_numbers(judged, choices, policy),
        **about,
        "ideal_id": Along("chosen", ideals),
        **_strengths(choices, policy),
        "chosen_source": Along("chosen", sources),
        "rejected_source": Along("rejected", sources),
        **(_chances(judged) if policy.chances else {}),
    }


def _chances(judged: Sequence[Judged]) -> dict[str, Along]:
    """Of the prompt and of each answer of the pair; an ideal answer was never drawn."""
    shown = [chance for each in judged for chance in each.shown_with]
    return {
        "asked_with": Along("judgement", [each.asked_with for each in judged]),
        "chosen_shown_with": Along("chosen", shown),
        "rejected_shown_with": Along("rejected", shown),
    }


def _numbers(
    judged: Sequence[Judged], choices: Sequence[Choice[int]], policy: Policy
) -> dict[str, Along]:
    """``margins`` puts one on every row, 0 where the strength is not known: trainers look for the
    column in the first row of a batch only.
    """
    found: dict[str, list[Any]] = {}
    if policy.margins:
        margins: dict[int | None, float] = {None: 0.0}
        margins |= {int(strength): float(each) for strength, each in policy.margins.items()}
        found["margin"] = [margins[each.strength] for each in choices]
    if policy.weighs_rows:
        found["weight"] = [of.weight * each.weight for of in judged for each in of.choices]
    elif policy.ties == "both":
        found["weight"] = [each.weight for each in choices]
    if policy.ties == "soft" or policy.votes == "soft":
        found["soft_label"] = [each.probability for each in choices]
    return {name: Along("row", values) for name, values in found.items()}


def _strengths(choices: Sequence[Choice[int]], policy: Policy) -> dict[str, Along]:
    if policy.counts_votes:
        return {"votes": Along("row", [_votes(each.tally or Tally()) for each in choices])}
    return {"strength": Along("row", [each.strength for each in choices])}


def _votes(tally: Tally) -> list[int]:
    return [tally.above, tally.below, tally.level]
