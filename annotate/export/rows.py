"""What the judgements of one prompt become in a dataset, kind by kind."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from annotate.export.batches import Batch, Row, batches_of
from annotate.export.choices import gaps, order_of
from annotate.export.policy import Policy
from annotate.export.preferences import preference_batch, preference_rows, speaking
from annotate.export.said import flag_rows, rating_rows, span_rows
from annotate.export.texts import (
    About,
    DemonstrationText,
    IdealText,
    MessageRows,
    Messages,
    RankingText,
    about_row,
    plain,
)

__all__ = [
    "About",
    "DemonstrationText",
    "IdealText",
    "MessageRows",
    "Messages",
    "RankingText",
    "Row",
    "batches_of_rankings",
    "preference_rows",
    "prompt_row",
    "ranked_row",
    "sft_row",
    "unpaired_rows",
]

OfRankings: TypeAlias = Callable[[Sequence[Sequence[RankingText]], Policy], Iterator[Batch]]


def sft_row(demonstration: DemonstrationText) -> Row:
    """The conversation with the written answer at its end."""
    about = demonstration.about
    prompt, answer = plain(about.prompt), plain(demonstration.answer)
    return {
        "messages": [*prompt, *answer],
        "answer_from": len(prompt),
        **about_row(about),
        "demonstration_id": demonstration.id,
        "rater": demonstration.rater,
    }


def prompt_row(about: About) -> Row:
    """What is asked, and no answer."""
    return {"prompt": plain(about.prompt), **about_row(about)}


def ranked_row(ranking: RankingText) -> Row:
    """The whole ranking as it was given: its ties, its gaps and its strengths.

    Null stands for what was not asked; an import says what was given, and not what was asked.
    """
    place = {candidate: place for place, candidate in enumerate(ranking.candidates)}
    asked, said = ranking.asked, ranking.answers
    return {
        "prompt": plain(ranking.about.prompt),
        "answers": [plain(answer) for answer in ranking.candidates.values()],
        "tiers": [[place[candidate] for candidate in tier] for tier in ranking.tiers],
        "unrankable": [place[candidate] for candidate in ranking.unrankable],
        "strengths": list(ranking.strengths) or gaps(len(ranking.tiers) - 1),
        "ratings": rating_rows(said, place) or ([] if asked.ratings else None),
        "flags": flag_rows(said, place) or ([] if asked.flags else None),
        "spans": span_rows(said, place) or ([] if asked.spans else None),
        "reason": ranking.reason,
        "ideal": plain(ranking.ideal.answer) if ranking.ideal else None,
        "ideal_id": ranking.ideal.id if ranking.ideal else "",
        "sources": [ranking.sources.get(candidate, "") for candidate in ranking.candidates],
        **about_row(ranking.about),
        "ranking_id": ranking.id,
        "rater": ranking.rater,
    }


def batches_of_rankings(kind: str) -> OfRankings:
    """How the rankings of some prompts, of each prompt all, become the rows of a kind."""
    return {
        "preference": lambda prompts, policy: iter([preference_batch(prompts, policy)]),
        "ranked": lambda prompts, policy: batches_of(
            ranked_row(each) for rankings in prompts for each in speaking(rankings, policy)
        ),
        "unpaired": lambda prompts, policy: batches_of(
            row for rankings in prompts for row in unpaired_rows(rankings, policy)
        ),
    }[kind]


def unpaired_rows(rankings: Sequence[RankingText], policy: Policy) -> Iterator[Row]:
    """An answer and whether it is good: those of the best tier are, those of the last are not.

    What lies between gives no row, and a ranking of one tier none at all; but where what could not
    be ranked stands ``below``, it is not good even if nothing else was ranked. Under a policy with
    ``rating_at_least`` it is the points that say so, and what was not rated gives no row.
    """
    for ranking in speaking(rankings, policy):
        texts: Mapping[str, Messages] = ranking.candidates
        if ranking.ideal is not None:
            texts = {ranking.ideal.id: ranking.ideal.answer, **texts}
        prompt, about = plain(ranking.about.prompt), about_row(ranking.about)
        for name, is_good in _labels(ranking, policy):
            yield {
                "prompt": prompt,
                "completion": plain(texts[name]),
                "label": is_good,
                **about,
                "ranking_id": ranking.id,
                "rater": ranking.rater,
                "ideal_id": name if ranking.ideal and name == ranking.ideal.id else "",
                "source": ranking.sources.get(name, ""),
            }


def _labels(ranking: RankingText, policy: Policy) -> list[tuple[str, bool]]:
    if policy.rating_at_least is not None:
        least = policy.rating_at_least
        points = {
            name: ranking.answers.get(name, {}).get("ratings", {}).get(policy.rating)
            for name in sorted(ranking.candidates)
        }
        return [(name, given >= least) for name, given in points.items() if given is not None]
    if not ranking.tiers:
        bad = ranking.unrankable if policy.unrankable == "below" else ()
        return [(name, False) for name in sorted(bad)]
    tiers, _ = order_of(ranking, policy)
    if len(tiers) < 2:
        return []
    return [(name, True) for name in tiers[0]] + [(name, False) for name in tiers[-1]]
