"""One supervisor a state folder, and where it can be found.

The lock is the kernel's: it ends with the process that holds it, even by ``kill -9``, so there is
no stale lock to clear away. What stands beside it is read only while the lock is held.
"""

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

PATIENCE = 1.0  # seconds; a reader's glance at the lock lasts microseconds


@dataclass(frozen=True)
class Running:
    """What a running supervisor tells of itself."""

    pid: int
    broker: str = ""  # URL of the broker that it started; empty for the file system's
    address: str = ""  # where the web process answers; empty until it does


class AlreadyRunning(RuntimeError):
    def __init__(self, there: Running | None) -> None:
        where = f" at {there.address}" if there and there.address else ""
        who = f" (process {there.pid})" if there else ""
        stop = f"`kill {there.pid}`" if there else "Ctrl-C there"
        super().__init__(f"Laurel already runs here{where}{who}; stop it first: {stop}.")


class State:
    """The folder in which a supervisor says that it runs; only the holder of the lock writes."""

    def __init__(self, var: Path) -> None:
        self.folder = var / "run"
        self._lock = self.folder / "up.lock"
        self._said = self.folder / "up.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock.open("w") as lock:  # closed, and so unlocked, whatever ends the process
            give_up = time.monotonic() + PATIENCE
            while not _locked(lock.fileno(), fcntl.LOCK_EX):
                if time.monotonic() > give_up:
                    raise AlreadyRunning(self.read())
                time.sleep(PATIENCE / 20)
            self._said.unlink(missing_ok=True)  # left by one that was killed
            try:
                yield
            finally:
                self._said.unlink(missing_ok=True)

    def say(self, running: Running) -> None:
        aside = self._said.with_suffix(".new")
        aside.write_text(json.dumps(asdict(running)), encoding="utf-8")
        aside.replace(self._said)

    def read(self) -> Running | None:
        """What the supervisor said, or None when none runs here."""
        with suppress(FileNotFoundError), self._lock.open() as lock:
            if _locked(lock.fileno(), fcntl.LOCK_SH):
                return None
            return Running(**json.loads(self._said.read_text(encoding="utf-8")))
        return None


def running_broker(var: Path) -> str:
    """URL of the broker that a supervisor runs over this state folder; empty when none does."""
    there = State(var).read()
    return there.broker if there else ""


def _locked(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
