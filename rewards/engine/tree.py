"""The shared-prompt path: a prompt is encoded once for all its answers, and nothing is padded.

    pack(groups) -> Packed -> last_states(model, packed) -> one state for each answer

The layers of the loaded model are walked here, with functions of ours over its own parameters:
gradients land in the model, which is trained and saved as any other. The states are those that
transformers computes of each [prompt, answer] alone (``tests/rewards/engine/test_tree.py``);
models that ``supports`` refuses take that way, padded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import torch
from torch import Tensor
from torch.distributed.tensor import DTensor
from torch.utils.checkpoint import checkpoint
from transformers import PreTrainedModel

from rewards.engine.fast_layers import gated, normed, rotated, side_by_side
from rewards.engine.tree_attention import Layout, tree_attention

FAMILIES = frozenset({"llama", "mistral", "qwen2", "qwen3"})
ROTARIES = frozenset({"default", "linear", "llama3", "yarn"})  # others look at the row's length


class Ranked(Protocol):
    """What is needed of a group; every sequence is not empty."""

    @property
    def prompt(self) -> Sequence[int]: ...
    @property
    def answers(self) -> Sequence[Sequence[int]]: ...


@dataclass(frozen=True)
class Packed:
    """Groups one after another in one row of tokens, each prompt before its answers."""

    ids: Tensor  # (1, T)
    positions: Tensor  # (1, T): an answer's go on where its prompt's end
    ends: Tensor  # (N,): the place of each answer's last token, where it is pooled
    layout: tuple[Layout, ...]

    def to(self, device: torch.device | str) -> "Packed":
        return Packed(
            self.ids.to(device), self.positions.to(device), self.ends.to(device), self.layout
        )


def pack(groups: Sequence[Ranked]) -> Packed:
    """Lay groups into one row of T = sum of all prompts and answers tokens."""
    ids: list[int] = []
    positions: list[int] = []
    ends: list[int] = []
    layouts: list[Layout] = []
    for group in groups:
        lengths = tuple(len(answer) for answer in group.answers)
        if not group.prompt or not all(lengths):
            raise ValueError("a group to be packed needs a prompt and answers, none of them empty")
        layouts.append(Layout(len(ids), len(group.prompt), lengths))
        ids += group.prompt
        positions += range(len(group.prompt))
        for answer in group.answers:
            ids += answer
            positions += range(len(group.prompt), len(group.prompt) + len(answer))
            ends.append(len(ids) - 1)
    return Packed(
        torch.tensor([ids]), torch.tensor([positions]), torch.tensor(ends), tuple(layouts)
    )


def supports(model: PreTrainedModel) -> bool:
    """Whether ``last_states`` computes what this model's own forward pass does.

    Llama and what is built like it, on parameters that are whole on this device: no sliding
    window, no dropout in training, no rotary embedding that depends on the row's length.
    """
    config: Any = model.base_model.config
    rotary = getattr(config, "rope_parameters", None) or {}
    windows = getattr(config, "layer_types", None) or ["full_attention"]
    if config.model_type == "mistral" and config.sliding_window is not None:
        return False
    return (
        config.model_type in FAMILIES
        and rotary.get("rope_type", "default") in ROTARIES
        and config.hidden_act == "silu"
        and not config.attention_dropout
        and all(kind == "full_attention" for kind in windows)
        and not any(isinstance(p, DTensor) or p.is_meta for p in model.parameters())
    )


def last_states(model: PreTrainedModel, packed: Packed, *, spare_memory: bool = False) -> Tensor:
    """The final state (N, D) at the last token of each answer, differentiable.

    ``spare_memory`` keeps only what enters each layer and computes the rest anew in the backward
    pass. Call it on models that ``supports`` accepts.
    """
    base: Any = model.base_model
    x = base.embed_tokens(packed.ids)  # (1, T, D)
    turns = base.rotary_emb(x, position_ids=packed.positions)  # cos, sin: (1, T, D of a head)
    cos, sin = (turn[0, :, None].chunk(2, -1)[0] for turn in turns)  # both halves are alike
    x = x[0]  # (T, D)
    for layer in base.layers:
        if spare_memory:
            x = checkpoint(_layer, layer, x, cos, sin, packed.layout, use_reentrant=False)
        else:
            x = _layer(layer, x, cos, sin, packed.layout)
    return normed(base.norm, x[packed.ends])  # (N, D)


def _layer(layer: Any, x: Tensor, cos: Tensor, sin: Tensor, layout: tuple[Layout, ...]) -> Tensor:
    x = x + _attended(layer.self_attn, normed(layer.input_layernorm, x), cos, sin, layout)
    mlp = layer.mlp
    halves = side_by_side(normed(layer.post_attention_layernorm, x), mlp.gate_proj, mlp.up_proj)
    return x + cast(Tensor, mlp.down_proj(gated(halves)))


def _attended(
    attention: Any, x: Tensor, cos: Tensor, sin: Tensor, layout: tuple[Layout, ...]
) -> Tensor:
    rows = side_by_side(x, attention.q_proj, attention.k_proj, attention.v_proj)
    heads = rows.unflatten(-1, (-1, attention.head_dim))  # (T, H + 2 G, D)
    groups = attention.config.num_key_value_heads
    query, key, value = heads.split([heads.shape[1] - 2 * groups, groups, groups], 1)
    if hasattr(attention, "q_norm"):  # Qwen3
        query, key = normed(attention.q_norm, query), normed(attention.k_norm, key)
    query, key = rotated(query, cos, sin), rotated(key, cos, sin)
    found = tree_attention(query, key, value, attention.scaling, layout)  # (T, H, D)
    return cast(Tensor, attention.o_proj(found.flatten(1)))
