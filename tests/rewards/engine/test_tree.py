"""The shared-prompt path computes what transformers computes of each sequence alone."""

import copy
import random
from dataclasses import dataclass
from typing import Any, cast

import pytest
import torch
from transformers import (
    AutoModelForSequenceClassification,
    GPT2Config,
    LlamaConfig,
    MistralConfig,
    PreTrainedConfig,
    PreTrainedModel,
    Qwen2Config,
    Qwen3Config,
)

from rewards.engine.groups import padded
from rewards.engine.models import rewards_of
from rewards.engine.tree import last_states, pack, supports
from rewards.engine.tree_attention import Layout

SHAPE: dict[str, Any] = {
    "vocab_size": 50,
    "hidden_size": 24,
    "intermediate_size": 40,
    "num_hidden_layers": 3,
    "num_attention_heads": 6,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
    "num_labels": 1,
    "initializer_range": 0.3,  # wide, so that attention is far from even and rewards far apart
}
PLAIN = LlamaConfig(**SHAPE)
YARN = {"rope_type": "yarn", "rope_theta": 1e4, "factor": 4.0}
SCALED = {
    "rope_type": "llama3",
    "rope_theta": 1e4,
    "factor": 2.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 16,
}


@dataclass(frozen=True)
class Ids:
    prompt: list[int]
    answers: list[list[int]]

    def sequences(self) -> list[list[int]]:
        return [self.prompt + answer for answer in self.answers]


def some(chance: random.Random, answers: int) -> Ids:
    def text(longest: int) -> list[int]:
        return [chance.randrange(1, 50) for _ in range(chance.randint(1, longest))]

    return Ids(text(9), [text(12) for _ in range(answers)])


