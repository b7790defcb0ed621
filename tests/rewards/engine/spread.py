"""A script for several processes that loads no torch: what each does is said in the run's config.

python -m tests.rewards.engine.spread RUN_DIR --leashed
python -m tests.rewards.engine.spread CONFIG RUN_DIR   holds such a run, as the train worker does
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

from commons.sentences import sentence as _
from rewards import runner
from rewards.engine import process
from rewards.engine.errors import BadConfig
from rewards.engine.process import start
from rewards.engine.progress import report
from rewards.runner import LAUNCHER, Progress, run_engine

SCRIPT = "tests.rewards.engine.spread"


def words(module: str, folder: Path, accelerate: Path | None) -> list[str]:
    """In place of the runner's own, so that it starts this script."""
    return [LAUNCHER, str(accelerate), SCRIPT, str(folder)]


def pids(folder: Path) -> list[int]:
    """Those of the processes that have begun."""
    return [int(file.read_text()) for file in sorted(folder.glob("pid-*"))]


def main(folder: Path) -> None:
    rank = os.environ.get("RANK", "0")
    aside = folder / f"aside-{rank}"
    aside.write_text(str(os.getpid()))
    aside.rename(folder / f"pid-{rank}")
    match json.loads((folder / "config.json").read_text())["each"][int(rank)]:
        case "refuse":
            raise BadConfig(_("%(what)s is missing; bring it.", what="the base"))
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "crash":
            raise MemoryError("no room")
        case "end":
            report(1, 1, _("done"))
            (folder / "result.json").write_text("{}")
        case _:
            time.sleep(300)  # hangs, as in a driver: longer than any test waits


def deaf() -> None:
    """Not to follow the leash, as a process that hangs in its driver."""


if __name__ == "__main__":
    if sys.argv[-1] == "--leashed":
        if "deaf" in Path(sys.argv[1], "config.json").read_text() and os.environ["RANK"] == "1":
            process._follow_stdin = deaf
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        start(main)
    else:
        runner._words = words
        asked = {"each": ["wait", "wait"]}

        def listen(said: Progress) -> bool:
            return True

        run_engine("train_reward", Path(sys.argv[2]), asked, listen, accelerate=Path(sys.argv[1]))
