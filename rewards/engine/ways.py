"""The ways from groups to rewards: which one is taken changes the time, and not the numbers.

padded: each answer with its prompt before it, padded to the longest: every model, and the reference
tree: each prompt once, its answers behind it, nothing padded: models that ``tree`` supports
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import torch
from torch import Tensor
from transformers import PreTrainedModel

from commons.sentences import sentence as _
from rewards.engine.batches import Rows, Way
from rewards.engine.errors import BadConfig
from rewards.engine.groups import Group, padded
from rewards.engine.models import rewards_of, scored
from rewards.engine.tree import Packed, last_states, pack, supports

WAYS = ("auto", "tree", "padded")


class RewardWay(Way, Protocol):
    def rewards(self, model: PreTrainedModel, rows: Rows, *, spare_memory: bool) -> Tensor:
        """The rewards (N,) of all answers; ``spare_memory`` computes activations anew."""
        ...


@dataclass(frozen=True)
class Padded:
    """Both tensors (N, T)."""

    ids: Tensor
    mask: Tensor

    def to(self, device: torch.device | str) -> "Padded":
        return Padded(self.ids.to(device), self.mask.to(device))


@dataclass(frozen=True)
class PaddedWay:
    pad: int

    def lay(self, groups: Sequence[Group]) -> Padded:
        return Padded(*padded([s for group in groups for s in group.sequences], self.pad))

    def cost(self, groups: Sequence[Group]) -> int:
        widths = [len(group.prompt) + max(map(len, group.answers)) for group in groups]
        return max(widths) * sum(len(group.answers) for group in groups)

    def rewards(self, model: PreTrainedModel, rows: Rows, *, spare_memory: bool) -> Tensor:
        if spare_memory and not model.is_activation_checkpointing:
            model.activation_checkpointing_enable()
        elif not spare_memory and model.is_activation_checkpointing:
            model.activation_checkpointing_disable()
        laid = cast(Padded, rows)
        return rewards_of(model, laid.ids, laid.mask)


class TreeWay:
    def lay(self, groups: Sequence[Group]) -> Packed:
        return pack(groups)

    def cost(self, groups: Sequence[Group]) -> int:
        return sum(len(group.prompt) + sum(map(len, group.answers)) for group in groups)

    def rewards(self, model: PreTrainedModel, rows: Rows, *, spare_memory: bool) -> Tensor:
        packed = cast(Packed, rows)
        return scored(model, last_states(model, packed, spare_memory=spare_memory))


def way_for(model: PreTrainedModel, asked: str, *, sharded: bool = False) -> RewardWay:
    """The way that was asked for; ``auto`` is the quickest that the model can go.

    A model that is ``sharded`` over processes is whole in no place but its own layers' passes.
    """
    can_share = supports(model) and not sharded
    if asked == "tree" and not can_share:
        raise BadConfig(
            _(
                "'path' tree cannot be gone with this model, or with one that is sharded over "
                "processes; choose auto."
            )
        )
    if asked == "padded" or not can_share:
        return PaddedWay(cast(int, model.config.pad_token_id))
    return TreeWay()
