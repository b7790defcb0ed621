"""Starts a script in several processes of this host, as a config of accelerate says, and is them
to whoever started it: one leash, one exit code.

    python -m rewards.engine.launching CONFIG SCRIPT RUN_DIR < leash
    python -m rewards.engine.launching CONFIG           does accelerate read it? refused in words

1. read the config, refusing in words what accelerate refuses
2. put a leash of our own before the processes, as their standard input: it is dropped when the one
   that holds us is, and when we die, however we die. Each of them leads a session of its own
   (torchrun's way), so that no signal to our group reaches it
3. start them; the first that fails ends all. Their stdout and stderr are ours
4. end as they did: 2 where one refused, by the same signal where one was killed

Exit codes are those of ``process``.
"""

import os
import signal
import subprocess
import sys
import threading
from argparse import Namespace
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import psutil
import torch
import yaml
from accelerate.commands.launch import (
    _validate_launch_command,
    launch_command,
    launch_command_parser,
)
from torch.distributed.elastic.multiprocessing import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError, ProcessFailure

from commons.sentences import sentence as _
from rewards.engine.errors import BadConfig, EngineError, wrong_with
from rewards.engine.process import LEASH_DROPPED, REFUSED, refuse

PATIENCE = 5.0  # seconds that they have to end by themselves; our own holder waits for ten
ENDED_BY_US = -signal.SIGTERM  # how torchrun ends the others when one has failed
SOON = 1  # seconds after the first failure; torchrun's own SIGKILL comes after thirty
ANY = ["rewards.engine.train_reward", "."]  # where a config alone is read


def main(config: Path, script: str, folder: Path) -> int:
    """Carry out ``script`` on ``folder`` in these processes, and say how they ended."""
    asked = read(config, [script, str(folder), "--leashed"])
    leash = Leash()
    try:
        launch_command(asked)
        code = 0
    except ChildFailedError as failed:
        code = code_of(failed.failures.values())
    except subprocess.CalledProcessError as failed:  # of a single one, which has no torchrun
        code = failed.returncode
    except SignalException as ended:
        code = -ended.sigval
    if leash.is_dropped:
        leash.follower.join()  # which ends us
    return code


def read(config: Path, words: list[str]) -> Namespace:
    """What accelerate is asked for: this config, and a script with its words."""
    asked = launch_command_parser().parse_args(["--config_file", str(config), "-m", *words])
    try:
        told, *_rest = _validate_launch_command(Namespace(**vars(asked)))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError) as odd:
        raise BadConfig(
            _(
                "accelerate does not read %(config)s, by which trainings are started; mend it, "
                "then retry: %(why)s",
                config=str(config),
                why=wrong_with(odd),
            )
        ) from odd
    here = told.num_processes // told.num_machines
    if 0 < torch.cuda.device_count() < here:
        raise BadConfig(
            _(
                "%(config)s asks for %(wanted)s processes on this host, which has %(seen)s GPUs "
                "that can be seen; lower num_processes, then retry.",
                config=str(config),
                wanted=here,
                seen=torch.cuda.device_count(),
            )
        )
    if told.num_machines == 1 and told.main_process_port is None:
        asked.main_process_port = 0  # a free one: other trainings may meet on this host
    return asked


class Leash:
    """What holds us, passed on to those that we start."""

    def __init__(self) -> None:
        self.is_dropped = False
        self.held_by = os.dup(0)
        held, self.holds = os.pipe()
        os.dup2(held, 0)  # what they inherit
        os.close(held)
        self.follower = threading.Thread(target=self._follow, daemon=True)
        self.follower.start()

    def _follow(self) -> None:
        """Let them go when we are let go, and end behind the last of them."""
        while os.read(self.held_by, 1024):
            pass
        self.is_dropped = True
        os.close(self.holds)
        _ended, left = psutil.wait_procs(psutil.Process().children(recursive=True), PATIENCE)
        for each in left:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        os._exit(LEASH_DROPPED)


def code_of(failures: Iterable[ProcessFailure]) -> int:
    """Of several exit codes the one that says why.

    A refusal before all, for it has words; then SIGKILL, since the neighbours of who is killed
    crash for want of it; then that of whoever failed first.
    """
    in_order = sorted(failures, key=lambda failure: failure.timestamp)
    if any(each.exitcode == REFUSED for each in in_order):
        return REFUSED
    first = in_order[0]
    soon = [each.exitcode for each in in_order if each.timestamp <= first.timestamp + SOON]
    by_themselves = [code for code in soon if code != ENDED_BY_US] or [ENDED_BY_US]
    return -signal.SIGKILL if -signal.SIGKILL in by_themselves else by_themselves[0]


def end_as(code: int) -> NoReturn:
    """End this process by an exit code of ``subprocess``: below 0, by that signal."""
    if code < 0:
        with suppress(OSError):  # SIGKILL is always its own
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


def start(words: list[str]) -> NoReturn:
    match words:
        case [config]:
            try:
                read(Path(config), ANY)
            except EngineError as refused:
                print(f"refused: {refused}", file=sys.stderr)
                sys.exit(REFUSED)
            sys.exit()
        case [config, script, folder]:
            try:
                code = main(Path(config), script, Path(folder))
            except EngineError as refused:
                refuse(Path(folder), refused)
            end_as(code)
        case _:
            sys.exit("usage: python -m rewards.engine.launching CONFIG [SCRIPT RUN_DIR]")


if __name__ == "__main__":
    start(sys.argv[1:])
