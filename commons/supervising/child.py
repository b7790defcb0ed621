"""One program, kept running: started, read, restarted after a growing pause, stopped."""

import math
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial

from commons.supervising.journal import Journal, Terminal
from commons.supervising.parent_death import tie_to

PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0)  # seconds, before each further restart
GOOD_LIFE = 60.0  # seconds; one that lived so long is restarted as if it had never died


@dataclass(frozen=True)
class Program:
    """What is to run, and how it likes to be stopped."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)  # on top of the supervisor's own
    cwd: str | os.PathLike[str] | None = None
    stops_by: signal.Signals = signal.SIGTERM
    grace: float = 10.0  # seconds from that signal to SIGKILL
    stops_last: bool = False  # others need it while they stop
    once: bool = False  # it has done its work when it exits with 0
    hands_on: Sequence[int] = ()  # file descriptors that it inherits
    waits_for: Callable[[], str] = str  # why it cannot start yet; empty when it can


class Life(Enum):
    """Where a child stands. Each line says what lets it leave."""

    WAITING = auto()  # its program's ``waits_for`` says nothing more
    RUNNING = auto()  # the process ends
    RESTING = auto()  # the pause is over
    DONE = auto()  # nothing


class Child:
    """One program's process, its journal and its restarts. Times are seconds of one clock."""

    def __init__(
        self,
        program: Program,
        *,
        journal: Journal,
        terminal: Terminal,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self.program = program
        self.journal = journal
        self.life = Life.WAITING
        self.wakes_at = 0.0
        self.kill_at: float | None = None  # set when it was asked to stop
        self._terminal = terminal
        self._pauses = pauses
        self._deaths = 0
        self._waits_for = ""
        self._started_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> int | None:
        """The descriptor to read what the process says from."""
        pipe = self._process.stdout if self._process else None
        return pipe.fileno() if pipe and not pipe.closed else None

    def start_if_due(self, now: float) -> bool:
        """Start when nothing keeps it from starting; say whether it did."""
        if self.life not in (Life.WAITING, Life.RESTING) or now < self.wakes_at:
            return False
        if waits_for := self.program.waits_for():
            if waits_for != self._waits_for:
                self._say(f"waits: {waits_for}")
            self._waits_for = waits_for
            self.wakes_at = now + 1.0
            return False
        self._start(now)
        return True

    def read(self) -> bool:
        """Take down what the process has said by now; False when there was nothing."""
        if (handle := self.output) is None or self._process is None:
            return False
        try:
            chunk = os.read(handle, 65_536)
        except BlockingIOError:
            return False
        for line in self.journal.keep(chunk):
            self._say(line)
        if not chunk and self._process.stdout:  # the end: nobody can say anything any more
            self._process.stdout.close()
        return bool(chunk)

    def ended(self, now: float) -> bool:
        """Say whether the process has just ended, and settle what follows from it."""
        if self._process is None or (code := self._process.poll()) is None:
            return False
        self._sweep(self._process)
        while self.read():
            pass
        if self._process.stdout:
            self._process.stdout.close()
        self._process = None
        if self.kill_at is not None:
            self.life = Life.DONE
        elif self.program.once and code == 0:
            self.life = Life.DONE
            self._say(": ".join(["done", *self.journal.last_lines()[-1:]]))
        else:
            self._rest(now, code)
        return True

    def stop(self, now: float) -> None:
        """Ask the process to end; ``kill_if_due`` insists after the program's grace."""
        if self.kill_at is not None:
            return
        self.kill_at = now + self.program.grace
        if self._process is None:
            self.life = Life.DONE
        else:
            self._process.send_signal(self.program.stops_by)

    def hurry(self, now: float) -> None:
        """End the process's grace."""
        if self.kill_at is not None:
            self.kill_at = min(self.kill_at, now)

    def kill_if_due(self, now: float) -> None:
        if self._process is not None and self.kill_at is not None and now >= self.kill_at:
            self._say("did not stop in time: killed")
            self._sweep(self._process)
            self.kill_at = math.inf

    def _start(self, now: float) -> None:
        process = subprocess.Popen(
            self.program.argv,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.program.env},
            cwd=self.program.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=tuple(self.program.hands_on),
            start_new_session=True,  # a group of its own: Ctrl-C reaches the supervisor alone
            preexec_fn=partial(tie_to, os.getpid()),  # noqa: PLW1509  # two system calls
        )
        if process.stdout:
            os.set_blocking(process.stdout.fileno(), False)
        self._process = process
        self.life, self._started_at, self._waits_for = Life.RUNNING, now, ""
        self._say(f"started (process {process.pid})")

    def _rest(self, now: float, code: int) -> None:
        if now - self._started_at >= GOOD_LIFE:
            self._deaths = 0
        pause = self._pauses[min(self._deaths, len(self._pauses) - 1)]
        self._deaths += 1
        self.life, self.wakes_at = Life.RESTING, now + pause
        for line in self.journal.last_lines():
            self._say(f"  {line}")
        self._say(f"{death(code)}; again in {pause:g} s; its log is {self.journal.path}")

    def _sweep(self, process: subprocess.Popen[bytes]) -> None:
        """End whatever is left of the group that this child led, and nothing else."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    def _say(self, what: str) -> None:
        self._terminal.say(self.program.name, what)


def death(code: int) -> str:
    """An exit status in words."""
    if code >= 0:
        return f"ended with status {code}"
    return f"was killed by {signal.Signals(-code).name}"
