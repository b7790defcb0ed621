"""The collector of cycles, where millions of objects come and go and hardly one is in a cycle."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = 500_000  # that are there at once, beyond those of before


@contextmanager
def few_collections() -> Iterator[None]:
    """Look for cycles only after so many new objects are there at once.

    By default Python looks whenever there are 700 more, again and again at objects that are about
    to go by themselves; writing a dataset spent a fifth of its time on that. It holds for the
    whole process: the first to leave ends it.
    """
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
