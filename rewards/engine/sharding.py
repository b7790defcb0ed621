"""A reward model that is sharded over processes (FSDP, DeepSpeed): its digits, and it as a whole.

DeepSpeed is loaded where it is asked for: it is a package of GPUs' hosts.
"""

import importlib
from dataclasses import replace
from typing import Any

import torch
from accelerate.utils import FullyShardedDataParallelPlugin
from torch import Tensor, nn
from torch.distributed.fsdp import FSDPModule
from transformers.integrations.deepspeed import unset_hf_deepspeed_config

from rewards.engine.progress import is_main


def keep_digits(plugin: FullyShardedDataParallelPlugin) -> None:
    """Let FSDP round weights on their way, and neither what goes into a loss nor what comes out.

    By accelerate's policy it rounds all that passes a module's door to bfloat16 as well: labels
    and covariates, rewards and losses, buffers, sums of gradients over the processes.
    """
    policy = plugin.mixed_precision_policy
    if policy is None:
        return
    full = {"reduce_dtype": torch.float32, "cast_forward_inputs": False}
    if plugin.fsdp_version == 1:
        more = {"buffer_dtype": torch.float32, "cast_root_forward_inputs": False}
        plugin.mixed_precision_policy = replace(policy, **full, **more)
    else:
        plugin.mixed_precision_policy = replace(policy, **full, output_dtype=None)


def reshard(model: nn.Module) -> None:
    """Take back what a forward pass without a backward pass has left whole.

    FSDP leaves what is around the layers whole until a gradient has passed it, and whole weights
    cannot be loaded over.
    """
    for module in model.modules():
        if isinstance(module, FSDPModule):
            module.reshard()


def whole_of(model: nn.Module) -> dict[str, Tensor]:
    """The state of a model that DeepSpeed shards, in float32 on the CPU of the main process.

    A parameter at a time, from what learnt: the model's own are rounded copies of it, or empty.
    From then on whoever loads a model loads a whole one; until then it would be sharded, too.
    """
    deepspeed: Any = importlib.import_module("deepspeed")
    state = {name: value.float().cpu() for name, value in model.state_dict().items()}
    for name, weight in model.named_parameters():
        with deepspeed.zero.GatheredParameters(weight, enabled=not weight.requires_grad):
            learnt = deepspeed.utils.safe_get_full_fp32_param(weight)
            whole = weight.detach() if learnt is None else learnt
            state[name] = whole.float().cpu() if is_main() else whole[:0]
    unset_hf_deepspeed_config()
    return state if is_main() else {}
