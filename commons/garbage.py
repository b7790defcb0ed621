"""The collector of cycles, where millions of objects come and go and hardly one is in a cycle."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

OBJECTS = 500_000  # that are there at once, beyond those of before

_lock = Lock()
_before: list[tuple[int, int, int]] = []  # the usual thresholds, once for each that is inside


@contextmanager
def few_collections() -> Iterator[None]:
    """Look for cycles only after so many new objects are there at once.

    By default Python looks whenever there are 700 more, again and again at objects that are about
    to go by themselves; writing a dataset spent a fifth of its time on that. It holds for the
    whole process, until the last thread that asked for it has left.
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    with _lock:
        if not _before:
            usual = gc.get_threshold()
            gc.set_threshold(OBJECTS, *usual[1:])
        else:
            usual = _before[0]
        _before.append(usual)


def _leave() -> None:
    with _lock:
        usual = _before.pop()
        if not _before:
            gc.set_threshold(*usual)
