"""The written-out gradients against differences in float64, and the values against transformers."""

import pytest
import torch
from torch.func import functional_call
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaMLP, LlamaRMSNorm, apply_rotary_pos_emb

from rewards.engine.fast_layers import gated, normed, rotated, side_by_side


def numbers(*shape: int, seed: int = 0) -> torch.Tensor:
    chance = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=chance, dtype=torch.float64, requires_grad=True)


class Normed(torch.nn.Module):
    """Our norm as a module, so that a weight can be put in for the moment."""

    def __init__(self, norm: torch.nn.Module) -> None:
        super().__init__()
        self.norm = norm

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return normed(self.norm, x)


@pytest.mark.parametrize("shape", [(5, 7), (4, 3, 7)], ids=["rows", "heads"])
def test_a_norm_is_that_of_llama_and_so_is_its_gradient(shape):
    norm = LlamaRMSNorm(7, eps=1e-3).double()
    norm.weight = torch.nn.Parameter(numbers(7, seed=1).detach())
    norm_of_rows = Normed(norm)
    x = numbers(*shape)

    def ours(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return functional_call(norm_of_rows, {"norm.weight": weight}, (x,))

    torch.testing.assert_close(normed(norm, x).float(), norm(x).float())
    assert torch.autograd.gradcheck(ours, (x, norm.weight))


def test_a_gate_is_that_of_llama_and_so_is_its_gradient():
    mlp = LlamaMLP(LlamaConfig(hidden_size=6, intermediate_size=10, num_attention_heads=2)).double()
    x = numbers(5, 6)

    found = mlp.down_proj(gated(side_by_side(x, mlp.gate_proj, mlp.up_proj)))

    torch.testing.assert_close(found, mlp(x))
    assert torch.autograd.gradcheck(gated, numbers(5, 8))


def test_a_turn_is_that_of_llama_and_so_is_its_gradient():
    angles = numbers(5, 3, seed=2).detach()
    x = numbers(5, 4, 6)
    full = torch.cat([angles, angles], -1)[None]

    expected, _ = apply_rotary_pos_emb(
        x.transpose(0, 1)[None], x.transpose(0, 1)[None], full.cos(), full.sin()
    )

    cos, sin = angles.cos()[:, None], angles.sin()[:, None]
    torch.testing.assert_close(rotated(x, cos, sin), expected[0].transpose(0, 1))
    assert torch.autograd.gradcheck(lambda x: rotated(x, cos, sin), x)
