"""Loads what every script of the engine loads, once, and forks a child for each run.

    python -m rewards.engine.nursery FD

Most of a short run is the start of its process: torch, transformers and trl take some seconds of
a processor. Here they are loaded already, and a child has them at once, in memory that it shares.
FD is a socket on which the one that started us asks, one run after the other: a line of JSON
{"module", "folder", "environment"} with three descriptors, the child's standard input, output and
error. Answered are lines of JSON: {"pid"} once it runs, {"code"} once it has ended.

Where there is a GPU nothing is forked: its driver does not survive that. ``{"ready": false}`` says
so, and every run is started by itself, as ever.
"""

import gc
import importlib
import json
import os
import socket
import sys
from pathlib import Path

import torch

from rewards.engine.process import start

SCRIPTS = (  # that a cycle runs; whatever they load is loaded by then
    "evaluate_policy",
    "evaluate_reward",
    "generate",
    "train_best_of_n",
    "train_dpo",
    "train_head",
    "train_policy",
    "train_reward",
    "train_rloo",
    "train_sft",
)
MOST = 1 << 20  # bytes of one request


def main(descriptor: int) -> None:
    line = socket.socket(fileno=descriptor)
    may_fork = not torch.cuda.is_available()
    if may_fork:
        for name in SCRIPTS:
            importlib.import_module(f"rewards.engine.{name}")
        gc.collect()
        gc.freeze()  # what is loaded is not looked through again, and so stays shared
    _say(line, {"ready": may_fork})
    while may_fork and (asked := socket.recv_fds(line, MOST, 3))[0]:
        request, descriptors = json.loads(asked[0]), asked[1]
        child = os.fork()
        if not child:
            line.close()
            _become(request, descriptors)
            return
        for each in descriptors:
            os.close(each)
        _say(line, {"pid": child})
        _, status = os.waitpid(child, 0)
        _say(line, {"code": os.waitstatus_to_exitcode(status)})


def _become(request: dict[str, object], descriptors: list[int]) -> None:
    """Be the script that is asked for, as if it had been started by itself."""
    os.setsid()
    for number, each in enumerate(descriptors):
        os.dup2(each, number)
        os.close(each)
    _take_name(str(request["module"]))
    os.environ.update(request["environment"])  # type: ignore[call-overload]  # the runner's own
    module = importlib.import_module(f"rewards.engine.{request['module']}")
    sys.argv = [str(module.__file__), str(request["folder"]), "--leashed"]
    start(module.main)


def _take_name(module: str) -> None:
    """What ``ps -o comm`` and ``top`` show of it, where that can be said: its command is ours."""
    shown = Path("/proc/self/comm")
    if shown.exists():
        shown.write_text(module[:15])


def _say(line: socket.socket, words: dict[str, object]) -> None:
    line.sendall(json.dumps(words).encode() + b"\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
