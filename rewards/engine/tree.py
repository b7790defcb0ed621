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
from rewards.engine.tree_attention import Layout, last_attention, tree_attention

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
    turn = Turn(cos, sin, packed)
    x = _wide(x[0])  # (T, D)
    *layers, last = base.layers
    for layer in layers:
        x = (
            checkpoint(_layer, layer, x, turn, use_reentrant=False)
            if spare_memory
            else _layer(layer, x, turn)
        )
    return normed(base.norm, _last_layer(last, x, turn))  # (N, D)


def _wide(states: Tensor) -> Tensor:
    """What runs past all layers, which each adds to, in float32 at least.

    In bfloat16 each sum loses what is small beside it, which doubles the error of a reward
    (docs/log.md); layers still multiply in their own weights' type.
    """
    return states.float() if states.dtype in (torch.bfloat16, torch.float16) else states


@dataclass(frozen=True)
class Turn:
    """What attention needs to know of where tokens stand."""

    cos: Tensor  # (T, 1, D of a head / 2)
    sin: Tensor
    packed: Packed


def _layer(layer: Any, x: Tensor, at: Turn) -> Tensor:
    attention = layer.self_attn
    rows = normed(layer.input_layernorm, x)
    joined = side_by_side(rows, attention.q_proj, attention.k_proj, attention.v_proj)
    heads = joined.unflatten(-1, (-1, attention.head_dim))  # (T, H + 2 G, D)
    groups = attention.config.num_key_value_heads
    query, key, value = heads.split([heads.shape[1] - 2 * groups, groups, groups], 1)
    query = _turned(attention, "q_norm", query, at.cos, at.sin)
    key = _turned(attention, "k_norm", key, at.cos, at.sin)
    found = tree_attention(query, key, value, attention.scaling, at.packed.layout)  # (T, H, D)
    return _fed(layer, x + cast(Tensor, attention.o_proj(found.flatten(1))))


def _last_layer(layer: Any, x: Tensor, at: Turn) -> Tensor:
    """The last layer at the answers' ends (N, D): other tokens only lend it keys and values."""
    attention, ends = layer.self_attn, at.packed.ends
    rows = normed(layer.input_layernorm, x)
    joined = side_by_side(rows, attention.k_proj, attention.v_proj)
    key, value = joined.unflatten(-1, (-1, attention.head_dim)).chunk(2, 1)  # (T, G, D)
    query = attention.q_proj(rows[ends]).unflatten(-1, (-1, attention.head_dim))  # (N, H, D)
    query = _turned(attention, "q_norm", query, at.cos[ends], at.sin[ends])
    key = _turned(attention, "k_norm", key, at.cos, at.sin)
    found = last_attention(query, key, value, attention.scaling, at.packed.layout)  # (N, H, D)
    return _fed(layer, x[ends] + cast(Tensor, attention.o_proj(found.flatten(1))))


def _turned(attention: Any, norm: str, heads: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Heads turned by their positions, after the norm that Qwen3 gives them."""
    own = getattr(attention, norm, None)
    return rotated(heads if own is None else normed(own, heads), cos, sin)


def _fed(layer: Any, x: Tensor) -> Tensor:
    mlp = layer.mlp
    halves = side_by_side(normed(layer.post_attention_layernorm, x), mlp.gate_proj, mlp.up_proj)
    return x + cast(Tensor, mlp.down_proj(gated(halves)))
