"""What is seen of a long copy: at a terminal one line that moves, in a log one line a step."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import OutputWrapper

from commons.backing_up.archive import Heard

OFTEN = 0.2  # seconds
MB = 1_000_000
TO_THE_END = "\x1b[K"  # clears the rest of the line


@contextmanager
def told(out: OutputWrapper) -> Iterator[Heard]:
    """Yield what may be called for every chunk, and writes seldom."""
    teller = Teller(out)
    yield teller
    teller.end()


class Teller:
    def __init__(self, out: OutputWrapper) -> None:
        self._out, self._moves = out, out.isatty()
        self._doing, self._at = "", 0.0

    def __call__(self, doing: str, done: int, total: int) -> None:
        if doing != self._doing:
            self.end()
            self._doing, self._at = doing, 0.0
            if not self._moves:
                self._out.write(doing)
        if self._moves and time.monotonic() - self._at > OFTEN:
            self._at = time.monotonic()
            of = f" of {in_mb(total)}" if total else ""
            self._out.write(f"\r{doing}: {in_mb(done)}{of}{TO_THE_END}", ending="")

    def end(self) -> None:
        if self._doing and self._moves:
            self._out.write("")


def in_mb(count: int) -> str:
    return f"{count / MB:,.1f} MB"
