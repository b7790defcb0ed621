"""Fine-tune a policy on the demonstrations of a frozen snapshot.

    python -m rewards.engine.train_sft RUN_DIR
    accelerate launch -m rewards.engine.train_sft RUN_DIR

1. read the train side of an ``sft`` snapshot, refusing one that has changed
2. render every demonstration; only the ids of the answer carry loss
3. fit with TRL's SFTTrainer, all weights or adapters (``lora``) that are merged in the end
4. write the policy in float32: bfloat16 would round away what a small learning rate moved
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase, set_seed

from commons.sentences import sentence as _
from commons.sentences import sentences as ngettext
from rewards.engine.chat import prompt_room, render
from rewards.engine.config import Knobs
from rewards.engine.data import Snapshot, open_snapshot
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.improving.answers import Row, answer_trainer, row_of
from rewards.engine.lora import WRITES, Adapters
from rewards.engine.memory import keep_freed_memory
from rewards.engine.models import (
    descent,
    finished_before,
    load_policy,
    load_tokenizer,
    save_model,
)
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.together import agreed, meet, of_main
from rewards.engine.training import common_arguments, fit, forget_checkpoints

METHODS = ("full", "lora")


@dataclass(frozen=True)
class Config(Knobs):
    snapshot: Path
    base: Path
    out: Path
    seed: int = 0
    epochs: float = 1.0
    max_steps: int = -1
    learning_rate: float = 2e-5
    batch_size: int = 2
    accumulate: int = 4
    max_length: int = 1024
    method: str = "full"
    packing: bool = False
    lora_rank: int = 16
    lora_alpha: float = 32.0


def main(folder: Path) -> None:
    carry_out(folder, Config, train, together=True)


def train(config: Config, folder: Path) -> Result:
    meet()
    if made := agreed(finished_before(config.out, config)):
        of_main(lambda: forget_checkpoints(folder))
        return made
    if config.method not in METHODS:
        raise BadConfig(
            _(
                "%(name)s must be one of %(known)s, not %(given)s.",
                name="'method'",
                known=", ".join(METHODS),
                given=repr(config.method),
            )
        )
    set_seed(config.seed)
    began = time.monotonic()
    tokenizer = load_tokenizer(config.base)
    model = load_policy(config.base, torch.float32)
    snapshot = open_snapshot(config.snapshot, "sft")
    rows, cut = _rendered(snapshot, tokenizer, config.max_length)
    report(
        0,
        1,
        ngettext("%(count)s demonstration is read", "%(count)s demonstrations are read", len(rows)),
    )
    keep_freed_memory()
    adapters = _adapters(config, model)
    trainer = answer_trainer(
        model if adapters is None else adapters.around,
        tokenizer,
        rows,
        common=common_arguments(
            folder,
            seed=config.seed,
            max_steps=config.max_steps,
            learning_rate=config.learning_rate,
            batch_size=config.batch_size,
            accumulate=config.accumulate,
        ),
        epochs=config.epochs,
        max_length=config.max_length,
        packing=config.packing,
    )
    fit(trainer)
    metrics = {
        "demonstrations": len(rows),
        "cut_long": cut,  # answers that lost their end
        **_course(trainer.state.log_history),
        "seconds": time.monotonic() - began,  # of this start of the run
    }
    manifest = descent(
        config, config.base, kind="policy", metrics=metrics, snapshot=snapshot.digest
    )

    def keep() -> None:
        whole = model if adapters is None else adapters.merged()
        save_model(config.out, whole, tokenizer, manifest)
        forget_checkpoints(folder)

    of_main(keep)
    return metrics


def _adapters(config: Config, model: PreTrainedModel) -> Adapters | None:
    if config.method == "full":
        return None
    return Adapters(model, rank=config.lora_rank, alpha=config.lora_alpha, task=WRITES)


def _rendered(
    snapshot: Snapshot, tokenizer: PreTrainedTokenizerBase, limit: int
) -> tuple[list[Row], int]:
    """Ids and labels of every demonstration, and how many lost their end."""
    rows, cut = [], 0
    for demonstration in snapshot.demonstrations("train"):
        rendered = render(
            tokenizer, demonstration.prompt, demonstration.answer, demonstration.tools
        )
        ids = rendered.within(limit)
        rows.append(row_of(ids, min(len(rendered.prompt), prompt_room(limit))))
        cut += rendered.is_cut_at(limit)
    if not rows:
        raise BadInput(
            _(
                "%(folder)s has no demonstration to learn from; collect some.",
                folder=snapshot.folder,
            )
        )
    return rows, cut


def _course(history: Sequence[Mapping[str, float]]) -> dict[str, float | int]:
    losses = [entry["loss"] for entry in history if "loss" in entry]
    return {"steps": len(losses), "loss_first": losses[0], "loss_last": losses[-1]}


if __name__ == "__main__":
    start(main)
