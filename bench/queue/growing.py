"""Does a take cost more where more is waiting? One annotator, one size after the other."""

from dataclasses import dataclass, replace
from pathlib import Path

from bench.queue.asking import SUBMIT, TAKE, Seen
from bench.queue.loading import Stock
from bench.queue.loads import counted_load
from bench.queue.options import Options
from bench.queue.processes import say
from bench.queue.serving import Server
from bench.queue.verdict import percentiles

WARM, MEASURED = 30, 300  # cycles


@dataclass(frozen=True)
class Size:
    """What one annotator saw with so many tasks."""

    tasks: int
    seen: Seen  # of the measured cycles
    before: Seen  # of the cycles that warmed up

    @property
    def take(self) -> dict[str, float | int]:
        return percentiles([seconds for _, seconds in self.seen.samples[TAKE]]) or {}

    @property
    def submit(self) -> dict[str, float | int]:
        return percentiles([seconds for _, seconds in self.seen.samples[SUBMIT]]) or {}


def grow(options: Options, *, stock: Stock, server: Server, token: str, state: Path) -> list[Size]:
    """Fill up to each size and take: without thinking, without ``next``."""
    plain = replace(options, next=False, think=0.0)
    found = []
    for size in options.grow:
        stock.fill_up_to(size)
        warm, measured = (min(cycles, size // 3) for cycles in (WARM, MEASURED))
        before = counted_load(plain, server, [token], state, cycles=warm)
        seen = counted_load(plain, server, [token], state, cycles=measured)
        found.append(Size(size, seen, before))
        say(f"{size} tasks: take {found[-1].take}")
    return found
