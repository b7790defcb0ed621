"""Watch a policy while it is trained, and stop where the stopping model turns.

At every look the policy answers the same prompts under the same seeds. Both models' gains since
the start are told in standard deviations of the answers there, so that two models with scales of
their own can be drawn over one axis; beside them stand how far the policy has gone (KL), how
long its answers are and how many repeat themselves.

``looks.jsonl`` keeps every look. The weights of the best one lie in ``best-STEP``; those between
two checkpoints are all kept, since a killed run goes on from the older one.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, pstdev
from typing import TypeAlias, cast

import torch
from torch import Tensor
from transformers import (
    PreTrainedModel,
    PreTrainedTokenizerBase,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from commons.artifacts import atomic_folder
from commons.sentences import sentence as _
from rewards.engine.improving.prompts import Asked
from rewards.engine.improving.samples import BATCH, Drawing, Said, draw_batch, scored
from rewards.engine.improving.settings import Improving
from rewards.engine.improving.turning import Seen, best_of, has_turned
from rewards.engine.jsonl import JsonRow, append_rows, keep_first, whole_rows
from rewards.engine.models import fast_dtype, load_policy
from rewards.engine.progress import is_main, report
from rewards.engine.scorer import Scorer
from rewards.engine.together import agreed, of_main, spread
from rewards.stats.texts import loops

LOOKS = "looks.jsonl"
BEST = "best-"

Answered: TypeAlias = list[list[Said]]


@dataclass
class Eyes:
    """Who looks: the models that score, and a twin that draws with the policy's weights."""

    config: Improving
    tokenizer: PreTrainedTokenizerBase
    watched: Sequence[Asked]
    reward: Scorer
    stopping: Scorer | None = None
    twin: PreTrainedModel = field(init=False)
    reference: PreTrainedModel = field(init=False)

    def __post_init__(self) -> None:
        self.twin = load_policy(self.config.base, fast_dtype())
        self.reference = load_policy(self.config.base, fast_dtype())

    @torch.no_grad()
    def look(self, model: PreTrainedModel) -> JsonRow:
        """What is to be seen of the policy as it is now."""
        self.twin.load_state_dict(model.state_dict())
        ordered = sorted(self.watched, key=lambda asked: (-len(asked.ids), asked.id))
        batches = [ordered[at : at + BATCH] for at in range(0, len(ordered), BATCH)]
        how = Drawing(
            self.config.watch_samples,
            self.config.temperature,
            self.config.max_new_tokens,
            self.config.seed,
        )
        drawn: Answered = []
        for batch in batches:
            drawn += draw_batch(self.twin, self.tokenizer, batch, how)
        said = [one for answers in drawn for one in answers]
        seen: JsonRow = {
            "reward": _flat(scored(self.reward, ordered, drawn)),
            "kl": self._divergence(ordered, drawn),
            "tokens": fmean(len(ids) for _, ids, _ in said),
            "looping": fmean(loops(text) for text, _, _ in said),
            "cut_off": fmean(not finished for _, _, finished in said),
        }
        if self.stopping is not None:
            seen["stopping"] = _flat(scored(self.stopping, ordered, drawn))
        return seen

    def _divergence(self, prompts: Sequence[Asked], drawn: Answered) -> float:
        """Nats a token by which the policy has left the reference, over its own answers.

        At each place the whole distribution is compared and not the token that was drawn: as
        expected a value, never negative, and far less noisy (Amini et al. 2025, "Better Estimation
        of the Kullback-Leibler Divergence Between Language Models").
        """
        total, count = 0.0, 0
        for asked, said in zip(prompts, drawn, strict=True):
            for _text, ids, _end in said:
                if ids:
                    total += float(self._kl(asked.ids, ids).sum())
                    count += len(ids)
        return total / max(1, count)

    def _kl(self, prompt: list[int], answer: list[int]) -> Tensor:
        """KL (A,) at each of an answer's A places."""
        ids = torch.tensor([[*prompt, *answer[:-1]]], device=self.twin.device)  # (1, P + A - 1)
        ours, theirs = (
            model(input_ids=ids, logits_to_keep=len(answer)).logits[0].float().log_softmax(-1)
            for model in (self.twin, self.reference)
        )  # (A, V)
        return (ours.exp() * (ours - theirs)).sum(-1)