def made(config: PreTrainedConfig, seed: int = 0) -> PreTrainedModel:
    """A model whose norms and biases are not the ones and zeros that they begin as."""
    torch.manual_seed(seed)
    model = AutoModelForSequenceClassification.from_config(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" in name or "bias" in name:
                weight.add_(0.3 * torch.randn_like(weight))
    return model.train()


def padded_rewards(model: PreTrainedModel, groups: list[Ids]) -> torch.Tensor:
    ids, mask = padded([s for group in groups for s in group.sequences()], 0)
    return rewards_of(model, ids, mask)


def tree_rewards(model: PreTrainedModel, groups: list[Ids], **how: bool) -> torch.Tensor:
    states = last_states(model, pack(groups), **how)
    return cast(torch.nn.Linear, model.score)(states.float())[:, 0]


def gradients(model: PreTrainedModel, rewards: torch.Tensor) -> dict[str, torch.Tensor]:
    """Of a loss in which every pair of rewards counts, by parameter."""
    model.zero_grad()
    gaps = rewards[:, None] - rewards[None]
    torch.nn.functional.softplus(gaps.triu(1)).sum().backward()
    return {n: w.grad.clone() for n, w in model.named_parameters() if w.grad is not None}


def apart(found: torch.Tensor, expected: torch.Tensor) -> float:
    """The largest difference, as a share of the largest value."""
    return ((found - expected).abs().max() / expected.abs().max()).item()


def assert_equal(model: PreTrainedModel, groups: list[Ids], bound: float, **how: bool) -> None:
    """In the model's own type against the plain way in float64, which rounds nothing that counts.

    In float32 the plain way is itself up to 8e-6 off, differently on each processor.
    """
    exact = copy.deepcopy(model).double()
    expected, found = padded_rewards(exact, groups), tree_rewards(model, groups, **how)
    assert apart(found, expected) < bound

    wanted, reached = gradients(exact, expected), gradients(model, found)
    assert reached.keys() == wanted.keys()
    assert {name: apart(reached[name], wanted[name]) < bound for name in wanted} == dict.fromkeys(
        wanted, True
    )


def test_a_pack_lays_each_prompt_before_its_answers():
    packed = pack([Ids([5, 6], [[7], [8, 9]]), Ids([4], [[3, 2]])])

    assert packed.ids.tolist() == [[5, 6, 7, 8, 9, 4, 3, 2]]
    assert packed.positions.tolist() == [[0, 1, 2, 2, 3, 0, 1, 2]]
    assert packed.ends.tolist() == [2, 4, 7]
    assert packed.layout == (Layout(0, 2, (1, 2)), Layout(5, 1, (2,)))


@pytest.mark.parametrize("empty", [Ids([], [[1], [2]]), Ids([1], [[2], []])])
def test_a_pack_refuses_a_group_with_an_empty_text(empty):
    with pytest.raises(ValueError, match="none of them empty"):
        pack([empty])


@pytest.mark.parametrize("answers", range(2, 10))
def test_rewards_and_gradients_are_those_of_the_padded_path(answers):
    """Three ragged groups in one row, two of another size: nothing leaks from group to group."""
    chance = random.Random(answers)
    groups = [some(chance, answers), some(chance, 2), some(chance, answers)]

    assert_equal(made(PLAIN, seed=answers), groups, 1e-5)


@pytest.mark.parametrize(
    "config",
    [
        LlamaConfig(**SHAPE, tie_word_embeddings=True),
        LlamaConfig(**SHAPE, attention_bias=True, mlp_bias=True),
        LlamaConfig(**SHAPE, head_dim=10),
        LlamaConfig(**SHAPE | {"num_key_value_heads": 6}),
        LlamaConfig(**SHAPE | {"num_key_value_heads": 1}),
        LlamaConfig(**SHAPE, rope_parameters=SCALED),
        LlamaConfig(**SHAPE, rope_parameters=YARN),
        MistralConfig(**SHAPE, sliding_window=None),
        Qwen2Config(**SHAPE),
        Qwen3Config(**SHAPE, head_dim=8),
    ],
    ids=[
        "tied",
        "biased",
        "wide-heads",
        "no-gqa",
        "one-key",
        "llama3",
        "yarn",
        "mistral",
        "qwen2",
        "qwen3",
    ],
)
def test_every_supported_kind_of_model_agrees(config):
    """In float64, where no order of adding up can hide behind its rounding."""
    model = made(config).double()
    model.score.float()

    assert supports(model)
    assert_equal(model, [some(random.Random(1), 4), some(random.Random(2), 3)], 1e-5)


def test_sparing_memory_changes_no_number():
    groups = [some(random.Random(3), 4), some(random.Random(4), 2)]

    assert_equal(made(PLAIN), groups, 1e-5, spare_memory=True)


def test_bfloat16_is_as_close_to_float32_as_the_padded_path_is():
    """Both round at every step, each in its own places: within 5 % of the largest value."""
    groups = [some(random.Random(5), 5), some(random.Random(6), 3)]
    exact = made(LlamaConfig(**SHAPE | {"initializer_range": 0.1}))
    wanted = gradients(exact, padded_rewards(exact, groups))
    rounded = made(exact.config).to(torch.bfloat16)
    rounded.load_state_dict(exact.state_dict())
    rounded.score.float()

    found = gradients(rounded, tree_rewards(rounded, groups))

    assert {name: apart(found[name].float(), wanted[name]) < 0.05 for name in wanted} == (
        dict.fromkeys(wanted, True)
    )


@pytest.mark.parametrize(
    "config",
    [
        GPT2Config(n_layer=1, n_head=2, n_embd=8, vocab_size=50, pad_token_id=0),
        MistralConfig(**SHAPE, sliding_window=8),
        Qwen2Config(**SHAPE, use_sliding_window=True, sliding_window=8, max_window_layers=1),
        LlamaConfig(**SHAPE, rope_parameters={**YARN, "rope_type": "dynamic"}),
        LlamaConfig(**SHAPE, attention_dropout=0.1),
        LlamaConfig(**SHAPE, hidden_act="gelu"),
    ],
    ids=["gpt2", "window", "some-windows", "dynamic-rope", "dropout", "gelu"],
)
def test_what_it_would_compute_otherwise_is_not_supported(config):
    assert not supports(AutoModelForSequenceClassification.from_config(config))


def test_a_layer_that_something_wraps_is_called_as_it_is():
    """As adapters do: a projection of another class keeps its own forward pass."""

    class Doubled(torch.nn.Linear):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return 2 * super().forward(x)

    model = made(PLAIN)
    old = model.model.layers[1].self_attn.q_proj
    wrapped = Doubled(old.in_features, old.out_features, bias=False)
    wrapped.weight = old.weight
    model.model.layers[1].self_attn.q_proj = wrapped

    assert_equal(model, [some(random.Random(7), 3)], 1e-5)


def test_with_weights_in_bfloat16_a_reward_errs_no_more_than_transformers_under_autocast():
    """Many layers add little each to a stream that grows: in bfloat16 that would be lost."""
    model = made(LlamaConfig(**{**SHAPE, "num_hidden_layers": 24, "initializer_range": 0.15}))
    model.to(torch.bfloat16).float()  # as a base is saved: nothing is lost by the copy itself
    groups = [some(random.Random(number), 6) for number in range(8)]
    with torch.inference_mode():
        exact = padded_rewards(model, groups)
        with torch.autocast("cpu", torch.bfloat16):
            theirs = padded_rewards(model, groups)
        rounded = model.to(torch.bfloat16)
        rounded.score.float()
        ours = tree_rewards(rounded, groups)

    assert (ours - exact).std() < 1.3 * (theirs - exact).std()
