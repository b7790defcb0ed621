"""How far long work is: at a terminal one line that moves, with the rate and the time left."""

import time
from collections.abc import Callable

from django.core.management.base import OutputWrapper

OFTEN = 0.2  # seconds between two drawings
WIDTH = 24
TO_THE_END = "\x1b[K"  # clears the rest of the line


class ProgressBar:
    """Called with what is done and of how much; silent where nobody watches.

    The rate is that since the first call: what an earlier worker had done is not counted.
    """

    def __init__(
        self, out: OutputWrapper, what: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.out, self.what, self.clock = out, what, clock
        self.begun: tuple[float, int] | None = None
        self.drawn_at = -OFTEN

    def __call__(self, done: int, total: int) -> None:
        if not self.out.isatty():
            return
        now = self.clock()
        if self.begun is None:
            self.begun = (now, done)
        if now - self.drawn_at >= OFTEN or done == total:
            self.drawn_at = now
            line = bar_of(done, total, self.what, self._rate(now, done))
            self.out.write(f"\r{line}{TO_THE_END}", ending="")

    def end(self) -> None:
        if self.begun is not None:
            self.out.write("")

    def _rate(self, now: float, done: int) -> float:
        began_at, had = self.begun or (now, done)
        return (done - had) / (now - began_at) if now > began_at else 0.0


def bar_of(done: int, total: int, what: str, rate: float) -> str:
    """One line; ``rate`` is in units a second, 0 where it is not known yet."""
    if not total:
        return f"waiting to begin with {what}"
    filled = WIDTH * min(done, total) // total
    line = f"[{'#' * filled}{'.' * (WIDTH - filled)}] {done:,} of {total:,} {what}"
    if rate > 0:
        line += f", {rate:,.0f} a second, {time_of((total - done) / rate)} left"
    return line


def time_of(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
