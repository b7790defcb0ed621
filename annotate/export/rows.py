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
from annotate.export.votes import weighing

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

PLAIN = Policy()


def sft_row(demonstration: DemonstrationText, policy: Policy = PLAIN) -> Row:
    """The conversation with the written answer at its end."""
    about = demonstration.about
    prompt, answer = plain(about.prompt), plain(demonstration.answer)
    return {
        "messages": [*prompt, *answer],
        "answer_from": len(prompt),
        **about_row(about),
        "demonstration_id": demonstration.id,
        "rater": demonstration.rater,
        **({"asked_with": demonstration.asked_with} if policy.chances else {}),
    }


def prompt_row(about: About) -> Row:
    """What is asked, and no answer."""
    return {"prompt": plain(about.prompt), **about_row(about)}


def ranked_row(ranking: RankingText, policy: Policy = PLAIN) -> Row:
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
        **_weight(ranking, policy),
        **about_row(ranking.about),
        "ranking_id": ranking.id,
        "rater": ranking.rater,
        **_chances(ranking, [ranking.shown_with.get(each) for each in place], policy),
        **({"agreement_weight": ranking.agreement_weight} if policy.chances else {}),
    }


def batches_of_rankings(kind: str) -> OfRankings:
    """How the rankings of some prompts, of each prompt all, become the rows of a kind.

    Those of raters who weigh nothing become none.
    """
    made: OfRankings = {
        "preference": lambda prompts, policy: iter(
            [preference_batch(prompts, policy)] if prompts else []
        ),
        "ranked": lambda prompts, policy: batches_of(
            ranked_row(each, policy) for rankings in prompts for each in speaking(rankings, policy)
        ),
        "unpaired": lambda prompts, policy: batches_of(
            row for rankings in prompts for row in unpaired_rows(rankings, policy)
        ),
    }[kind]
    return lambda prompts, policy: made(weighing(prompts), policy)


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
        weight = _weight(ranking, policy)
        for name, is_good in _labels(ranking, policy):
            yield {
                "prompt": prompt,
                "completion": plain(texts[name]),
                "label": is_good,
                **weight,
                **about,
                "ranking_id": ranking.id,
                "rater": ranking.rater,
                "ideal_id": name if ranking.ideal and name == ranking.ideal.id else "",
                "source": ranking.sources.get(name, ""),
                **_chances(ranking, ranking.shown_with.get(name), policy),
            }


def _weight(ranking: RankingText, policy: Policy) -> Row:
    """What the row counts, where raters weigh by their reliability."""
    return {"weight": ranking.weight} if policy.weighs_rows else {}


def _chances(ranking: RankingText, shown_with: object, policy: Policy) -> Row:
    """With which chance its prompt was asked, and what it says was shown, where that is wanted."""
    if not policy.chances:
        return {}
    return {"asked_with": ranking.asked_with, "shown_with": shown_with}


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
