"""Every figure of agreement by every facet and their combinations, from one resampling of prompts.

A double belongs to the week of its later judgement, a task (of which α and W are) to that of its
last one: for two raters that is the same. A slice of fewer than ``LEAST`` prompts has no figure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from annotate.stats.agreement.choices import alpha_of_choices, choices_by_task
from annotate.stats.agreement.concordance import task_concordance
from annotate.stats.agreement.pairwise import chances_of, pairwise, tau_b, ties_said
from annotate.stats.agreement.rankings import Doubles
from annotate.stats.arrays import Floats, Ints, codes_of, summed
from annotate.stats.quality.doubled import Doubled
from commons.stats.agreement import TieRule
from commons.stats.bootstrap import Estimate
from commons.stats.cutting import Before, Change, Cuts, Summed, cuts_of, ratio

TIES = TieRule.HALF
"""The rule by which agreement is told: a tie against a preference is half an agreement, as it is
half a win where rewards are scored."""

FACETS = ("skill", "language", "week")
KIND = "kind"  # how many answers were offered
ROUNDS = 200
LEAST = 5  # prompts of a slice


@dataclass(frozen=True, slots=True)
class Slice:
    """One figure. ``at`` says what of each column of the facet, by the reader's numbers."""

    measure: str
    facet: str
    at: tuple[int, ...]
    part: str
    estimate: Estimate
    chance: float


@dataclass(frozen=True, slots=True)
class SmallSlice:
    """What has no figure, as so few ``prompts`` have two judgements that can be compared."""

    facet: str
    at: tuple[int, ...]
    part: str
    prompts: int


@dataclass(frozen=True, slots=True)
class WeekChange:
    """Agreement in a week less that in the one before it that has a figure, ``since``."""

    facet: str
    at: tuple[int, ...]
    since: int
    estimate: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class ByFacet:
    slices: Sequence[Slice]
    left_out: Sequence[SmallSlice]
    changes: Sequence[WeekChange]


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """The finest slices: their columns, and in which of them each double and each task is."""

    columns: Mapping[str, Ints]  # (cells,) each
    doubles: Ints
    tasks: Ints  # in the order of their numbers

    def slices(self, facet: Sequence[str]) -> Ints:
        return codes_of(*(self.columns[each] for each in facet))


def by_facet(doubled: Doubled, doubles: Doubles, *, rng: np.random.Generator) -> ByFacet:
    """Pairwise agreement, τ-b, α and W by each combination of skill, language and week, and by how
    many answers were offered; and how agreement changed from week to week."""
    cells = _cells(doubled, doubles)
    names = {"+".join(each): each for each in (*subsets(), (KIND,))}
    facets = {name: cells.slices(each) for name, each in names.items()}
    weekly = [name for name, each in names.items() if "week" in each]
    before = tuple(_before(cells, facets[name], name, names[name]) for name in weekly)
    measures, shares = _measures(doubled, doubles, cells)
    cuts = cuts_of(measures, facets, rng=rng, rounds=ROUNDS, least=LEAST, before=before)
    chances = {
        (measure, name): _chances(shares.get(measure), slices)
        for measure in measures
        for name, slices in facets.items()
    }
    return _told(
        cuts, {name: _At(cells, each, facets[name]) for name, each in names.items()}, chances
    )


def subsets() -> Iterator[tuple[str, ...]]:
    for size in range(1, len(FACETS) + 1):
        yield from combinations(FACETS, size)


def _cells(doubled: Doubled, doubles: Doubles) -> _Cells:
    n = len(doubled)
    tasks, place = np.unique(doubled.rankings.tasks[::-1], return_index=True)
    last = n - 1 - place  # of the rankings of each task
    rows = np.concatenate([doubles.other, last])
    columns = (doubled.skills, doubled.languages, doubled.weeks, doubled.sizes)
    named = dict(zip((*FACETS, KIND), (each[rows] for each in columns), strict=True))
    codes = codes_of(*named.values())
    _, first = np.unique(codes, return_index=True)
    return _Cells(
        {name: column[first] for name, column in named.items()},
        codes[: len(codes) - len(tasks)],
        codes[len(codes) - len(tasks) :],
    )


