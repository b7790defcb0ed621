"""Keeps children running until a signal asks it to stop, then stops them all and nobody else.

One thread: it waits for output, a signal or the next thing that is due, and never sleeps past one.
"""

import math
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from commons.supervising.child import PAUSES, Child, Life, Program
from commons.supervising.journal import Journal, Terminal

ASKS_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_WAIT = 0.5  # seconds; how late ``run_until`` may notice what it waits for


class Supervisor:
    """Starts programs in the order in which they are added; stops them together."""

    def __init__(
        self,
        *,
        logs: Path,
        terminal: Terminal,
        pauses: Sequence[float] = PAUSES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.terminal = terminal
        self.asked_to_stop = 0  # how often: the second time means at once
        self._logs = logs
        self._pauses = pauses
        self._clock = clock
        self._children: list[Child] = []
        self._bell, self._rung = socket.socketpair()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Listen to signals; whatever ends this, nothing that was started is left."""
        with self._heeding_signals():
            try:
                yield
            finally:
                self._stop_all()
                for child in self._children:
                    child.journal.close()
                self._bell.close()
                self._rung.close()

    def add(self, program: Program) -> Child:
        child = Child(
            program,
            journal=Journal(self._logs / f"{program.name}.log"),
            terminal=self.terminal,
            pauses=self._pauses,
        )
        self._children.append(child)
        child.start_if_due(self._clock())
        return child

    def run_until(self, reached: Callable[[], bool], *, within: float = math.inf) -> bool:
        """Keep the children running until then; False when time or the user's patience is up."""
        give_up = self._clock() + within
        while not self.asked_to_stop and self._clock() < give_up:
            if reached():
                return True
            self._step()
        return False

    def serve(self) -> None:
        """Keep the children running until a signal asks to stop."""
        self.run_until(lambda: False)

    def _step(self) -> None:
        now = self._clock()
        speaking = {child.output: child for child in self._children if child.output is not None}
        bell = self._rung.fileno()
        ready, _, _ = select.select([bell, *speaking], [], [], self._longest_wait(now))
        for source in ready:
            if source == bell:
                self._rung.recv(4096)
            else:
                speaking[source].read()
        now = self._clock()
        for child in self._children:
            child.ended(now)
            child.kill_if_due(now)
            child.start_if_due(now)

    def _longest_wait(self, now: float) -> float:
        due = [child.wakes_at for child in self._children if child.life is Life.RESTING]
        due += [child.kill_at for child in self._children if child.kill_at is not None]
        return min(LONGEST_WAIT, max(0.0, min(due, default=math.inf) - now))

    def _stop_all(self) -> None:
        """Those that others need last; each has its grace, which a second signal ends."""
        self.terminal.say("laurel", "stopping (Ctrl-C once more: at once)")
        for others_need_it in (False, True):
            wave = [child for child in self._children if child.program.stops_last == others_need_it]
            for child in wave:
                child.stop(self._clock())
            while any(child.life is not Life.DONE for child in wave):
                self._step()
                if self.asked_to_stop > 1:
                    for child in wave:
                        child.hurry(self._clock())

    @contextmanager
    def _heeding_signals(self) -> Iterator[None]:
        def ask(number: int, frame: FrameType | None) -> None:
            self.asked_to_stop += 1  # and nothing said here: it may interrupt what is being said

        def look(number: int, frame: FrameType | None) -> None:
            """A child has ended: only the bell matters."""

        self._bell.setblocking(False)
        self._rung.setblocking(False)
        bell = signal.set_wakeup_fd(self._bell.fileno(), warn_on_full_buffer=False)
        before = {number: signal.signal(number, ask) for number in ASKS_TO_STOP}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, look)
        try:
            yield
        finally:
            signal.set_wakeup_fd(bell)
            for number, handler in before.items():
                signal.signal(number, handler)