class Watching(TrainerCallback):
    """Looks every few steps, tells the curves, keeps the best weights, and may stop training.

    Of several processes one has the eyes; all know what it saw, and end with the same weights.
    """

    def __init__(
        self, config: Improving, eyes: Eyes | None, model: PreTrainedModel, folder: Path
    ) -> None:
        self.config, self.eyes, self.model, self.folder = config, eyes, model, folder
        self.rows: list[JsonRow] = []

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Forget what a killed run saw after the checkpoint that training goes on from."""
        self.rows = of_main(lambda: self._looks_until(state.global_step))
        if not self.rows:
            self._look(state)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        if state.global_step % self.config.watch_every and state.global_step < state.max_steps:
            return
        self._look(state)
        turned = has_turned(self.seen, self.config.patience)  # for all processes, or for none
        control.should_training_stop = control.should_training_stop or turned

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Training never goes back behind this checkpoint: of the older weights the best remain."""
        best = best_of(self.seen).step if self.seen else None
        for kept in self.folder.glob(f"{BEST}*"):
            if int(kept.name.removeprefix(BEST)) != best and is_main():
                shutil.rmtree(kept)

    @property
    def seen(self) -> list[Seen]:
        """The stopping model's looks; none where there is no such model."""
        return [Seen(_step(row), _mean(row["stopping"])) for row in self.rows if "stopping" in row]

    def bring_back_the_best(self) -> int | None:
        """Give the model the weights that the stopping model liked best, and say of which step.

        None where nothing was stopped by: the model stays as it is.
        """
        if not self.seen:
            return None
        best = best_of(self.seen).step
        if best != _step(self.rows[-1]):
            if is_main():
                kept = load_policy(self.folder / f"{BEST}{best}", torch.float32)
                self.model.load_state_dict(kept.state_dict())
            spread(self.model)
        return best

    def _looks_until(self, step: int) -> list[JsonRow]:
        """What was seen up to this step; looks and weights after it are removed."""
        rows = [row for row in whole_rows(self.folder / LOOKS) if _step(row) <= step]
        keep_first(self.folder / LOOKS, len(rows))
        for kept in self.folder.glob(f"{BEST}*"):
            if int(kept.name.removeprefix(BEST)) > step:
                shutil.rmtree(kept)
        return rows

    def _look(self, state: TrainerState) -> None:
        said = _("watching the policy")
        report(state.global_step, state.max_steps, said)
        row = agreed(self._row(state.global_step))
        self.rows.append(row)
        report(state.global_step, state.max_steps, said, told(row, self.rows[0]))
        if is_main() and self.seen and best_of(self.seen).step == state.global_step:
            self._keep(state.global_step)

    def _row(self, step: int) -> JsonRow:
        """What the eyes see, kept; nothing on a process that has none."""
        if self.eyes is None:
            return {}
        row = {"step": step, **self.eyes.look(self.model)}
        append_rows(self.folder / LOOKS, [row])
        return row

    def _keep(self, step: int) -> None:
        target = self.folder / f"{BEST}{step}"
        if not target.exists():
            with atomic_folder(target) as aside:
                self.model.save_pretrained(aside)


def forget_weights(folder: Path) -> None:
    """Remove the weights that were kept; the model is where it belongs."""
    for kept in folder.glob(f"{BEST}*"):
        shutil.rmtree(kept)


def told(row: Mapping[str, object], first: Mapping[str, object]) -> dict[str, float]:
    """The points of the curves at one look."""
    points = {
        f"{name}_gain": _gain(row[name], first[name])
        for name in ("reward", "stopping")
        if name in row
    }
    for name in ("kl", "tokens", "looping", "cut_off"):
        points[f"watched_{name}"] = cast(float, row[name])
    return points


def _gain(now: object, first: object) -> float:
    """By how many standard deviations of the first answers their mean has risen."""
    spread = pstdev(cast(list[float], first))
    return (_mean(now) - _mean(first)) / spread if spread else 0.0


def _mean(scores: object) -> float:
    return fmean(cast(list[float], scores))


def _step(row: Mapping[str, object]) -> int:
    return cast(int, row["step"])


def _flat(scores: list[list[float]]) -> list[float]:
    return [score for each in scores for score in each]