def _before(cells: _Cells, slices: Ints, name: str, facet: Sequence[str]) -> Before:
    """Each week is compared with the one before it of the same skill and language."""
    _, first = np.unique(slices, return_index=True)
    rest = [cells.columns[each][first] for each in facet if each != "week"]
    lines = codes_of(*rest) if rest else np.zeros(len(first), dtype=np.int64)
    return Before("agreement", name, lines, cells.columns["week"][first])


Shares = Mapping[
    str, tuple[Floats, Ints]
]  # what chance is found from: rows (n, 2), and their cells


def _measures(
    doubled: Doubled, doubles: Doubles, cells: _Cells
) -> tuple[dict[str, Summed], Shares]:
    rankings = doubled.rankings
    tasks, first = np.unique(rankings.tasks, return_index=True)
    prompts = rankings.prompts[first]
    measures = {}
    for name, found in (
        ("agreement", pairwise(rankings, ties=TIES, doubles=doubles)),
        ("tau", tau_b(rankings, doubles=doubles)),
    ):
        told = found.counts > 0
        rows = np.column_stack([found.sums[told], found.counts[told]])
        measures[name] = Summed(rows, found.prompts[told], cells.doubles[told], ratio)
    chosen, together = choices_by_task(rankings)
    at = np.searchsorted(tasks, chosen)
    measures["alpha"] = Summed(together, prompts[at], cells.tasks[at], alpha_of_choices)
    w = task_concordance(rankings)
    at = np.searchsorted(tasks, w.tasks)
    rows = np.column_stack([w.values * w.weights, w.weights])
    measures["w"] = Summed(rows, w.prompts, cells.tasks[at], ratio)
    by_chance = np.column_stack([w.weights / w.raters, w.weights])
    shares = {
        "agreement": (ties_said(rankings, doubles), cells.doubles),
        "w": (by_chance, cells.tasks[at]),
    }
    return measures, shares


def _chances(share: tuple[Floats, Ints] | None, slices: Ints) -> Floats | None:
    """Of each slice of a facet the share of ties, or the mean of 1 / raters; None: it is 0."""
    if share is None:
        return None
    rows, cells = share
    return ratio(summed(rows, slices[cells], int(slices.max(initial=-1)) + 1))


@dataclass(frozen=True, slots=True, eq=False)
class _At:
    """What a slice of a facet is of."""

    cells: _Cells
    facet: Sequence[str]
    slices: Ints

    def named(self) -> list[tuple[tuple[int, ...], str]]:
        _, first = np.unique(self.slices, return_index=True)
        columns = [self.cells.columns[each][first].tolist() for each in self.facet]
        if tuple(self.facet) == (KIND,):
            return [((), str(each)) for each in columns[0]]
        return [(at, "") for at in zip(*columns, strict=True)]


def _told(
    cuts: Cuts, names: Mapping[str, _At], chances: Mapping[tuple[str, str], Floats | None]
) -> ByFacet:
    slices, left_out, changes = list[Slice](), list[SmallSlice](), list[WeekChange]()
    for (measure, facet), cut in cuts.of.items():
        named = names[facet].named()
        by_chance = _levels(measure, chances[measure, facet])
        for key, estimate in cut.estimates().items():
            chance = float(by_chance[key]) if by_chance is not None else 0.0
            slices.append(Slice(measure, facet, *named[key], estimate, chance))
        if measure == "agreement":
            few = zip(cut.left_out.tolist(), cut.left_out_n.tolist(), strict=True)
            left_out += [SmallSlice(facet, named[key][0], named[key][1], n) for key, n in few]
    for facet, found in cuts.changes.items():
        changes += _changes(facet, names[facet], found)
    return ByFacet(slices, left_out, changes)


def _levels(measure: str, shares: Floats | None) -> Floats | None:
    if shares is None or measure != "agreement":
        return shares
    return chances_of(np.nan_to_num(shares), TIES)


def _changes(facet: str, names: _At, found: Sequence[Change]) -> Iterator[WeekChange]:
    named, week = names.named(), list(names.facet).index("week")
    for each in found:
        yield WeekChange(facet, named[each.key][0], named[each.since][0][week], each.estimate)
