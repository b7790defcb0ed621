"""What training a reward model can be told, and what becomes of it: loss, arguments, callbacks."""

from dataclasses import dataclass
from pathlib import Path

from accelerate import PartialState
from transformers import EarlyStoppingCallback, TrainerCallback, TrainingArguments

from commons.sentences import sentence as _
from commons.sentences import sentences as ngettext
from rewards.engine.config import Knobs
from rewards.engine.errors import BadConfig
from rewards.engine.objective import Asked
from rewards.engine.progress import is_main
from rewards.engine.training import (
    common_arguments,
    keep_the_best,
    refuse_without_tensorboard,
    tensorboard,
)
from rewards.engine.validation import Validation
from rewards.engine.ways import WAYS

METHODS = {"full": 1e-5, "lora": 2e-4}  # and how fast each learns unless it is told
RECOMPUTES = {"auto": 4096, "always": 0, "never": 2**62}  # above so many tokens of one batch


@dataclass(frozen=True)
class Config(Knobs):
    snapshot: Path
    base: Path
    out: Path
    share: tuple[int, ...] = (0, 1)
    layers: int | None = None
    seed: int = 0
    # what is learnt
    loss: str = "bradley_terry"
    ties: str = "soft"
    margins: tuple[float, ...] = ()
    centring: float = 0.0
    drop_covariates: bool = True
    reliability: bool = False
    ideal: bool = True
    # how
    method: str = "full"
    lora_rank: int = 16
    lora_alpha: float = 32.0
    learning_rate: float | None = None
    epochs: float = 1.0
    max_steps: int = -1
    groups: int = 8  # of one optimiser step, over all processes
    warm_up: float = 0.1  # of all steps
    clip: float = 1.0  # the longest that a gradient may be; 0: as long as it is
    evaluations: int = 4  # of the validation side, spread over the run
    validation_groups: int = 256
    patience: int = 0  # evaluations without a better loss before it stops; 0: it goes to the end
    # on what
    max_length: int = 512
    tokens_per_batch: int = 4096
    path: str = "auto"
    recompute: str = "auto"
    tensorboard: bool = False


def asked_of(config: Config) -> Asked:
    """The loss; and what else can be seen to be nonsense before anything is read."""
    for name, given, known in (
        ("method", config.method, METHODS),
        ("path", config.path, WAYS),
        ("recompute", config.recompute, RECOMPUTES),
    ):
        if given not in known:
            raise BadConfig(
                _(
                    "%(name)s must be one of %(known)s, not %(given)s.",
                    name=repr(name),
                    known=", ".join(known),
                    given=repr(given),
                )
            )
    processes = PartialState().num_processes
    if config.groups < 1 or config.groups % processes:
        raise BadConfig(
            ngettext(
                "'groups' must be a multiple of the %(count)s process of this run.",
                "'groups' must be a multiple of the %(count)s processes of this run.",
                processes,
            )
        )
    if config.patience and not config.evaluations:
        raise BadConfig(_("'patience' counts evaluations; ask for some, or leave it out."))
    if config.tensorboard:
        refuse_without_tensorboard()
    return Asked(
        loss=config.loss,
        ties=config.ties,
        margins=config.margins,
        centring=config.centring,
        drop_covariates=config.drop_covariates,
        reliability=config.reliability,
    )


def arguments_of(config: Config, folder: Path, *, autocasts: bool) -> TrainingArguments:
    """A step of ``groups`` is shared evenly by the processes; each cuts its part by tokens."""
    common = common_arguments(
        folder,
        seed=config.seed,
        max_steps=config.max_steps,
        learning_rate=config.learning_rate or METHODS[config.method],
        batch_size=config.groups,
    )
    common["warmup_steps"] = config.warm_up
    common["bf16"] = common["bf16"] and autocasts
    if config.patience:
        keep_the_best(common)
    return TrainingArguments(
        num_train_epochs=config.epochs,
        lr_scheduler_type="linear",
        max_grad_norm=config.clip,
        **common,
    )


def callbacks_of(config: Config, folder: Path, *, validates: bool) -> list[TrainerCallback]:
    """Who judges on the way, who stops early, who draws; each where it is asked for."""
    callbacks: list[TrainerCallback] = []
    if validates and config.evaluations:
        callbacks.append(Validation(config.evaluations))
    if config.patience:
        callbacks.append(EarlyStoppingCallback(config.patience))
    if config.tensorboard and is_main():
        callbacks.append(tensorboard(folder / "tensorboard"))
    return callbacks
