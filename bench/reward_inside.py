"""One run of one side, in the process that ``bench.reward`` starts for it."""

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import torch
from datasets import Dataset
from torch import Tensor, nn
from torch.nn.functional import softplus
from transformers import (
    AutoModelForSequenceClassification,
    PreTrainedModel,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)
from trl.trainer.reward_config import RewardConfig
from trl.trainer.reward_trainer import RewardTrainer

from bench.reward_texts import LIMIT, Cut, Texts
from rewards.engine.master_weights import MasterAdamW
from rewards.engine.models import give_own_pad, load_tokenizer
from rewards.engine.tree import last_states, pack

RATE = 1e-5


def main() -> None:
    os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
    knobs = json.loads(Path(sys.argv[1]).read_text())
    torch.set_num_threads(knobs["threads"])
    texts = Texts.from_json(knobs)
    torch.manual_seed(0)
    base = Path(knobs["base"])
    tokenizer = load_tokenizer(base)
    model = AutoModelForSequenceClassification.from_pretrained(
        base, num_labels=1, dtype=torch.float32, use_safetensors=True
    )
    give_own_pad(tokenizer, model)
    with tempfile.TemporaryDirectory(prefix="laurel-bench-") as folder:
        side = trl if knobs["side"] == "trl" else ours
        trainer = side(model, tokenizer, texts.train, knobs, folder)
        clock = Clock()
        trainer.add_callback(clock)
        trainer.train()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = figures(clock, texts.train, knobs)
    if isinstance(trainer.optimizer, MasterAdamW):
        trainer.optimizer.to_float32(model)
    print(json.dumps({**found, "peak_rss_mb": peak, "rewards": judged(model, texts.held)}))


class Clock(TrainerCallback):
    """When each optimiser step ended, by the wall's clock and by the processor's."""

    def __init__(self) -> None:
        self.walls: list[float] = []
        self.cpus: list[float] = []
        self.losses: list[float] = []

    def on_step_end(self, *_: object, **__: object) -> None:
        self.walls.append(time.perf_counter())
        self.cpus.append(time.process_time())

    def on_log(self, *_: object, logs: dict[str, float] | None = None, **__: object) -> None:
        if logs and "loss" in logs:
            self.losses.append(round(logs["loss"], 4))


def figures(clock: Clock, train: Sequence[Cut], knobs: dict[str, Any]) -> dict[str, Any]:
    """All steps but the first: it ends where the others begin."""
    counted = train[knobs["step_groups"] :]
    if not counted:
        raise SystemExit("one step alone cannot be timed; ask for more groups.")
    return {
        "seconds": clock.walls[-1] - clock.walls[0],
        "cpu_seconds": clock.cpus[-1] - clock.cpus[0],
        "groups": len(counted),
        "tokens": sum(tokens_read(cut, knobs["side"]) for cut in counted),
        "losses": clock.losses,
    }


def tokens_read(cut: Cut, side: str) -> int:
    """Of one ranking, padding not counted."""
    if side == "ours":
        return len(cut.prompt) + sum(map(len, cut.answers))
    return sum(len(cut.sequences[place]) for pair in cut.pairs for place in pair)


def arguments(folder: str, steps: int) -> dict[str, Any]:
    return {
        "output_dir": folder,
        "max_steps": steps,
        "learning_rate": RATE,
        "lr_scheduler_type": "linear",
        "warmup_steps": 0.1,
        "weight_decay": 0.0,
        "max_grad_norm": 1.0,
        "gradient_checkpointing": False,
        "train_sampling_strategy": "sequential",
        "remove_unused_columns": False,
        "logging_steps": 1,
        "save_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "use_cpu": True,
        "seed": 0,
    }


def trl(
    model: PreTrainedModel, tokenizer: Any, train: Sequence[Cut], knobs: dict[str, Any], folder: str
) -> Trainer:
    """Every pair of every ranking, in its order, so that a step holds the same groups as ours."""
    rows = [
        {"chosen_ids": cut.sequences[better], "rejected_ids": cut.sequences[worse]}
        for cut in train
        for better, worse in cut.pairs
    ]
    of_step = len(train[0].pairs) * knobs["step_groups"]
    config = RewardConfig(
        **arguments(folder, -(-len(rows) // of_step)),
        max_length=LIMIT,
        per_device_train_batch_size=knobs["trl_pairs"],
        gradient_accumulation_steps=of_step // knobs["trl_pairs"],
        bf16=True,
        optim="adamw_torch_fused",
    )
    return RewardTrainer(
        model=model, args=config, train_dataset=Dataset.from_list(rows), processing_class=tokenizer
    )


class Ours(Trainer):
    """A step's groups, as many at once as fit the budget of tokens."""

    def training_step(self, model: nn.Module, inputs: Any, *_: object) -> Tensor:
        model.train()
        total = torch.zeros(())
        for part in parts_of(inputs["groups"], inputs["tokens"]):
            loss = loss_of(cast(PreTrainedModel, model), part) * len(part) / len(inputs["groups"])
            torch.autograd.backward(loss)
            total += loss.detach()
        return total


def ours(
    model: PreTrainedModel, _: Any, train: Sequence[Cut], knobs: dict[str, Any], folder: str
) -> Trainer:
    head = [weight for name, weight in model.named_parameters() if name.startswith("score.")]
    body = [weight for name, weight in model.named_parameters() if not name.startswith("score.")]
    parts: list[dict[str, Any]] = [{"params": body}, {"params": head, "exact": True}]
    optimizer = MasterAdamW(parts, lr=RATE)
    return Ours(
        model=model,
        args=TrainingArguments(
            **arguments(folder, -(-len(train) // knobs["step_groups"])),
            per_device_train_batch_size=knobs["step_groups"],
        ),
        train_dataset=cast(Any, list(train)),
        data_collator=lambda groups: {"groups": groups, "tokens": knobs["tokens"]},
        optimizers=(optimizer, None),
    )


def parts_of(groups: Sequence[Cut], tokens: int) -> list[list[Cut]]:
    """Groups as they come, cut where the next would exceed the budget."""
    parts: list[list[Cut]] = []
    for group in groups:
        if not parts or sum(tokens_read(g, "ours") for g in [*parts[-1], group]) > tokens:
            parts.append([])
        parts[-1].append(group)
    return parts


def loss_of(model: PreTrainedModel, groups: Sequence[Cut]) -> Tensor:
    """The mean over groups of the mean over a group's pairs."""
    rewards = torch.split(rewards_of(model, groups), [len(group.answers) for group in groups])
    lost = []
    for of_group, group in zip(rewards, groups, strict=True):
        better, worse = zip(*group.pairs, strict=True)
        lost.append(softplus(of_group[list(worse)] - of_group[list(better)]).mean())
    return torch.stack(lost).mean()


def rewards_of(model: PreTrainedModel, groups: Sequence[Cut]) -> Tensor:
    states = last_states(model, pack(groups))
    return cast(Tensor, cast(nn.Linear, model.score)(states.float()))[:, 0]


@torch.inference_mode()
def judged(model: PreTrainedModel, held: Sequence[Cut]) -> list[list[float]]:
    """Rewards in float32, by the same code for both sides."""
    cast(nn.Module, model).train(False)
    return [rewards_of(model, [cut]).tolist() for cut in held]


if __name__ == "__main__":
    main()
