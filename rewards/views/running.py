"""What is known of an engine run: its points, its log, its config, and whether a worker lives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from commons.models import RunState, WorkerHeartbeat
from commons.runs import SILENCE
from rewards.models import EngineRun
from rewards.services.folders import run_folder
from rewards.views.numbers import number
from rewards.views.progress import Point, Progress

LOG_BYTES = 8000
LOG_LINES = 40
GUESSING = 0.6931  # ln 2: the loss of a model that calls every pair even
# Of the many things that trainers log, those that tell whether it goes well.
CURVES = {
    "train_sft": ("loss", "mean_token_accuracy"),
    "train_reward": ("loss", "accuracy", "validation_loss", "validation_accuracy"),
    "train_head": ("held_out_loss", "held_out_accuracy"),
    "train_policy": ("reward", "kl", "answer_tokens", "looping"),
    "train_rloo": ("reward", "kl", "answer_tokens", "looping"),
    "train_dpo": ("loss", "pairs_told_apart", "watched_kl", "watched_tokens", "watched_looping"),
    "train_best_of_n": ("loss", "watched_kl", "watched_tokens", "watched_looping"),
}
NAMES = {
    "loss": _("Loss"),
    "accuracy": _("Accuracy on what it trains on"),
    "validation_loss": _("Loss on the validation side"),
    "validation_accuracy": _("Accuracy on the validation side"),
    "held_out_loss": _("Loss on prompts held out, as the penalty weakens"),
    "held_out_accuracy": _("Accuracy on prompts held out, as the penalty weakens"),
    "mean_token_accuracy": _("Tokens it would have chosen itself"),
    "reward": _("Reward"),
    "kl": _("Distance from where it began (KL)"),
    "answer_tokens": _("Tokens an answer"),
    "looping": _("Share of answers that repeat themselves"),
    "pairs_told_apart": _("Share of pairs that it tells apart"),
    "watched_kl": _("Distance from where it began (KL a token)"),
    "watched_tokens": _("Tokens an answer"),
    "watched_looping": _("Share of answers that repeat themselves"),
}

# What each script of the engine is at while others wait for the worker.
DOING = {
    "base_model": _("bringing the base model"),
    "train_sft": _("fine-tuning a policy on demonstrations"),
    "train_reward": _("training a reward model"),
    "train_head": _("training a reward model"),
    "evaluate_reward": _("writing a report card"),
    "compare_rewards": _("laying two reward models beside each other"),
    "run_benchmark": _("putting a reward model to a benchmark"),
    "train_policy": _("improving a policy"),
    "train_rloo": _("improving a policy"),
    "train_dpo": _("improving a policy"),
    "train_best_of_n": _("improving a policy"),
    "evaluate_policy": _("comparing two policies"),
    "generate": _("writing candidates"),
    "score": _("scoring answers"),
}


@dataclass(frozen=True)
class Busy:
    """What the train worker is at: others wait until it is through."""

    doing: str
    left: timedelta | None


@dataclass(frozen=True)
class Curve:
    """One measured name over the steps of a run."""

    name: str
    label: str
    measured: list[tuple[int, float]]
    guess: float | None


def points_of(run: EngineRun) -> list[Point]:
    """Everything that a run has measured, in its order."""
    return [
        Point(metric.step, metric.at, dict(metric.values))
        for metric in run.metrics.order_by("step")
    ]


def curves_of(run: EngineRun, points: Sequence[Point]) -> list[Curve]:
    """The curves that tell how a run goes, each as soon as it has two points."""
    curves = []
    for name in CURVES.get(run.module, ()):
        values = [(point.step, number(point.values.get(name))) for point in points]
        measured = [(step, value) for step, value in values if value is not None]
        if len(measured) > 1:
            guess = GUESSING if _is_of_pairs(run, name) else None
            curves.append(Curve(name, str(NAMES[name]), measured, guess))
    return curves


def _is_of_pairs(run: EngineRun, name: str) -> bool:
    """Whether a loss is the mean one of pairs, which guessing gives ln 2: ties may cost more."""
    if (run.module, name) == ("train_head", "held_out_loss"):
        return True
    plain = run.config.get("loss", "bradley_terry") == "bradley_terry"
    beside = run.config.get("ties") == "davidson" or run.config.get("reliability")
    is_loss = name in ("loss", "validation_loss")
    return run.module == "train_reward" and is_loss and plain and not beside


def log_tail(run: EngineRun) -> str:
    """The last lines that the engine wrote to its log; empty while there is none."""
    try:
        with (run_folder(run) / "engine.log").open("rb") as log:
            log.seek(max(0, log.seek(0, 2) - LOG_BYTES))
            tail = log.read().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(tail.splitlines()[-LOG_LINES:])


def readable_config(config: Mapping[str, object]) -> dict[str, str]:
    """A run's settings, with paths told from the artifact folder on."""
    root = f"{Path(settings.ARTIFACTS)}/"
    return {name: str(value).removeprefix(root) for name, value in sorted(config.items())}


def train_worker_lives(now: datetime) -> bool:
    """Whether some worker of the train queue has said lately that it is alive."""
    return WorkerHeartbeat.objects.filter(
        queues__contains="train", seen_at__gte=now - SILENCE
    ).exists()


def waiting_for(now: datetime, *, is_waiting: bool) -> dict[str, object]:
    """Why what waits has not begun: no worker lives, or it is busy with something else."""
    if not is_waiting:
        return {"no_worker": False, "busy": None}
    lives = train_worker_lives(now)
    return {"no_worker": not lives, "busy": _busy(now) if lives else None}


def _busy(now: datetime) -> Busy | None:
    run = (
        EngineRun.objects.filter(
            state=RunState.RUNNING, module__in=DOING, heartbeat_at__gte=now - SILENCE
        )
        .order_by("-started_at")
        .first()
    )
    if run is None:
        return None
    return Busy(str(DOING[run.module]), Progress.of(run, now=now, points=points_of(run)).left)
