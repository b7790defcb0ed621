"""Rewards keep their digits whatever the weights are handed over in."""

import torch
from torch import nn
from transformers import LlamaConfig, LlamaForSequenceClassification

from rewards.engine.models import scored


def test_a_score_in_bfloat16_as_shards_hand_it_over_multiplies_in_float32() -> None:
    config = LlamaConfig(
        vocab_size=8,
        hidden_size=64,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
    )
    config.num_labels = 1
    model = LlamaForSequenceClassification(config)
    model.score.to(torch.bfloat16)
    states = torch.randn(5, 64, generator=torch.Generator().manual_seed(0))

    rewards = scored(model, states)
    rewards.sum().backward()

    assert rewards.dtype == torch.float32
    expected = nn.functional.linear(states, model.score.weight.float())[:, 0]
    torch.testing.assert_close(rewards, expected, rtol=0, atol=0)
    assert model.score.weight.grad is not None
