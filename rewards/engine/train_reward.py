"""Train a reward model on the rankings of a frozen snapshot.

    python -m rewards.engine.train_reward RUN_DIR

1. read the train side of a ``ranked`` snapshot, refusing one that has changed
2. render every answer; leave out rankings whose prompt is too long to be read whole
3. fit one linear output on the base, all answers of a ranking in one batch
4. write a folder that AutoModelForSequenceClassification loads, in float32

After InstructGPT (Ouyang et al. 2022, section 3.5). Deviations: ties are kept, as soft labels;
rewards are not shifted to mean 0, as only differences under one prompt are ever used.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
    set_seed,
)

from rewards.engine.config import Knobs
from rewards.engine.data import open_snapshot
from rewards.engine.errors import BadConfig
from rewards.engine.groups import TIE, GroupCollator, Groups, read_groups
from rewards.engine.losses import group_loss
from rewards.engine.models import (
    descent,
    finished_before,
    give_own_pad,
    load_tokenizer,
    rewards_of,
    save_model,
)
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.training import common_arguments, fit, forget_checkpoints

TOKENS_KEPT = 4096  # of one batch; above, activations are computed anew in the backward pass


@dataclass(frozen=True)
class Config(Knobs):
    snapshot: Path
    base: Path
    out: Path
    share: tuple[int, ...] = (0, 1)
    layers: int | None = None
    seed: int = 0
    epochs: float = 1.0
    max_steps: int = -1
    learning_rate: float = 1e-5
    groups: int = 1  # in one batch; more of them pad each other
    accumulate: int = 8
    max_length: int = 512


def main(folder: Path) -> None:
    carry_out(folder, Config, train)


def train(config: Config, folder: Path) -> Result:
    if made := finished_before(config.out, config):
        forget_checkpoints(folder)
        return made
    set_seed(config.seed)
    began = time.monotonic()
    tokenizer = load_tokenizer(config.base)
    model = _model(config, tokenizer)
    groups = read_groups(
        open_snapshot(config.snapshot, "ranked"),
        tokenizer,
        share=config.share,
        limit=config.max_length,
    )
    report(0, 1, f"{len(groups)} rankings are read")
    trainer = RewardTrainer(model, _arguments(config, folder), groups)
    fit(trainer)
    metrics = {**groups.counts(), **trainer.last_epoch(), "seconds": time.monotonic() - began}
    manifest = descent(config, config.base, kind="reward", metrics=metrics, snapshot=groups.digest)
    save_model(config.out, model, tokenizer, manifest)
    forget_checkpoints(folder)
    return metrics


class RewardTrainer(Trainer):
    """Trainer whose model returns rewards and whose loss is a pure function of them."""

    def __init__(self, model: PreTrainedModel, args: TrainingArguments, groups: Groups) -> None:
        pad = cast(int, model.config.pad_token_id)
        super().__init__(
            model=model, args=args, train_dataset=groups, data_collator=GroupCollator(pad)
        )
        self.right, self.seen = 0.0, 0

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Tensor:
        pairs = {name: inputs[name] for name in ("better", "worse", "target", "weight")}
        ids, mask = inputs["input_ids"], inputs["attention_mask"]
        _spare_memory(cast(PreTrainedModel, self.model), ids.numel() > TOKENS_KEPT)
        rewards = rewards_of(cast(PreTrainedModel, model), ids, mask)  # (N,)
        self._count(rewards.detach(), **pairs)
        return group_loss(rewards, **pairs)

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        if self.seen:
            logs = {**logs, "accuracy": self.right / self.seen, "pairs": self.seen}
        self.right, self.seen = 0.0, 0
        super().log(logs, start_time)

    def last_epoch(self) -> dict[str, float | None]:
        """Loss and accuracy over the last epoch, each pair judged before the step it taught."""
        history = [entry for entry in self.state.log_history if "loss" in entry]
        last = [entry for entry in history if entry["epoch"] > history[-1]["epoch"] - 1]
        judged = [entry for entry in last if "accuracy" in entry]
        pairs = sum(entry["pairs"] for entry in judged)
        right = sum(entry["accuracy"] * entry["pairs"] for entry in judged)
        return {
            "train_accuracy": right / pairs if pairs else None,
            "loss": sum(entry["loss"] for entry in last) / len(last),
        }

    def _count(
        self, rewards: Tensor, better: Tensor, worse: Tensor, target: Tensor, **_: Tensor
    ) -> None:
        gaps = (rewards[better] - rewards[worse])[target != TIE]
        self.right += (gaps > 0).sum().item() + 0.5 * (gaps == 0).sum().item()
        self.seen += len(gaps)


def _model(config: Config, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    """The base with one linear output instead of its vocabulary, cut to the first layers."""
    shape = AutoConfig.from_pretrained(config.base)
    if config.layers is not None:
        if not 1 <= config.layers <= shape.num_hidden_layers:
            raise BadConfig(f"'layers' must be 1 to {shape.num_hidden_layers} for {config.base}.")
        shape.num_hidden_layers = config.layers
        if getattr(shape, "layer_types", None):
            shape.layer_types = shape.layer_types[: config.layers]
    shape.num_labels = 1
    model = AutoModelForSequenceClassification.from_pretrained(
        config.base, config=shape, dtype=torch.float32, use_safetensors=True
    )
    give_own_pad(tokenizer, model)
    return cast(PreTrainedModel, model)


def _arguments(config: Config, folder: Path) -> TrainingArguments:
    return TrainingArguments(
        num_train_epochs=config.epochs,
        lr_scheduler_type="linear",
        **common_arguments(
            folder,
            seed=config.seed,
            max_steps=config.max_steps,
            learning_rate=config.learning_rate,
            batch_size=config.groups,
            accumulate=config.accumulate,
        ),
    )


def _spare_memory(model: PreTrainedModel, needed: bool) -> None:
    if needed and not model.is_activation_checkpointing:
        model.activation_checkpointing_enable()
    elif not needed and model.is_activation_checkpointing:
        model.activation_checkpointing_disable()


if __name__ == "__main__":
    start(main)
