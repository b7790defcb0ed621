"""What the votes on a pair say about how far apart its answers are: integrals by points.

The difference of two scores is d = √2 spread z with z ~ N(0, 1), and integrals over z are sums
over ``NODES`` (the trapezoid rule, which for such smooth functions errs by less than 1e-6). What a
vote adds depends on its rater and on what was said alone, so it is looked up in tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.stats.arrays import Floats, Ints
from annotate.stats.reliability.votes import SAYINGS
from commons.stats.logistic import logistic

NODES = np.linspace(-4, 4, 17)  # of z
AT_ONCE = 40_000  # cells

Narrow = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    eta: Floats  # (raters,)
    spread: float

    @classmethod
    def of(cls, logits: Floats, spread: float) -> "Mixture":
        return cls(logistic(logits), spread)


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Of rater k and saying s, in row 3 k + s, at every node."""

    log_chance: Floats  # of the saying
    consistent: Floats  # the chance that it was cast consistently, given d
    slope: Floats  # of log_chance by η


def toward_of(spread: float) -> Floats:
    """The chance that a consistent vote is for the first answer, at every node."""
    return logistic(np.sqrt(2) * spread * NODES)


def tables_of(mixture: Mixture) -> Tables:
    toward = toward_of(mixture.spread)
    eta = mixture.eta[:, None]
    sides = np.stack([toward, 1 - toward])  # what a consistent vote says: first, second
    chance = eta[:, :, None] * sides + (1 - eta[:, :, None]) * (1 - sides)  # (raters, 2, nodes)
    slope = (2 * sides - 1) / chance
    return Tables(
        _by_saying(np.log(chance)),
        _by_saying(eta[:, :, None] * sides / chance),
        _by_saying(slope),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some of the cells: the chance of every node given all votes of the cell."""

    cells: slice
    weights: Narrow  # (nodes, cells), columns sum to 1
    turns: list[Ints]
    log_likelihood: Floats  # (cells,)

    def add_to(self, sums: Floats, seen: Floats) -> None:
        """Add each vote's weights, as often as its cell was seen, to the row of its rater and
        saying, (3 raters, nodes)."""
        often = self.weights * seen
        for turn in self.turns:
            for node, weights in enumerate(often):
                sums[:, node] += np.bincount(turn, weights[: len(turn)], len(sums))


def posterior_of(all_turns: list[Ints], mixture: Mixture) -> Iterator[Part]:
    """Of cells, or of patterns of them, from their votes: turn by turn, as in ``Cells``."""
    table = tables_of(mixture).log_chance.T.astype(np.float32).copy()  # (nodes, 3 raters)
    prior = (-(NODES**2) / 2).astype(np.float32)
    for start in range(0, len(all_turns[0]), AT_ONCE):
        part = slice(start, min(start + AT_ONCE, len(all_turns[0])))
        turns = [turn[part] for turn in all_turns if len(turn) > start]
        weights = np.empty((len(NODES), part.stop - start), dtype=np.float32)
        weights[:] = prior[:, None]
        for turn in turns:
            for node, row in enumerate(table):
                weights[node, : len(turn)] += row[turn]
        most = weights.max(axis=0)
        weights -= most
        np.exp(weights, out=weights)
        total = weights.sum(axis=0)
        weights /= total
        yield Part(part, weights, turns, most.astype(np.float64) + np.log(total))


def _by_saying(sides: Floats) -> Floats:
    """(raters, 2, nodes) -> (3 raters, nodes); nothing in the rows of ties, which take no part."""
    three = np.concatenate([sides, np.zeros_like(sides[:, :1])], axis=1)
    return three.reshape(-1, three.shape[2])


assert SAYINGS == 3
