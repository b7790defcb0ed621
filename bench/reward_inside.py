"""One run of one side, in the process that ``bench.reward`` starts for it."""

import json
import math
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
from torch import nn
from transformers import (
    AutoModelForSequenceClassification,
    PreTrainedModel,
    Trainer,
    TrainerCallback,
)
from trl.trainer.reward_config import RewardConfig
from trl.trainer.reward_trainer import RewardTrainer

from bench.frozen import freeze
from bench.reward_texts import LIMIT, Cut, Texts
from rewards.engine import training
from rewards.engine.memory import keep_freed_memory
from rewards.engine.models import fast_dtype, give_own_pad, load_tokenizer, scored
from rewards.engine.reward_knobs import Config
from rewards.engine.train_reward import Fitting
from rewards.engine.tree import last_states, pack

RATE = 1e-5


def main() -> None:
    os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
    knobs = json.loads(Path(sys.argv[1]).read_text())
    torch.set_num_threads(knobs["threads"])
    texts = Texts.from_json(knobs)
    clock = Clock()
    with tempfile.TemporaryDirectory(prefix="laurel-bench-") as folder:
        train = trained_by_trl if knobs["side"] == "trl" else trained_by_us
        model = train(texts, knobs, Path(folder), clock)
    found = {**figures(clock, texts.train, knobs), **peaks()}
    print(json.dumps({**found, "rewards": judged(model, texts.held)}))


def trained_by_trl(
    texts: Texts, knobs: dict[str, Any], folder: Path, clock: "Clock"
) -> PreTrainedModel:
    if knobs["keeps_memory"]:
        keep_freed_memory()
    torch.manual_seed(0)
    base = Path(knobs["base"])
    tokenizer = load_tokenizer(base)
    model = AutoModelForSequenceClassification.from_pretrained(
        base, num_labels=1, dtype=torch.float32, use_safetensors=True
    )
    give_own_pad(tokenizer, model)
    trainer = trl(model, tokenizer, texts.train, knobs, folder)
    trainer.add_callback(clock)
    trainer.train()
    return cast(PreTrainedModel, model)


def trained_by_us(
    texts: Texts, knobs: dict[str, Any], folder: Path, clock: "Clock"
) -> PreTrainedModel:
    fitting = ours(texts, knobs, folder)
    fitting.trainer.add_callback(clock)
    training.fit(fitting.trainer)
    fitting.gather()
    return fitting.model


class Clock(TrainerCallback):
    """When each optimiser step ended, by the wall's clock and by the processor's."""

    def __init__(self) -> None:
        self.walls: list[float] = []
        self.cpus: list[float] = []
        self.losses: list[float] = []

    def on_step_end(self, *_: object, **__: object) -> None:
        if torch.cuda.is_available():
            torch.cuda.synchronize()  # a GPU's step ends after it was asked for
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


def peaks() -> dict[str, int]:
    """The most memory held so far, MB: the process's own, and the GPU's where there is one."""
    found = {"peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
    if torch.cuda.is_available():
        found["peak_gpu_mb"] = torch.cuda.max_memory_allocated() // 2**20
    return found


def tokens_read(cut: Cut, side: str) -> int:
    """Of one ranking, padding not counted."""
    if side == "ours":
        return len(cut.prompt) + sum(map(len, cut.answers))
    return sum(len(cut.sequences[place]) for pair in cut.pairs for place in pair)


def arguments(folder: Path, steps: int) -> dict[str, Any]:
    return {
        "output_dir": str(folder),
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
        "use_cpu": not torch.cuda.is_available(),
        "seed": 0,
    }


def trl(
    model: PreTrainedModel,
    tokenizer: Any,
    train: Sequence[Cut],
    knobs: dict[str, Any],
    folder: Path,
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
        bf16=fast_dtype() is torch.bfloat16,
        optim="adamw_torch_fused",
    )
    return RewardTrainer(
        model=model, args=config, train_dataset=Dataset.from_list(rows), processing_class=tokenizer
    )


def ours(texts: Texts, knobs: dict[str, Any], folder: Path) -> Fitting:
    """What ``train_reward`` makes of a frozen snapshot of these rankings, in their order."""
    training.SECONDS_BETWEEN_CHECKPOINTS = math.inf  # neither side writes any
    config = Config(
        snapshot=freeze(folder / "snapshot", texts.train),
        base=Path(knobs["base"]),
        out=folder / "model",
        drop_covariates=False,  # TRL's score has length in it
        learning_rate=RATE,
        groups=knobs["step_groups"],
        tokens_per_batch=knobs["tokens"],
        recompute="never",
    )
    fitting = Fitting(config, folder)
    read = [(group.prompt, group.answers) for group in fitting.groups.groups]
    if read != [(cut.prompt, cut.answers) for cut in texts.train]:
        raise SystemExit("the two sides do not read the same ids; that is a fault of this bench.")
    fitting.trainer.args.train_sampling_strategy = "sequential"
    return fitting


@torch.inference_mode()
def judged(model: PreTrainedModel, held: Sequence[Cut]) -> list[list[float]]:
    """Rewards in float32, by the same code for both sides."""
    cast(nn.Module, model).train(False)
    return [
        scored(model, last_states(model, pack([cut]).to(model.device))).tolist() for cut in held
    ]


if __name__ == "__main__":
    main()
