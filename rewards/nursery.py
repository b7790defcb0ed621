"""Starts of the engine that share what they load: see ``rewards.engine.nursery``.

    with shared_starts(): run_engine(...); run_engine(...)

The first run within it starts the process that loads everything, the others find it there; it ends
with the block, or with us, however we die. Any trouble with it means a start as ever, of a run
that it has begun as well: how that one ended nobody can say.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]  # where ``rewards.engine`` can be imported from
FORKED = frozenset(  # the others are asked for by themselves, or want their environment earlier
    {
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
    }
)
FORKING = 30.0  # seconds; it takes milliseconds, and on a busy machine some more


class NurseryGone(Exception):
    """It cannot be asked any more."""


@dataclass
class Forked:
    """A child of the nursery, with what of ``subprocess.Popen`` the runner needs."""

    pid: int
    stdin: IO[bytes]
    stdout: IO[bytes]
    nursery: "Nursery"
    returncode: int | None = None
    is_lost: bool = False  # the nursery died before it, and its exit code with it

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code. Where nobody is left to tell it, the child is killed."""
        if self.returncode is None:
            try:
                self.returncode = int(str(self.nursery.hear(timeout)["code"]))
            except TimeoutError as late:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0) from late
            except NurseryGone:
                with suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
                self.returncode, self.is_lost = -signal.SIGKILL, True
        return self.returncode


@dataclass
class Nursery:
    """The process that has everything loaded, and our end of the line to it."""

    process: "subprocess.Popen[bytes]"
    line: socket.socket
    heard: bytes = field(default=b"", init=False)
    may_fork: bool | None = field(default=None, init=False)  # None: it has not said so yet

    @classmethod
    def begin(cls, environment: Mapping[str, str]) -> "Nursery":
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "rewards.engine.nursery", str(theirs.fileno())],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        return cls(process, ours)

    def is_ready(self, timeout: float) -> bool | None:
        """Whether children may be asked for; None while it is still loading."""
        if self.may_fork is None:
            try:
                self.may_fork = bool(self.hear(timeout)["ready"])
            except TimeoutError:
                return None
            except NurseryGone:
                self.may_fork = False
        return self.may_fork

    def fork(self, module: str, folder: Path, environment: Mapping[str, str], log: int) -> Forked:
        """Ask for a child; raises ``NurseryGone`` before anything has begun."""
        leash, held = os.pipe()
        said, says = os.pipe()
        asked = {"module": module, "folder": str(folder), "environment": dict(environment)}
        try:
            socket.send_fds(self.line, [json.dumps(asked).encode()], [leash, says, log])
            pid = int(str(self.hear(FORKING)["pid"]))
        except (OSError, NurseryGone) as gone:  # TimeoutError is one
            self.may_fork = False
            os.close(held)
            os.close(said)
            raise NurseryGone(str(gone)) from gone
        finally:
            os.close(leash)
            os.close(says)
        return Forked(pid, os.fdopen(held, "wb", 0), os.fdopen(said, "rb", 0), self)

    def hear(self, timeout: float | None) -> dict[str, object]:
        """The next line that it says."""
        self.line.settimeout(timeout)
        while b"\n" not in self.heard:
            try:
                more = self.line.recv(4096)
            except TimeoutError:  # an OSError as well
                raise
            except OSError as broken:
                raise NurseryGone(str(broken)) from broken
            if not more:
                raise NurseryGone("it has ended")
            self.heard += more
        first, _, self.heard = self.heard.partition(b"\n")
        return dict(json.loads(first))

    def end(self) -> None:
        self.line.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Shared:
    """What the runs of one block share; begun by the first of them."""

    nursery: Nursery | None = None


SHARED: ContextVar[Shared | None] = ContextVar("shared starts of the engine", default=None)


@contextmanager
def shared_starts() -> Iterator[None]:
    """Let the runs within share what they load."""
    shared = Shared()
    before = SHARED.set(shared)
    try:
        yield
    finally:
        SHARED.reset(before)
        if shared.nursery is not None:
            shared.nursery.end()


def nursery_for(module: str, environment: Mapping[str, str]) -> Nursery | None:
    """The nursery of the block that we are in, where it has this script; None outside of one."""
    shared = SHARED.get()
    if shared is None or module not in FORKED:
        return None
    if shared.nursery is None:
        shared.nursery = Nursery.begin(environment)
    return shared.nursery
