"""What children say: all of it into a file each; what a user should read onto the terminal too."""

import re
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import TextIO

LIMIT = 5_000_000  # bytes; then a new file begins and the one before the last is dropped

# Errors, as Django and Celery mark them and as gunicorn does; and what is said to the user.
FOR_THE_USER = re.compile(
    r"\d{4}-\d\d-\d\d [\d:,]+ (ERROR|CRITICAL) |\[[^\]]+\] \[\d+\] \[(ERROR|CRITICAL)\] |== "
)


class Terminal:
    """One clean line an event: the time, who, what."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def say(self, who: str, what: str) -> None:
        with suppress(OSError):  # nobody reads any more; the work goes on
            self._out.write(f"{time.strftime('%H:%M:%S')} {who:<8} {what}\n")
            self._out.flush()


class Journal:
    """One child's log file, which never grows beyond twice the limit."""

    def __init__(self, path: Path, *, limit: int = LIMIT, remembers: int = 5) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = path
        self._limit = limit
        self._file = path.open("ab")
        self._rest = b""
        self._last: deque[str] = deque(maxlen=remembers)

    def keep(self, chunk: bytes) -> list[str]:
        """Write it down, and return the lines that a user should read."""
        if self._file.tell() + len(chunk) > self._limit:
            self._turn_over()
        self._file.write(chunk)
        self._file.flush()

        *whole, self._rest = (self._rest + chunk).split(b"\n")
        lines = [line.decode(errors="replace").rstrip() for line in whole]
        self._last.extend(line for line in lines if line)
        return [line for line in lines if FOR_THE_USER.match(line)]

    def last_lines(self) -> list[str]:
        """What the child said last, for the moment when it has died."""
        if self._rest.strip():
            return [*self._last, self._rest.decode(errors="replace").rstrip()]
        return list(self._last)

    def close(self) -> None:
        self._file.close()

    def _turn_over(self) -> None:
        self._file.close()
        self.path.replace(self.path.with_suffix(".old.log"))
        self._file = self.path.open("ab")
