"""How every way to a better policy trains under watch, and what it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase, Trainer, set_seed

from rewards.engine.improving.prompts import Parted, read_parted
from rewards.engine.improving.settings import Improving
from rewards.engine.improving.watching import Eyes, Watching, forget_weights, told
from rewards.engine.models import (
    descent,
    finished_before,
    load_policy,
    load_tokenizer,
    save_model,
)
from rewards.engine.progress import is_main, report
from rewards.engine.scorer import Scorer
from rewards.engine.together import agreed, meet, of_main
from rewards.engine.training import fit, forget_checkpoints


@dataclass(frozen=True)
class Improvement:
    """A run under way: where it lies, its tokenizer, its prompts, what rewards it."""

    config: Improving
    folder: Path
    tokenizer: PreTrainedTokenizerBase
    parted: Parted
    reward: Scorer

    @cached_property
    def model(self) -> PreTrainedModel:
        """The policy that is trained; loaded once whatever drew samples has left the memory."""
        return load_policy(self.config.base, torch.float32)

    def watch(self) -> Watching | None:
        """What looks at the policy meanwhile; None where nothing is watched."""
        if not self.parted.watched:
            return None
        eyes = self._eyes() if is_main() else None
        return Watching(self.config, eyes, self.model, self.folder)

    def _eyes(self) -> Eyes:
        stops = self.config.stopping_model
        return Eyes(
            self.config,
            self.tokenizer,
            self.parted.watched,
            self.reward,
            Scorer(stops) if stops else None,
        )

    def train(self, trainer: Trainer) -> dict[str, object]:
        """Train under watch, end with the best weights, and say what was seen at the last look."""
        watching = self.watch()
        if watching is not None:
            trainer.add_callback(watching)
        fit(trainer)
        if watching is None:
            return {}
        best = watching.bring_back_the_best()
        seen: dict[str, object] = {"looks": len(watching.rows), "best_step": best}
        if watching.rows:
            at = next((row for row in watching.rows if row["step"] == best), watching.rows[-1])
            seen |= told(at, watching.rows[0])
        return seen

    def keep(
        self, metrics: Mapping[str, object], snapshot: str | None = None
    ) -> Mapping[str, object]:
        """Write the policy in float32 and forget what training has left."""
        return of_main(lambda: self._written(metrics, snapshot))

    def _written(self, metrics: Mapping[str, object], snapshot: str | None) -> Mapping[str, object]:
        moved = _moved(self.model, self.config.base)
        told_of = {**metrics, **self.parted.counts(), "weights_moved": moved}
        manifest = descent(
            self.config, self.config.base, kind="policy", metrics=told_of, snapshot=snapshot
        )
        save_model(self.config.out, self.model, self.tokenizer, manifest)
        _forget(self.folder)
        return told_of


def made_before(config: Improving, folder: Path) -> dict[str, object] | None:
    """What a run of the same config has made already; refuses nonsense."""
    meet()
    config.refuse_nonsense()
    made = agreed(finished_before(config.out, config))
    if made:
        of_main(lambda: _forget(folder))
    return made


def _forget(folder: Path) -> None:
    forget_checkpoints(folder)
    forget_weights(folder)


def begin(config: Improving, folder: Path, *, at_least: int = 1) -> Improvement:
    """Load what a run needs."""
    set_seed(config.seed)
    tokenizer = load_tokenizer(config.base)
    reward = Scorer(config.reward_model)
    parted = read_parted(config, tokenizer, reward.reads_whole, at_least=at_least)
    report(0, 1, parted.says)
    return Improvement(config, folder, tokenizer, parted, reward)


@torch.no_grad()
def _moved(model: PreTrainedModel, base: Path) -> float:
    """How far the weights are from the base's, relative to their norm (L2)."""
    before = dict(load_policy(base, torch.float32).named_parameters())
    moved = sum((now - before[name]).square().sum() for name, now in model.named_parameters())
    norm = sum(weight.square().sum() for weight in before.values())
    return float(moved / norm) ** 0.5
