"""Where a task stands in its lane: by when it came, shuffled within what came together."""

from datetime import UTC, datetime, timedelta

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
SHUFFLED = 32  # low bits


def arrival(now: datetime, *, last: int) -> int:
    """The number of what arrives now in a lane: seconds, but always above the ``last`` one."""
    seconds: int = (now - BEGINNING) // timedelta(seconds=1)
    return seconds if seconds > last else last + 1


def place_in(number: int, shuffle: int) -> int:
    """One arrival after the other, and within it by the low 32 bits of ``shuffle``."""
    return (number << SHUFFLED) | (shuffle & ((1 << SHUFFLED) - 1))


def tail_place(now: datetime, *, last: int, shuffle: int) -> int:
    """Behind everything that waits in a lane whose ``last`` arrival has this number."""
    return place_in(arrival(now, last=last), shuffle)
