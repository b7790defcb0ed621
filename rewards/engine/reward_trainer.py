"""How a reward model is fitted: the trainer of transformers, a group at a time.

    Learner = a model that returns rewards + the objective that makes a loss of them
    RewardTrainer: a step is so many groups; their batches are run one after another

Wrapped whole (DDP, FSDP, DeepSpeed), the learner is called as one module, so that gradients of
rewards and of what is fitted beside them meet over all processes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import cast

import torch
from torch import Tensor, nn
from transformers import (
    PreTrainedModel,
    Trainer,
    TrainingArguments,
)

from rewards.engine.batches import Batch, GroupCollator
from rewards.engine.groups import Group, Groups
from rewards.engine.master_weights import MasterAdamW
from rewards.engine.objective import Objective
from rewards.engine.sharding import keep_digits, reshard, whole_of
from rewards.engine.validation import judged
from rewards.engine.ways import RewardWay

NUISANCE_RATE = 0.05  # learning rate of what is fitted beside the rewards; it is a few numbers


class Learner(nn.Module):
    """What is trained: the loss of a batch, and how it is to be judged."""

    def __init__(
        self, model: PreTrainedModel, objective: Objective, way: RewardWay, recomputes_from: int
    ) -> None:
        super().__init__()
        self.model, self.objective, self.way = model, objective, way
        self.recomputes_from = recomputes_from  # tokens of a batch
        self.config = model.config
        self._no_split_modules = model._no_split_modules  # what FSDP may shard by

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """The loss, and without gradients rewards (N,) and what the objective says of them."""
        wide = batch.rows.ids.numel() > self.recomputes_from
        rewards = self.way.rewards(self.model, batch.rows, spare_memory=wide)  # (N,)
        with torch.autocast(rewards.device.type, enabled=False):
            loss, utility, lost, heard = self.objective(rewards, batch)
        return loss, rewards.detach(), utility, lost, heard


class RewardTrainer(Trainer):
    """Trainer whose model returns rewards and whose loss is a pure function of them."""

    def __init__(
        self,
        learner: Learner,
        args: TrainingArguments,
        groups: Groups,
        collate: GroupCollator,
        held_out: Sequence[Group] = (),
        *,
        copies: bool = False,
    ) -> None:
        """``copies``: the model computes with a bfloat16 copy of weights that stay in float32."""
        super().__init__(
            model=learner,
            args=args,
            train_dataset=groups,
            eval_dataset=held_out,  # for ``evaluate`` below alone
            data_collator=collate,  # type: ignore[arg-type]  # Trainer knows dictionaries only
        )
        if self.is_fsdp_enabled:
            keep_digits(self.accelerator.state.fsdp_plugin)
        self.learner, self.held_out = learner, held_out
        self.seen = Counter[str]()
        self.copies = copies
        self.masters: MasterAdamW | None = None

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """Adam over the model, and over the nuisance at a rate of its own."""
        if self.optimizer is None:
            trained = model if model is not None else self.learner
            named = list(trained.named_parameters())
            places: dict[str, list[Tensor]] = {"body": [], "score": [], "objective": []}
            for name, weight in named:
                if weight.requires_grad:
                    places[_place(name)].append(weight)
            parts: list[dict[str, object]] = [
                {"params": places["body"]},
                {"params": places["score"], "exact": True},
                {"params": places["objective"], "exact": True, "lr": NUISANCE_RATE},
            ]
            self.optimizer = self._adam([part for part in parts if part["params"]])
        return self.optimizer

    def _adam(self, parts: list[dict[str, object]]) -> torch.optim.Optimizer:
        if self.copies:
            self.masters = MasterAdamW(parts, lr=self.args.learning_rate)
            return self.masters
        kind, knobs = self.get_optimizer_cls_and_kwargs(self.args)
        kept = [{name: value for name, value in part.items() if name != "exact"} for part in parts]
        return cast(torch.optim.Optimizer, kind(kept, **knobs))

    def training_step(
        self,
        model: nn.Module,
        inputs: list[Batch],  # type: ignore[override]  # as above
        num_items_in_batch: Tensor | int | None = None,
    ) -> Tensor:
        """The gradients of one step: batch after batch, met over all processes with the last.

        Every process runs as many batches as the one that has most, since those of a sharded
        model wait for each other; what is run once too often counts nothing.
        """
        model.train()
        rounds = self._most(len(inputs))
        total = torch.zeros((), device=self.args.device)
        heard: list[Tensor] = []
        for number in range(rounds):
            batch = inputs[min(number, len(inputs) - 1)].to(self.args.device)
            self.accelerator.gradient_state._set_sync_gradients(number == rounds - 1)
            with self._meeting(model, number == rounds - 1):
                with self.compute_loss_context_manager():
                    loss, rewards, utility, lost, said = model(batch)
                if number >= len(inputs):
                    loss = loss * 0.0
                else:
                    self.seen.update(judged(rewards, utility, lost, batch))
                    heard += [said] if self._listens() else []
                self.accelerator.backward(loss)
            total += loss.detach()
        self._keep(heard)
        return total

    def _listens(self) -> bool:
        """Whether votes say something of their raters: where that is asked for, and in the first
        epoch alone; later on they have been learnt from."""
        return self.learner.objective.asked.reliability and self.state.epoch < 1

    def _keep(self, heard: Sequence[Tensor]) -> None:
        """Add up what all processes heard in a step; each of them heard something, or none did."""
        if heard:
            found = torch.stack(list(heard)).sum(0)
            self.learner.objective.heard += self.accelerator.reduce(found)

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        if "loss" in logs:
            logs = {**logs, **self._accuracies(self._of_all(self.seen))}
            self.seen.clear()
        super().log(logs, start_time)

    @torch.no_grad()
    def evaluate(self, *_: object, **__: object) -> dict[str, float]:
        """Loss and accuracy on what is held out, each process judging its part."""
        self.model_wrapped.eval()
        batches = cast(GroupCollator, self.data_collator)(self.held_out)
        every, mine = self.args.world_size, self.args.process_index
        rounds = -(-len(batches) // every)
        found = Counter[str]()
        for number in range(rounds):
            at = number * every + mine
            batch = batches[min(at, len(batches) - 1)].to(self.args.device)
            with self.compute_loss_context_manager():
                _, rewards, utility, lost, _ = self.model_wrapped(batch)
            if at < len(batches):
                found.update(judged(rewards, utility, lost, batch))
        reshard(self.model_wrapped)
        counted = self._of_all(found)
        loss = counted["lost"] / counted["groups"]
        accuracies = self._accuracies(counted)
        told = {f"eval_{name}": value for name, value in {"loss": loss, **accuracies}.items()}
        self.log(told)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, told)
        return told

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

    def validated(self) -> dict[str, float | int | None]:
        """What held-out rankings said of the weights that are kept, and of which step these are."""
        judged = [entry for entry in self.state.log_history if "eval_loss" in entry]
        if not judged:
            return {}
        kept = judged[-1]
        if self.args.load_best_model_at_end:
            kept = min(judged, key=lambda entry: entry["eval_loss"])
        names = ("loss", "accuracy", "accuracy_with_covariates")
        found = {
            f"validation_{name}": kept[f"eval_{name}"] for name in names if f"eval_{name}" in kept
        }
        return {**found, "kept_step": kept["step"], "last_step": self.state.global_step}

    def settle(self) -> None:
        """Training is over: the model is again in float32, as the weights that learnt are."""
        if self.masters is not None:
            self.masters.to_float32(self.learner)

    def gathered(self) -> dict[str, Tensor] | None:
        """All weights of a model that is sharded over processes; None where each has a whole one.

        Every process has to ask; the one that writes gets them.
        """
        if self.is_deepspeed_enabled:
            return whole_of(self.learner)
        if not self.is_fsdp_enabled:
            return None
        return cast(dict[str, Tensor], self.accelerator.get_state_dict(self.model_wrapped))

    def _accuracies(self, counted: Mapping[str, float]) -> dict[str, float]:
        """The score's, and that of the score with the covariates that it drops, if it does."""
        pairs = counted["pairs"]
        found = {"pairs": pairs, "accuracy": counted["right"] / pairs} if pairs else {}
        if pairs and self.learner.objective.coefficients is not None:
            found["accuracy_with_covariates"] = counted["right_with"] / pairs
        return found

    def _load_best_model(self) -> None:
        """The weights that learnt are in the optimizer's part of the best checkpoint."""
        super()._load_best_model()
        if self.masters is not None:
            self._load_optimizer_and_scheduler(self.state.best_model_checkpoint)

    def _meeting(self, model: nn.Module, now: bool) -> AbstractContextManager[object]:
        """Gradients of several processes are added up once a step."""
        alone = self.args.world_size == 1 or self.is_deepspeed_enabled
        return nullcontext() if now or alone else self.accelerator.no_sync(model)

    def _most(self, count: int) -> int:
        if self.args.world_size == 1:
            return count
        counts = self.accelerator.gather(torch.tensor([count], device=self.args.device))
        return int(cast(Tensor, counts).max())

    def _of_all(self, counted: Mapping[str, float]) -> dict[str, float]:
        """Counts of all processes added up; every name is there."""
        names = ("pairs", "right", "right_with", "groups", "lost")
        found = torch.tensor(
            [counted.get(name, 0.0) for name in names], dtype=torch.float64, device="cpu"
        )
        if self.args.world_size > 1:
            found = cast(Tensor, self.accelerator.reduce(found.float().to(self.args.device)))
        return dict(zip(names, found.tolist(), strict=True))


def _place(name: str) -> str:
    """Where a parameter is, by its name: beside the rewards, in their last product, or before."""
    if "objective." in name:
        return "objective"
    return "score" if "model.score." in name else "body"
