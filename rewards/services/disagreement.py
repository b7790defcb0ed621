"""How far a track's ensemble disagrees about answers: the heads of one model, or two models.

Two are the reward model and the stopping model (``selectors.reward_model.ensemble_of``): each has
a scale of its own, and is laid beside the other by ``stats.disagreement``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from annotate.gateway import AnswerText
from rewards.models import CandidateScore, RewardModel
from rewards.services.run import Listener, silent
from rewards.services.scored import ToScore
from rewards.services.scoring import score_rows
from rewards.stats.disagreement import halves_apart

AT_ONCE = 500  # rows of one update


def disagreements(
    ensemble: Sequence[RewardModel], rows: Sequence[ToScore], *, tell: Listener = silent
) -> list[list[float | None]]:
    """About every answer of every row, in their order; what nobody has scored yet is computed."""
    scores = [score_rows(reward_model=model, rows=rows, tell=tell) for model in ensemble]
    if len(scores) == 1:
        return [[score.spread for score in row] for row in scores[0]]
    first, second = ([[score.value for score in row] for row in theirs] for theirs in scores)
    return halves_apart(first, second)


def keep_disagreement(ensemble: Sequence[RewardModel], answers: Sequence[AnswerText]) -> None:
    """Keep with the first of two models how far they disagree about candidates that both have
    scored. The heads of a single one are kept with its scores.

    All answers of a prompt are looked at, whenever they came: what was alone under its prompt
    until now is told as well.
    """
    if len(ensemble) == 1:
        return
    first, second = ensemble
    came = {each.pk for each in answers}
    there = _scored_by_both(first, second, came)
    found = halves_apart(
        [[each.first for each in of_prompt] for of_prompt in there],
        [[each.second for each in of_prompt] for of_prompt in there],
    )
    changed = [
        CandidateScore(pk=each.row, spread=spread)
        for of_prompt, spreads in zip(there, found, strict=True)
        for each, spread in zip(of_prompt, spreads, strict=True)
        if spread is not None and (each.candidate in came or not each.is_told)
    ]
    CandidateScore.objects.bulk_update(changed, ["spread"], batch_size=AT_ONCE)


@dataclass(frozen=True)
class _Scored:
    """A candidate with what both say of it, and the row of the first."""

    candidate: int
    row: int
    is_told: bool  # how far they disagree
    first: float
    second: float


def _scored_by_both(
    first: RewardModel, second: RewardModel, candidates: Collection[int]
) -> list[list[_Scored]]:
    """All that both have scored under the prompts of these candidates, a list for each prompt."""
    asked = CandidateScore.objects.filter(reward_model=first, candidate__in=candidates)
    scored = CandidateScore.objects.filter(
        candidate__prompt__in=asked.values("candidate__prompt")
    ).order_by("candidate")
    theirs = dict(scored.filter(reward_model=second).values_list("candidate", "score"))
    names = ("candidate__prompt", "candidate", "pk", "score", "spread")
    of_prompt: dict[int, list[_Scored]] = {}
    for prompt, pk, row, score, spread in scored.filter(reward_model=first).values_list(*names):
        if pk in theirs:
            told = _Scored(pk, row, spread is not None, score, theirs[pk])
            of_prompt.setdefault(prompt, []).append(told)
    return list(of_prompt.values())
