"""Train a reward model on the rankings of a frozen snapshot.

    python -m rewards.engine.train_reward RUN_DIR
    accelerate launch -m rewards.engine.train_reward RUN_DIR

1. read the train side of a ``ranked`` or ``preference`` snapshot, refusing one that has changed
2. render every answer; leave out rankings whose prompt is too long to be read whole
3. fit one linear output on the base, all answers of a ranking together
4. judge the validation side on the way; with patience, stop early and keep the best weights
5. write a folder that AutoModelForSequenceClassification loads, in float32

After InstructGPT (Ouyang et al. 2022, section 3.5). Deviations: ties are kept, as soft labels or
by Davidson's model; rewards are not shifted to mean 0, as only differences under one prompt are
ever used; where that is asked for, ``centring`` does it in the loss.
"""

import time
from hashlib import sha256
from pathlib import Path
from typing import cast

import torch
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    set_seed,
)

from commons.sentences import sentence as _
from commons.sentences import sentences as ngettext
from rewards.engine.batches import GroupCollator
from rewards.engine.chat import end_at_turn
from rewards.engine.data import open_snapshot
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.groups import Group, Groups, Reading, read_groups
from rewards.engine.lora import Adapters
from rewards.engine.memory import keep_freed_memory
from rewards.engine.models import (
    descent,
    fast_dtype,
    finished_before,
    give_own_pad,
    load_tokenizer,
    save_model,
)
from rewards.engine.objective import Objective
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import is_main, report
from rewards.engine.reward_knobs import RECOMPUTES, Config, arguments_of, asked_of, callbacks_of
from rewards.engine.reward_trainer import Learner, RewardTrainer
from rewards.engine.together import is_sharded, meet, of_main
from rewards.engine.training import fit, forget_checkpoints
from rewards.engine.ways import RewardWay, TreeWay, way_for


def main(folder: Path) -> None:
    carry_out(folder, Config, train, together=True)


def train(config: Config, folder: Path) -> Result:
    together = meet(shards=True)
    if made := finished_before(config.out, config):
        forget_checkpoints(folder)
        return made
    began = time.monotonic()
    fitting = Fitting(config, folder)
    report(0, 1, fitting.says)
    fit(fitting.trainer)
    fitting.gather()
    metrics = {**of_main(fitting.metrics), "seconds": time.monotonic() - began}
    if together.is_main_process:
        fitting.save(metrics)
        forget_checkpoints(folder)
    together.wait_for_everyone()
    return metrics


