"""train_reward in shards on CPUs, with products in DTYPE; one of its processes dies if DIES is set.

python -m tests.rewards.engine.sharded RUN_DIR --leashed

accelerate asks for GPUs before it shards, and would give each process on a CPU the whole model.
Here it takes CPUs for them; all that torch does from there on is what it does on GPUs.
"""

import os
import sys
from pathlib import Path

import torch
from accelerate import PartialState
from accelerate.utils import DistributedType

from rewards.engine import train_reward, training
from rewards.engine.process import start
from tests.rewards.engine.dying_together import die_at

AS_GPUS = {DistributedType.MULTI_CPU: DistributedType.MULTI_GPU}


def take_cpus_for_gpus() -> None:
    place = PartialState.set_device

    def place_and_take(self: PartialState) -> None:
        place(self)
        self.distributed_type = AS_GPUS.get(self.distributed_type, self.distributed_type)

    PartialState.set_device = place_and_take


def multiply_in(dtype: torch.dtype) -> None:
    """Whatever this machine's hardware would choose."""
    for module in (training, train_reward):
        module.fast_dtype = lambda: dtype  # type: ignore[attr-defined]


if __name__ == "__main__":
    take_cpus_for_gpus()
    multiply_in(getattr(torch, os.environ["DTYPE"]))
    if "DIES" in os.environ:
        training.SECONDS_BETWEEN_CHECKPOINTS = 0.0
        if os.environ["RANK"] == "1":
            die_at(3, Path(sys.argv[1]) / "died")
    start(train_reward.main)
