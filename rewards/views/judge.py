"""The judge of a cycle beside what it decided: how good it is, as far as its report card tells."""

from collections.abc import Sequence
from dataclasses import dataclass

from rewards.models import Cycle, RewardModel
from rewards.selectors.reward_model import card_of, judge_of
from rewards.stats.evidence import Judge
from rewards.stats.gates import judge_remarks
from rewards.views.numbers import ReportCard


@dataclass(frozen=True)
class ShownJudge:
    """``card`` is None where none was written; ``remarks`` say what speaks against it."""

    model: RewardModel
    card: ReportCard | None
    remarks: Sequence[str]


def shown_judge(cycle: Cycle | None) -> ShownJudge | None:
    """None where no judge was asked for: the base model came with no cycle."""
    model = judge_of(cycle) if cycle else None
    if model is None:
        return None
    card = card_of(model)
    return ShownJudge(
        model=model,
        card=ReportCard.of(card.run.result) if card else None,
        remarks=list(judge_remarks(Judge.of(card.run.result if card else None))),
    )