class Fitting:
    """A run from its knobs to its folder."""

    def __init__(self, config: Config, folder: Path) -> None:
        keep_freed_memory()
        self.config, self.asked = config, asked_of(config)
        reading = Reading(config.margins, config.ties == "drop", config.ideal)
        set_seed(config.seed)
        self.tokenizer = load_tokenizer(config.base)
        end_at_turn(self.tokenizer)
        base = _base(config, self.tokenizer)
        self.groups, self.held_out = _groups(config, self.tokenizer, reading)
        self.raters = self.groups.raters()
        self.model, self.adapters, self.objective = self._parts(base)
        way = way_for(self.model, config.path, sharded=is_sharded())
        copies = computes_in_copies(way, config.method)
        self.trainer = RewardTrainer(
            Learner(self.model, self.objective, way, RECOMPUTES[config.recompute]),
            arguments_of(config, folder, autocasts=not copies),
            self.groups,
            GroupCollator(way, config.tokens_per_batch, self.raters),
            self.held_out,
            copies=copies,
        )
        for callback in callbacks_of(config, folder, validates=bool(self.held_out)):
            self.trainer.add_callback(callback)

    @property
    def says(self) -> str:
        read = ngettext(
            "%(count)s ranking is read", "%(count)s rankings are read", len(self.groups)
        )
        if not self.held_out:
            return read
        return _("%(read)s, %(count)s to validate on", read=read, count=len(self.held_out))

    def gather(self) -> None:
        """Put a model that was sharded over processes together again, on the one that writes."""
        self.trainer.settle()
        weights = self.trainer.gathered()
        if weights and is_main():
            parts = self._parts(_base(self.config, self.tokenizer))
            self.model, self.adapters, self.objective = parts
            nn.ModuleDict({"model": self.model, "objective": self.objective}).load_state_dict(
                weights
            )

    def metrics(self) -> dict[str, object]:
        trainer = self.trainer
        found = {**self.groups.counts(), **trainer.last_epoch(), **trainer.validated()}
        return {**found, **self.objective.found()}

    def save(self, metrics: Result) -> None:
        model = self.adapters.merged() if self.adapters else self.model
        config, digest = self.config, self.groups.digest
        manifest = descent(config, config.base, kind="reward", metrics=metrics, snapshot=digest)
        reliabilities = self.objective.reliabilities(self.raters)
        beside = {"reliability.json": reliabilities} if reliabilities else {}
        save_model(config.out, model, self.tokenizer, manifest, beside)

    def _parts(self, base: PreTrainedModel) -> tuple[PreTrainedModel, Adapters | None, Objective]:
        config = self.config
        adapters = None
        if config.method == "lora":
            adapters = Adapters(base, rank=config.lora_rank, alpha=config.lora_alpha)
        return base, adapters, Objective(self.asked, self.groups.groups, len(self.raters))


def _groups(
    config: Config, tokenizer: PreTrainedTokenizerBase, reading: Reading
) -> tuple[Groups, list[Group]]:
    """What is learnt from, and what is held out; both of the run's share of the prompts."""
    snapshot = open_snapshot(config.snapshot, "ranked", "preference")
    if snapshot.kind == "preference" and config.loss == "plackett_luce":
        raise BadConfig(_("plackett_luce needs whole orders; freeze a ranked snapshot."))
    read, held_out = (
        read_groups(
            snapshot,
            tokenizer,
            share=config.share,
            limit=config.max_length,
            side=side,
            reading=reading,
        )
        for side in ("train", "validation")
    )
    if config.reliability and set(read.raters()) <= {""}:
        raise BadInput(
            _(
                "%(snapshot)s does not say whose judgements its rows are, so nobody's "
                "'reliability' can be found; freeze one in which votes are not counted "
                "together.",
                snapshot=config.snapshot,
            )
        )
    if config.patience and not held_out.groups:
        raise BadInput(
            _(
                "%(snapshot)s has nothing to validate on; 'patience' needs that.",
                snapshot=config.snapshot,
            )
        )
    by_chance = sorted(held_out.groups, key=lambda group: sha256(group.prompt_id.encode()).digest())
    return read, by_chance[: config.validation_groups]


def _base(config: Config, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    """The base with one linear output instead of its vocabulary, cut to the first layers."""
    shape = AutoConfig.from_pretrained(config.base)
    if config.layers is not None:
        if not 1 <= config.layers <= shape.num_hidden_layers:
            raise BadConfig(
                _(
                    "'layers' must be 1 to %(most)s for %(base)s.",
                    most=shape.num_hidden_layers,
                    base=config.base,
                )
            )
        shape.num_hidden_layers = config.layers
        if getattr(shape, "layer_types", None):
            shape.layer_types = shape.layer_types[: config.layers]
    shape.num_labels = 1
    model = AutoModelForSequenceClassification.from_pretrained(
        config.base, config=shape, dtype=torch.float32, use_safetensors=True
    )
    give_own_pad(tokenizer, model)
    return cast(PreTrainedModel, model)


def computes_in_copies(way: RewardWay, method: str) -> bool:
    """Whether the model computes with a bfloat16 copy: quicker than autocast, where it can be."""
    return isinstance(way, TreeWay) and method == "full" and fast_dtype() is torch.bfloat16


if __name__ == "__main__":
    start(main)
