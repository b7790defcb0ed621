"""How far each rater agrees with others in a part of the work: by skill, language and week."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from annotate.stats.agreement.pairwise import pairwise
from annotate.stats.agreement.rankings import doubles_of
from annotate.stats.arrays import Ints, codes_of
from annotate.stats.quality.doubled import Doubled
from annotate.stats.quality.facets import ROUNDS, TIES, subsets
from annotate.stats.quality.people import LEAST
from commons.stats.bootstrap import Estimate
from commons.stats.cutting import Summed, cuts_of, ratio

MOST_PARTS = 50_000  # kept at most, those with most prompts


@dataclass(frozen=True, slots=True)
class RaterPart:
    rater: int
    facet: str
    at: tuple[int, ...]
    agreement: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class RaterParts:
    """Every part of which a rater shares ``least`` prompts with others: that are LEAST, and more
    where there would be very many parts."""

    told: Sequence[RaterPart]
    least: int


def rater_parts(doubled: Doubled, *, rng: np.random.Generator) -> RaterParts:
    doubles = doubles_of(doubled.rankings)
    found = pairwise(doubled.rankings, ties=TIES, doubles=doubles)
    told = found.counts > 0
    raters = doubled.rankings.raters
    columns = {
        "rater": np.concatenate([raters[doubles.one[told]], raters[doubles.other[told]]]),
        "skill": np.tile(doubled.skills[doubles.other[told]], 2),
        "language": np.tile(doubled.languages[doubles.other[told]], 2),
        "week": np.tile(doubled.weeks[doubles.other[told]], 2),
    }
    if not told.any():
        return RaterParts([], LEAST)
    codes = codes_of(*columns.values())
    _, first = np.unique(codes, return_index=True)
    cells = {name: column[first] for name, column in columns.items()}
    rows = np.column_stack([np.tile(found.sums[told], 2), np.tile(found.counts[told], 2)])
    measure = Summed(rows, np.tile(found.prompts[told], 2), codes, ratio)
    facets = {
        "+".join(each): codes_of(cells["rater"], *(cells[name] for name in each))
        for each in subsets()
    }
    cuts = cuts_of({"agreement": measure}, facets, rng=rng, rounds=ROUNDS, least=LEAST)
    parts: list[RaterPart] = []
    for (_, facet), cut in cuts.of.items():
        _, first = np.unique(facets[facet], return_index=True)
        at = [cells[name][first] for name in ("rater", *facet.split("+"))]
        parts += _named(facet, at, cut.estimates())
    return _most(parts)


def _most(parts: Sequence[RaterPart]) -> RaterParts:
    """Of parts with equally many prompts all or none, so that it can be said which are left out."""
    ordered = sorted(parts, key=lambda each: -each.agreement.n)
    if len(ordered) <= MOST_PARTS:
        return RaterParts(ordered, LEAST)
    least = ordered[MOST_PARTS].agreement.n + 1
    return RaterParts([each for each in ordered if each.agreement.n >= least], least)


def _named(facet: str, at: Sequence[Ints], found: dict[int, Estimate]) -> Iterator[RaterPart]:
    for key, estimate in found.items():
        rater, *place = (int(column[key]) for column in at)
        yield RaterPart(rater, facet, tuple(place), estimate)
