"""How rewards are judged while they are learnt, and when those of held-out rankings are."""

from torch import Tensor
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from rewards.engine.batches import Batch
from rewards.engine.groups import TIE


class Validation(TrainerCallback):
    """Judges what is held out so many times over the run, evenly, and at its end."""

    def __init__(self, times: int) -> None:
        self.times = times

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        before, now = (self.times * at // state.max_steps for at in _around(state.global_step))
        control.should_evaluate = now > before


def _around(step: int) -> tuple[int, int]:
    return step - 1, step


def judged(rewards: Tensor, utility: Tensor, lost: Tensor, batch: Batch) -> dict[str, float]:
    """Pairs that are no ties, how many the score had right, and the score with its covariates."""
    strict = batch.target != TIE
    return {
        "pairs": int(strict.sum()),
        "right": _right(rewards, batch)[strict].sum().item(),
        "right_with": _right(utility, batch)[strict].sum().item(),
        "groups": batch.share,
        "lost": lost.item(),
    }


def _right(scores: Tensor, batch: Batch) -> Tensor:
    """Whether the answer that is likelier better scored higher (P,); a tie of scores is half."""
    gap = (scores[batch.better] - scores[batch.worse]) * (batch.target - TIE).sign()
    return (gap > 0).float() + 0.5 * (gap == 0).float()
