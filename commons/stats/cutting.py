"""Several figures of many slices, all from one resampling of prompts.

A figure is a function of sums over observations (a ratio, an α). Observations are summed by cell,
the finest slices there are; every other slice is a sum of cells. A prompt has one weight in a
round, drawn from Poisson(1) (``commons.stats.resampling``), whatever slices and figures it is part
of: so all of them cost about what one does, and two slices can be compared, also where they share
prompts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from commons.stats.bootstrap import Estimate
from commons.stats.resampling import column_percentiles, poisson_weights

Floats = NDArray[np.float64]
Narrow = NDArray[np.float32]
Ints = NDArray[np.int64]
Figure = Callable[[Floats], Floats]  # sums (slices, k) -> (slices,), nan where it is undefined


@dataclass(frozen=True, slots=True, eq=False)
class Summed:
    """What one figure is made of: an entry for each observation that says anything of it.

    ``cells`` are numbered as the facets have them.
    """

    rows: Floats  # (n, k)
    prompts: Ints  # (n,)
    cells: Ints  # (n,)
    figure: Figure


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """One figure by one facet: a slice of fewer prompts than were asked for is ``left_out``, with
    its number of prompts beside it. What is undefined in spite of enough prompts is in neither."""

    keys: Ints  # (slices,), ascending
    values: Floats
    lows: Floats
    highs: Floats
    n: Ints
    left_out: Ints
    left_out_n: Ints
    level: float

    def estimates(self) -> dict[int, Estimate]:
        columns = (self.values, self.lows, self.highs, self.n)
        return {
            int(key): Estimate(float(value), float(low), float(high), self.level, int(n))
            for key, value, low, high, n in zip(self.keys, *columns, strict=True)
        }


@dataclass(frozen=True, slots=True)
class Change:
    """A slice's figure less that of an earlier one; ``estimate.n`` is the fewer of both prompts."""

    key: int
    since: int
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Before:
    """Which slices of a figure by a facet are compared with each other: within ``lines`` (of each
    slice of the facet) each with the one before it that has a figure, by ``times``."""

    measure: str
    facet: str
    lines: Ints
    times: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    of: Mapping[tuple[str, str], Cut]  # by measure and facet
    changes: Mapping[str, list[Change]]  # by facet


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """The slices of one figure by one facet that have enough prompts. ``places`` (cells,) are their
    numbers, ``len(keys)`` for what is in none of them."""

    keys: Ints
    places: Ints
    n: Ints
    left_out: Ints
    left_out_n: Ints


def cuts_of(
    measures: Mapping[str, Summed],
    facets: Mapping[str, Ints],
    *,
    rng: np.random.Generator,
    rounds: int = 200,
    level: float = 0.95,
    least: int = 5,
    before: Sequence[Before] = (),
) -> Cuts:
    """Every measure by every facet; a facet says of each cell which of its slices that is in.

    The interval of a change is the percentile one of the differences in each round (a bootstrap of
    both figures by the same prompts: Efron and Tibshirani 1993, "An Introduction to the Bootstrap",
    chapter 8): of prompts that both share the common part cancels out, and where they share none it
    is the bootstrap of two independent samples.
    """
    parts = {
        name: {facet: _part(measure, slices, least) for facet, slices in facets.items()}
        for name, measure in measures.items()
    }
    summing = {name: _Summing(each, parts[name]) for name, each in measures.items()}
    drawn = _drawn(summing, rng=rng, rounds=rounds)
    changes, cuts = dict[str, list[Change]](), dict[tuple[str, str], Cut]()
    for each in before:  # the rounds are not put in order yet
        part, mine = parts[each.measure][each.facet], summing[each.measure].at[each.facet]
        values, found = summing[each.measure].values[mine], drawn[each.measure][:, mine]
        changes[each.facet] = list(_changes(each, part, values, found, level))
    for name, facet in product(measures, facets):
        mine = summing[name].at[facet]
        values, found = summing[name].values[mine], drawn[name][:, mine]
        cuts[name, facet] = _cut(parts[name][facet], values, found, level)
    return Cuts(cuts, changes)


def _part(measure: Summed, slices: Ints, least: int) -> _Part:
    wide = int(measure.prompts.max(initial=0)) + 1
    seen = np.unique(slices[measure.cells] * wide + measure.prompts) // wide
    keys, n = np.unique(seen, return_counts=True)
    enough = n >= least
    kept = keys[enough]
    places = np.searchsorted(kept, slices)
    places[~np.isin(slices, kept)] = len(kept)
    return _Part(kept, places, n[enough], keys[~enough], n[~enough])


