"""The layers between attentions, with their gradients written out.

Autograd would keep several copies of each activation and walk over memory once for every product
in a formula; on two cores those walks take as long as the matrix products. Each function here
says its derivative; the tests check them by differences in float64.
"""

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional


class _Normed(torch.autograd.Function):
    """y = w x / rms(x), with 1 / rms computed in float32 (Zhang and Sennrich 2019, eq. 4).

    Rows may be wider numbers than ``weight``: y and dw have the weight's type, dx the rows'.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, eps: float) -> Tensor:
        root = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=_wide(x))  # (T, 1)
        scale = root.square_().div_(x.shape[-1]).add_(eps).rsqrt_().to(x.dtype)
        ctx.save_for_backward(x, weight, scale)
        return (x * scale).mul_(weight).to(weight.dtype)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None]:
        """With n = x / rms and h = w g: dx = (h - n mean(h n)) / rms, dw = sum over rows of g n."""
        x, weight, scale = ctx.saved_tensors
        grad = grads[0].to(x.dtype)
        unit = x * scale
        both = grad * unit
        along = (both @ weight.to(x.dtype)).div_(x.shape[-1]).unsqueeze(-1)  # (T, 1)
        towards = torch.addcmul(grad * weight, unit, along, value=-1).mul_(scale)
        return towards, both.flatten(0, -2).sum(0).to(weight.dtype), None


class _Gated(torch.autograd.Function):
    """silu(gate) * up, for both halves side by side (T, 2 F) (Shazeer 2020, SwiGLU)."""

    @staticmethod
    def forward(ctx: Any, halves: Tensor) -> Tensor:
        gate, up = halves.chunk(2, -1)
        opened = functional.silu(gate)
        ctx.save_for_backward(halves, opened)
        return opened * up

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        halves, opened = ctx.saved_tensors
        (grad,) = grads
        gate, up = halves.chunk(2, -1)
        towards = torch.empty_like(halves)
        towards_gate, towards_up = towards.chunk(2, -1)
        torch.mul(opened, grad, out=towards_up)
        torch.ops.aten.silu_backward.grad_input(grad * up, gate, grad_input=towards_gate)
        return towards


class _Rotated(torch.autograd.Function):
    """Rotary embedding (Su et al. 2021): halves (a, b) of a head turn to (a c - b s, b c + a s)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        ctx.save_for_backward(cos, sin)
        return _turn(x, cos, sin, 1)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        cos, sin = ctx.saved_tensors
        return _turn(grads[0], cos, sin, -1), None, None


def _turn(x: Tensor, cos: Tensor, sin: Tensor, way: int) -> Tensor:
    turned = torch.empty_like(x)
    (a, b), (to_a, to_b) = x.chunk(2, -1), turned.chunk(2, -1)
    torch.mul(a, cos, out=to_a).addcmul_(b, sin, value=-way)
    torch.mul(b, cos, out=to_b).addcmul_(a, sin, value=way)
    return turned


def _wide(x: Tensor) -> torch.dtype:
    return torch.float64 if x.dtype == torch.float64 else torch.float32


def normed(norm: nn.Module, x: Tensor) -> Tensor:
    """What a model's own RMSNorm makes of rows ``x`` (..., D)."""
    return cast(Tensor, _Normed.apply(x, norm.weight, cast(float, norm.variance_epsilon)))


def gated(halves: Tensor) -> Tensor:
    """silu of the first half of each row (..., 2 F) times the second half: (..., F)."""
    return cast(Tensor, _Gated.apply(halves))


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Heads ``x`` (T, H, D) turned by their positions; ``cos`` and ``sin`` are (T, 1, D / 2)."""
    return cast(Tensor, _Rotated.apply(x, cos, sin))


def side_by_side(x: Tensor, *linears: Any) -> Tensor:
    """The outputs of several linear layers on ``x``, joined along the last axis.

    Plain layers become one matrix product; what adapters or quantisation wrap is called as it is.
    """
    if not all(is_plain(linear) for linear in linears):
        return torch.cat([linear(x) for linear in linears], -1)
    weight = torch.cat([linear.weight for linear in linears])
    biases = [linear.bias for linear in linears]
    bias = None if biases[0] is None else torch.cat(biases)
    return functional.linear(x, weight, bias)


def is_plain(linear: nn.Module) -> bool:
    return type(linear) is nn.Linear
