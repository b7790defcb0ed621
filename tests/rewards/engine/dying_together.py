"""train_reward with a checkpoint at each step; the first time, the second of its processes is
killed by -9 once that of the third is whole.

python -m tests.rewards.engine.dying_together RUN_DIR --leashed
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from rewards.engine import training
from rewards.engine.process import start
from rewards.engine.train_reward import main
from rewards.engine.training import MARKER, Watch


def die_at(step: int, once: Path) -> None:
    save = Watch.on_save

    def save_and_die(self: Watch, args: Any, state: Any, control: Any, **rest: object) -> None:
        save(self, args, state, control, **rest)
        if state.global_step == step and not once.exists():
            while not (Path(args.output_dir) / f"checkpoint-{step}" / MARKER).exists():
                pass  # the other one puts it there
            once.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    Watch.on_save = save_and_die  # type: ignore[method-assign]


if __name__ == "__main__":
    training.SECONDS_BETWEEN_CHECKPOINTS = 0.0
    if os.environ["RANK"] == "1":
        die_at(3, Path(sys.argv[1]) / "died")
    start(main)
