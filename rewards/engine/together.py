"""What several processes that ``accelerate launch`` started do as one, each with the whole model.

    agreed: all take what the main process found · of_main: it alone works, all get the result
    shared_out: each works at its part, all get all results · share_of_step: a step stays what it is

Data parallel only. What shards a policy (FSDP, DeepSpeed) is refused: samples, looks and folders
are made from whole weights.
"""

from collections.abc import Callable, Iterator, Sequence
from math import gcd
from typing import TypeVar, cast

import torch
from accelerate import PartialState
from accelerate.utils import (
    broadcast,
    broadcast_object_list,
    gather_object,
    parse_flag_from_env,
)
from torch import nn

from commons.sentences import sentence as _
from rewards.engine.errors import BadConfig
from rewards.engine.progress import is_main

T = TypeVar("T")
R = TypeVar("R")


def is_sharded() -> bool:
    """Whether the launcher's config asks for FSDP or DeepSpeed; it says so in the environment."""
    return any(map(parse_flag_from_env, ("ACCELERATE_USE_FSDP", "ACCELERATE_USE_DEEPSPEED")))


def meet(*, shards: bool = False) -> PartialState:
    """Find the processes that were launched with this one, before anything is said or loaded.

    It also gives each its own GPU, on which everything is placed from then on. Without a GPU this
    has to be said: accelerate would take every process for one that is alone.
    """
    if is_sharded() and not shards:
        raise BadConfig(
            _(
                "a policy is not trained in shards: launch this without FSDP and without "
                "DeepSpeed, so that each GPU holds it whole, or choose a smaller base."
            )
        )
    return PartialState(cpu=not torch.cuda.is_available())


def agreed(value: T) -> T:
    """The main process's value, on all of them."""
    told = [value]
    broadcast_object_list(told)
    return told[0]


def of_main(work: Callable[[], T]) -> T:
    """What the main process alone does, and all wait for."""
    return cast(T, agreed(work() if is_main() else None))


def shared_out(items: Sequence[T], work: Callable[[T], R]) -> Iterator[list[R]]:
    """The results in the order of the items, a round at a time: each process works at one item.

    Alone, a round is one item. All processes get all results.
    """
    together = PartialState()
    for at in range(0, len(items), together.num_processes):
        mine = items[at : at + together.num_processes][together.process_index :][:1]
        yield cast(list[R], gather_object([work(item) for item in mine]))


def share_of_step(at_once: int, accumulate: int) -> tuple[int, int]:
    """Rows at once and how many times, for each process: all together make the step of one."""
    processes = PartialState().num_processes
    in_turn = gcd(accumulate, processes)
    beside = processes // in_turn
    if at_once % beside:
        raise BadConfig(
            _(
                "a step of %(step)s (%(times)s times %(at_once)s at once) cannot be shared evenly "
                "by %(processes)s processes; launch fewer, or make the step larger.",
                step=at_once * accumulate,
                times=accumulate,
                at_once=at_once,
                processes=processes,
            )
        )
    return at_once // beside, accumulate // in_turn


def spread(model: nn.Module) -> None:
    """Give the main process's weights to all."""
    for weight in model.state_dict().values():
        broadcast(weight)
