"""A number with what it would have been on resampled prompts; sums of such numbers keep both.

Benchmarks average subsets of their own weights. Each subset is resampled by itself, and what is
made of several subsets is made of their resamples too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rewards.stats.seen import Floats

TAIL = 0.025


@dataclass(frozen=True, eq=False)
class Drawn:
    """``draws`` (rounds,) are empty where fewer than two items carry the value."""

    value: float
    draws: Floats
    items: int

    def as_json(self) -> dict[str, object]:
        ends = np.quantile(self.draws, [TAIL, 1 - TAIL]).tolist() if self.draws.size else [None] * 2
        return {"value": self.value, "low": ends[0], "high": ends[1], "items": self.items}


@dataclass(frozen=True)
class Drawing:
    """How items are resampled. Every mean draws from a generator of its own place in line."""

    rng: np.random.Generator
    rounds: int = 2000

    def mean(self, values: Sequence[float]) -> Drawn:
        """The mean of one value per item; refuses none with ValueError."""
        (found,) = self.means([list(values)])
        return found

    def means(self, columns: ArrayLike) -> list[Drawn]:
        """The mean of each column (k, items), all resampled by the same items."""
        table = np.asarray(columns, dtype=np.float64)
        items = table.shape[1]
        if not items:
            raise ValueError("a mean needs at least one item.")
        if items < 2:
            return [Drawn(float(row[0]), np.empty(0), 1) for row in table]
        even = np.full(items, 1 / items)
        drawn = self.rng.multinomial(items, even, size=self.rounds) @ table.T / items  # (rounds, k)
        return [
            Drawn(float(row.mean()), draws, items)
            for row, draws in zip(table, drawn.T, strict=True)
        ]


def weighted(parts: Iterable[tuple[float, Drawn]]) -> Drawn:
    """sum(weight * part), and the same of every resample; parts of one item are held fixed."""
    told = list(parts)
    rounds = max((part.draws.size for _, part in told), default=0)
    draws = np.zeros(rounds)
    for weight, part in told:
        draws += weight * (part.draws if part.draws.size else part.value)
    return Drawn(
        value=sum(weight * part.value for weight, part in told),
        draws=draws,
        items=sum(part.items for _, part in told),
    )


def average(parts: Iterable[tuple[float, Drawn]]) -> Drawn:
    """The average of the parts by their weights."""
    told = list(parts)
    whole = sum(weight for weight, _ in told)
    return weighted((weight / whole, part) for weight, part in told)
