"""Rankings in the eyes of a reward model: each placed answer with its score."""

from collections.abc import Sequence

from commons.sentences import sentence as _
from rewards.engine.data import Ranking
from rewards.engine.groups import render_placed
from rewards.engine.messages import Message
from rewards.engine.progress import report
from rewards.engine.scorer import Scorer
from rewards.stats.seen import Answer, Seen

AT_ONCE = 16  # rankings that are scored together, and between two lines of progress

Sided = Sequence[tuple[str, Ranking]]  # a side of the snapshot, and a ranking of it


def scored(rankings: Sided, scorer: Scorer, says: str = _("scoring rankings")) -> list[Seen]:
    """Every ranking with the scores of its placed answers."""
    seen: list[Seen] = []
    for begins in range(0, len(rankings), AT_ONCE):
        report(begins, len(rankings), says)
        batch = rankings[begins : begins + AT_ONCE]
        ids = [
            [answer.within(scorer.max_length) for answer in render_placed(one, scorer.tokenizer)]
            for _, one in batch
        ]
        scores = iter(scorer.score_ids([sequence for each in ids for sequence in each]))
        seen += [_seen(side, one, [next(scores) for _ in one.placed]) for side, one in batch]
    report(len(rankings), len(rankings), says)
    return seen


def unscored(ranking: Ranking, side: str = "train") -> Seen:
    """A ranking whose scores nobody asks for."""
    return _seen(side, ranking, [0.0] * len(ranking.placed))


def text_of(answer: Sequence[Message]) -> str:
    return "\n\n".join(message["content"] for message in answer)


def _seen(side: str, ranking: Ranking, scores: Sequence[float]) -> Seen:
    sources: Sequence[str | None] = ranking.sources or [None] * len(ranking.answers)
    place = {at: number for number, at in enumerate(ranking.placed)}
    return Seen(
        prompt_id=ranking.prompt_id,
        ranking_id=ranking.ranking_id,
        prompt=ranking.prompt,
        answers=[
            Answer(text_of(ranking.answers[at]), score, sources[at])
            for at, score in zip(ranking.placed, scores, strict=True)
        ],
        tiers=[[place[at] for at in tier] for tier in ranking.tiers],
        strengths=ranking.strengths,
        rater=ranking.rater,
        side=side,
        skill=ranking.skill,
        language=ranking.language,
        iteration=ranking.iteration,
        agreement_weight=ranking.agreement_weight,
    )
