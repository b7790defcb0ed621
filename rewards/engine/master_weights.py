"""AdamW on float32 weights of which the model computes with one bfloat16 copy, made anew each step.

Autocast rounds every weight again in every forward pass and keeps its gradients in float32. Here
the model's own parameters are the bfloat16 copy; the weights that learn (the masters) and both
moments live in the optimiser, in float32, and come back by ``to_float32`` before a model is saved.
A step smaller than bfloat16 can see is thus never lost (Micikevicius et al. 2018, section 3.1).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, overload

import torch
from torch import Tensor, nn
from torch.optim.optimizer import Optimizer, ParamsT

AT_ONCE = 1 << 18  # numbers; their gradients in float32 stay in a core's cache
MASTER, FIRST, SECOND, STEP = "master", "exp_avg", "exp_avg_sq", "step"


class MasterAdamW(Optimizer):
    """Decoupled weight decay (Loshchilov and Hutter 2019), the fused kernel, float32 throughout.

    Takes parameters in float32 and leaves bfloat16 copies in their place, but for groups with
    ``exact=True``: those compute in float32 and are their own masters (a reward's last product).
    Give it to ``Trainer`` as ``optimizers=(optimizer, None)``, with ``bf16=False``: there is
    nothing left for autocast to do. Gradients of several backward passes add up in bfloat16.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1e-5,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**defaults, "exact": False})
        for group in self.param_groups:
            for weight in group["params"]:
                self.state[weight] = _begun(weight, exact=group["exact"])
                if not group["exact"]:
                    weight.data = weight.data.to(torch.bfloat16)

    @overload
    def step(self, closure: None = None) -> None: ...
    @overload
    def step(self, closure: Callable[[], float]) -> float: ...
    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    _descend(weight, self.state[weight], group)
        return loss

    @torch.no_grad()
    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take masters and moments as they were saved, and copy the weights from the masters.

        Torch would cast each to its parameter's type: masters to bfloat16.
        """
        super().load_state_dict(dict(state_dict))
        kept = state_dict["state"]
        for number, weight in enumerate(self._weights()):
            for name, value in kept[number].items():
                self.state[weight][name] = value.to(weight.device, copy=True)
            if MASTER in kept[number]:
                weight.copy_(self.state[weight][MASTER])

    @torch.no_grad()
    def to_float32(self, model: nn.Module) -> None:
        """Put the masters into ``model``, and all else that it holds into float32: to be saved."""
        for weight in self._weights():
            if MASTER in self.state[weight]:
                weight.grad = None
                weight.data = self.state[weight][MASTER]
        model.float()

    def _weights(self) -> Iterable[Tensor]:
        return (weight for group in self.param_groups for weight in group["params"])


def _begun(weight: Tensor, *, exact: bool) -> dict[str, Tensor]:
    if weight.dtype != torch.float32:
        raise TypeError(f"master weights begin in float32, not {weight.dtype}; load the model so")
    now = weight.detach()
    moments = {
        FIRST: torch.zeros_like(now),
        SECOND: torch.zeros_like(now),
        STEP: torch.zeros((), device=now.device),
    }
    return moments if exact else {MASTER: now.clone(), **moments}


def _descend(weight: Tensor, state: Mapping[str, Tensor], group: Mapping[str, Any]) -> None:
    """One step for one weight, a stretch at a time, and its copy in bfloat16 written anew."""
    state[STEP].add_(1)
    master = state.get(MASTER, weight.detach()).view(-1)
    copy, grad = weight.detach().view(-1), weight.grad.reshape(-1)  # type: ignore[union-attr]
    first, second = state[FIRST].view(-1), state[SECOND].view(-1)
    for begin in range(0, len(master), AT_ONCE):
        part = slice(begin, begin + AT_ONCE)
        torch._fused_adamw_(
            [master[part]],
            [grad[part].float()],
            [first[part]],
            [second[part]],
            [],
            [state[STEP]],
            amsgrad=False,
            lr=group["lr"],
            beta1=group["betas"][0],
            beta2=group["betas"][1],
            weight_decay=group["weight_decay"],
            eps=group["eps"],
            maximize=False,
        )
        if MASTER in state:
            copy[part].copy_(master[part])
