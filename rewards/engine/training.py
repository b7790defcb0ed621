"""What every training script shares: arguments, progress, checkpoints, going on after a kill.

A checkpoint counts once its files are on the disk and a marker says so; one that a kill tore is
removed and the one before is used. The optimiser's state in it is a torch file that only this
run's own folder holds; it is loaded as weights, and deleted when the model is there.
"""

import importlib
import math
import os
import shutil
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NotRequired, TypedDict

import torch
from accelerate import PartialState
from transformers import (
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from transformers.integrations.integration_utils import TensorBoardCallback

from commons.sentences import sentence as _
from rewards.engine.errors import BadConfig, Diverged
from rewards.engine.models import fast_dtype
from rewards.engine.progress import is_main, report
from rewards.engine.together import agreed, of_main, share_of_step

SECONDS_BETWEEN_CHECKPOINTS = 120.0  # what a kill may cost
MARKER = "whole"
CURVES = {  # what is reported of all that the trainers log, and how it is called here
    "loss": "loss",
    "grad_norm": "gradient_norm",
    "learning_rate": "learning_rate",
    "accuracy": "accuracy",
    "accuracy_with_covariates": "accuracy_with_covariates",
    "eval_loss": "validation_loss",
    "eval_accuracy": "validation_accuracy",
    "eval_accuracy_with_covariates": "validation_accuracy_with_covariates",
    "mean_token_accuracy": "mean_token_accuracy",
    "reward": "reward",
    "reward_std": "reward_spread",
    "kl": "kl",
    "completions/mean_length": "answer_tokens",
    "completions/clipped_ratio": "cut_off",
    "looping": "looping",
    "rewards/margins": "margin",
    "rewards/accuracies": "pairs_told_apart",
}
LOSSES = ("loss", "validation_loss")
WARM_UP = 0.1  # of all steps


class CommonArguments(TypedDict):
    output_dir: str
    seed: int
    max_steps: int
    learning_rate: float
    per_device_train_batch_size: int
    gradient_accumulation_steps: int
    bf16: bool
    use_cpu: bool
    warmup_steps: float
    weight_decay: float
    logging_steps: int
    logging_nan_inf_filter: bool
    save_strategy: str
    save_total_limit: int
    activation_checkpointing: bool
    remove_unused_columns: bool
    disable_tqdm: bool
    report_to: str
    eval_strategy: NotRequired[str]
    eval_steps: NotRequired[int]
    load_best_model_at_end: NotRequired[bool]
    metric_for_best_model: NotRequired[str]
    greater_is_better: NotRequired[bool]


def common_arguments(
    folder: Path,
    *,
    seed: int,
    max_steps: int,
    learning_rate: float,
    batch_size: int,
    accumulate: int = 1,
) -> CommonArguments:
    """Float32 master weights; bfloat16 products where the hardware has them.

    A step is ``batch_size`` rows, ``accumulate`` times, however many processes share it.
    """
    batch_size, accumulate = share_of_step(batch_size, accumulate)
    return CommonArguments(
        output_dir=str(folder / "checkpoints"),
        seed=seed,
        max_steps=max_steps,
        learning_rate=learning_rate,
        per_device_train_batch_size=batch_size,
        gradient_accumulation_steps=accumulate,
        bf16=fast_dtype() is torch.bfloat16,
        use_cpu=not torch.cuda.is_available(),
        warmup_steps=WARM_UP,
        weight_decay=0.0,
        logging_steps=1,
        logging_nan_inf_filter=False,  # it would hide the very step at which training broke
        save_strategy="no",  # Watch asks for checkpoints by the clock
        save_total_limit=2,
        activation_checkpointing=False,
        remove_unused_columns=False,
        disable_tqdm=True,
        report_to="none",
    )


def keep_the_best(arguments: CommonArguments) -> None:
    """Checkpoint the weights with the least loss on what is held out, and end with them."""
    arguments["eval_strategy"] = "steps"
    arguments["eval_steps"] = 2**31  # never by this clock: a callback says when
    arguments["save_strategy"] = "best"
    arguments["load_best_model_at_end"] = True
    arguments["metric_for_best_model"] = "eval_loss"
    arguments["greater_is_better"] = False


def refuse_without_tensorboard() -> None:
    if find_spec("tensorboard") is None:
        raise BadConfig(
            _(
                "'tensorboard' needs the package tensorboard; install it where this trains, or "
                "leave it out: the curves are in the progress as well."
            )
        )


def tensorboard(folder: Path) -> TrainerCallback:
    """What writes the curves for TensorBoard too."""
    writer = importlib.import_module("torch.utils.tensorboard").SummaryWriter(str(folder))
    return TensorBoardCallback(writer)


def fit(trainer: Trainer) -> None:
    """Train from the last whole checkpoint, or from the start where there is none."""
    trainer.remove_callback(PrinterCallback)  # it prints to stdout, which is ours
    trainer.add_callback(Watch())
    folder = Path(str(trainer.args.output_dir))
    trainer.train(resume_from_checkpoint=of_main(lambda: _last_whole(folder)))


def forget_checkpoints(folder: Path) -> None:
    """Delete the run's checkpoints; its model is there."""
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)


class Watch(TrainerCallback):
    """Reports every step, refuses a loss that is no number, and asks for checkpoints."""

    def __init__(self) -> None:
        self.saved_at = time.monotonic()

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **__: object
    ) -> None:
        self.saved_at = time.monotonic()
        report(state.global_step, state.max_steps, _("training"))

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **__: object
    ) -> None:
        due = agreed(time.monotonic() - self.saved_at >= SECONDS_BETWEEN_CHECKPOINTS)
        if due and state.global_step < state.max_steps:
            control.should_save = True

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **__: object
    ) -> None:
        PartialState().wait_for_everyone()  # each writes its part
        if is_main():
            folder = Path(str(args.output_dir)) / f"checkpoint-{state.global_step}"
            for file in folder.rglob("*"):
                _sync(file)
            (folder / MARKER).touch()
            _sync(folder)
        self.saved_at = time.monotonic()

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: Mapping[str, float | None] | None = None,
        **__: object,
    ) -> None:
        logged = logs or {}
        found = {CURVES[name]: logged[name] for name in CURVES.keys() & logged.keys()}
        numbers = {name: value for name, value in sorted(found.items()) if value is not None}
        losses = [numbers[name] for name in LOSSES if name in numbers]
        if not losses:  # the summary at the end
            return
        if not all(map(math.isfinite, losses)):
            raise Diverged(state.global_step)
        finite = {name: value for name, value in numbers.items() if math.isfinite(value)}
        report(state.global_step, state.max_steps, _("training"), finite)


def _last_whole(folder: Path) -> str | None:
    """The newest checkpoint with its marker; torn ones are removed."""
    whole: dict[int, Path] = {}
    for checkpoint in folder.glob("checkpoint-*"):
        if (checkpoint / MARKER).exists():
            whole[int(checkpoint.name.removeprefix("checkpoint-"))] = checkpoint
        else:
            shutil.rmtree(checkpoint)
    return str(whole[max(whole)]) if whole else None


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
