"""What is seen of rows that go by: at a terminal one line that moves, in a log one line a table."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import OutputWrapper

from annotate.parcel import Heard

OFTEN = 0.2  # seconds
TO_THE_END = "\x1b[K"  # clears the rest of the line


@contextmanager
def told(out: OutputWrapper) -> Iterator[Heard]:
    """Yield what may be called for every chunk, and writes seldom."""
    moves, begun = out.isatty(), time.monotonic()
    doing, at = "", 0.0

    def heard(name: str, done: int, total: int) -> None:
        nonlocal doing, at
        if not moves:
            if name != doing:
                out.write(f"{name}: {total:,} rows")
        elif name != doing or done == total or time.monotonic() - at > OFTEN:
            at = time.monotonic()
            out.write(
                f"\r{name}: {done:,} of {total:,} rows, {at - begun:.0f} s{TO_THE_END}", ending=""
            )
        doing = name

    yield heard
    if moves and doing:
        out.write("")