class _Summing:
    """Observations of one measure by cell and prompt, without the cells that no slice with a figure
    has; and the slices of all facets one after the other."""

    def __init__(self, measure: Summed, parts: Mapping[str, _Part]) -> None:
        self.figure = measure.figure
        rows, kept = self._rows(measure, parts)
        picked, places = list[Ints](), list[Ints]()
        self.at, self.slices = dict[str, slice](), 0
        for facet, part in parts.items():
            mine = part.places[kept]
            picked.append(np.flatnonzero(mine < len(part.keys)))
            places.append(mine[picked[-1]] + self.slices)
            self.at[facet] = slice(self.slices, self.slices + len(part.keys))
            self.slices += len(part.keys)
        self.picked, self.places = np.concatenate(picked), np.concatenate(places)
        self.values = self.figure(self._by_slice(self._by_cell(rows)))
        self.rows = rows.astype(np.float32)

    def _rows(self, measure: Summed, parts: Mapping[str, _Part]) -> tuple[Floats, Ints]:
        """Sums (k, n), and the cells that are kept."""
        used = np.any([part.places < len(part.keys) for part in parts.values()], axis=0)
        told = used[measure.cells]
        wide = int(measure.prompts.max(initial=0)) + 1
        codes, where = np.unique(
            measure.cells[told] * wide + measure.prompts[told], return_inverse=True
        )
        self.prompts = codes % wide
        cells, self.starts = np.unique(codes // wide, return_index=True)
        rows = [np.bincount(where, row, len(codes)) for row in measure.rows[told].T]
        return np.array(rows, dtype=np.float64), cells

    def drawn(self, weights: Narrow) -> Floats:
        """The figure of each slice, with a weight for each of ``prompts``."""
        return self.figure(self._by_slice(self._by_cell(self.rows * weights)))

    def _by_cell(self, rows: NDArray[np.floating]) -> NDArray[np.floating]:
        if not len(self.starts):
            return rows[:, :0]
        return np.add.reduceat(rows, self.starts, axis=1)

    def _by_slice(self, sums: NDArray[np.floating]) -> Floats:
        found = np.empty((self.slices, len(sums)))
        for column, row in enumerate(sums):
            found[:, column] = np.bincount(self.places, row[self.picked], self.slices)
        return found


def _drawn(
    summing: Mapping[str, _Summing], *, rng: np.random.Generator, rounds: int
) -> dict[str, Narrow]:
    """The figures of each round: (rounds, slices). A prompt has one weight for all of them."""
    nobody = np.empty(0, dtype=np.int64)
    prompts = np.unique(np.concatenate([nobody, *(each.prompts for each in summing.values())]))
    whose = {name: np.searchsorted(prompts, each.prompts) for name, each in summing.items()}
    found = {name: np.empty((rounds, each.slices), np.float32) for name, each in summing.items()}
    for at in range(rounds):
        weights = poisson_weights(rng, (1, len(prompts)))[0]
        for name, each in summing.items():
            found[name][at] = each.drawn(weights[whose[name]])
    return found


def _cut(part: _Part, values: Floats, drawn: Narrow, level: float) -> Cut:
    lows, highs = column_percentiles(drawn, level)
    told = np.isfinite(values) & np.isfinite(lows)
    return Cut(
        part.keys[told],
        values[told],
        lows[told],
        highs[told],
        part.n[told],
        part.left_out,
        part.left_out_n,
        level,
    )


def _changes(
    before: Before, part: _Part, values: Floats, drawn: Narrow, level: float
) -> Iterator[Change]:
    lines, times = before.lines[part.keys], before.times[part.keys]
    order = np.lexsort((times, lines))
    same = lines[order[1:]] == lines[order[:-1]]
    now, then = order[1:][same], order[:-1][same]
    lows, highs = column_percentiles(drawn[:, now] - drawn[:, then], level)
    apart, n = values[now] - values[then], np.minimum(part.n[now], part.n[then])
    for at in np.flatnonzero(np.isfinite(apart) & np.isfinite(lows)):
        found = Estimate(float(apart[at]), float(lows[at]), float(highs[at]), level, int(n[at]))
        yield Change(int(part.keys[now[at]]), int(part.keys[then[at]]), found)


def ratio(sums: Floats) -> Floats:
    """The first column over the second."""
    above, below = sums[:, 0], sums[:, 1]
    found = np.full(len(above), np.nan)
    np.divide(above, below, out=found, where=below > 0)
    return found
