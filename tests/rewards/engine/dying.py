"""A script that is killed by -9 once the checkpoint of a step is whole; one is made at each step.

python -m tests.rewards.engine.dying STEP MODULE RUN_DIR
"""

import importlib
import os
import signal
import sys
from typing import Any

from rewards.engine import training
from rewards.engine.process import start
from rewards.engine.training import Watch


def _die_at(step: int) -> None:
    save = Watch.on_save

    def save_and_die(self: Watch, args: Any, state: Any, control: Any, **rest: object) -> None:
        save(self, args, state, control, **rest)
        if state.global_step == step:
            os.kill(os.getpid(), signal.SIGKILL)

    training.SECONDS_BETWEEN_CHECKPOINTS = 0.0
    Watch.on_save = save_and_die  # type: ignore[method-assign]


if __name__ == "__main__":
    _die_at(int(sys.argv.pop(1)))
    start(importlib.import_module(sys.argv.pop(1)).main)
