"""Agreement of all, and of every slice that a page can be narrowed to."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from annotate.stats.agreement.alpha import (
    Metric,
    Units,
    krippendorff_alpha,
    units_of_choices,
    units_of_ranks,
    units_of_ratings,
)
from annotate.stats.agreement.concordance import concordance
from annotate.stats.agreement.pairwise import (
    Measured,
    agreement_by_strength,
    chance_of,
    pairwise,
    tau_b,
    tie_share,
)
from annotate.stats.agreement.rankings import Doubles, doubles_of
from annotate.stats.arrays import Flags, Ints, codes_of
from annotate.stats.quality.doubled import Doubled, Marked
from commons.stats.agreement import TieRule
from commons.stats.bootstrap import Estimate
from commons.stats.errors import StatisticsError

TIES = TieRule.HALF
"""The rule by which agreement is told: a tie against a preference is half an agreement, as it is
half a win where rewards are scored."""

FACETS = ("skill", "language", "week")
ROUNDS = 200
LEAST = 5  # prompts of a slice
OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Slice:
    """One figure. ``at`` says what of each column of the facet, by the reader's numbers."""

    measure: str
    facet: str
    at: tuple[int, ...]
    part: str
    estimate: Estimate
    chance: float


def slices_of(doubled: Doubled, *, rng: np.random.Generator) -> Iterator[Slice]:
    """Pairwise agreement and τ-b by every combination of skill, language and week; by size and
    strength; α and W overall and by one facet. What is undefined is left out."""
    if not len(doubled):
        return
    doubles = doubles_of(doubled.rankings)
    if not len(doubles.one):
        return
    chance = _chance(doubled)
    columns = {
        "skill": doubled.skills[doubles.other],
        "language": doubled.languages[doubles.other],
        "week": doubled.weeks[doubles.other],
    }
    measures = {
        "agreement": (pairwise(doubled.rankings, ties=TIES, doubles=doubles), chance),
        "tau": (tau_b(doubled.rankings, doubles=doubles), 0.0),
    }
    for measure, (found, by_chance) in measures.items():
        with suppress(StatisticsError):
            whole = found.overall(rng=rng, rounds=ROUNDS)
            yield Slice(measure, OVERALL, (), "", whole, by_chance)
        for facet in _subsets():
            named = [columns[each] for each in facet]
            yield from _by(measure, "+".join(facet), found, named, by_chance, rng)
    sizes = doubled.sizes[doubles.other]
    yield from _parts("agreement", "kind", measures["agreement"][0], sizes, chance, rng)
    yield from _strengths(doubled, chance, rng)
    yield from _alphas(doubled, rng)
    yield from _concordances(doubled, doubles, rng)


def few_by_week(doubled: Doubled, told: Iterable[Slice]) -> dict[int, int]:
    """Prompts with two comparable judgements of each week that has fewer than ``LEAST``, and so no
    figure of agreement among ``told``; a week without any is not in it."""
    weeks = {each.at[0] for each in told if (each.measure, each.facet) == ("agreement", "week")}
    tasks = doubled.rankings.tasks
    rest = doubled.where(np.isin(tasks, tasks[_outside(doubled.weeks, weeks)]))
    if not len(rest):
        return {}
    doubles = doubles_of(rest.rankings)
    week = rest.weeks[doubles.other]
    compared = pairwise(rest.rankings, ties=TIES, doubles=doubles).counts > 0
    kept = compared & _outside(week, weeks)
    prompts = np.unique(np.column_stack([week, doubles.prompts])[kept], axis=0)
    found, counts = np.unique(prompts[:, 0], return_counts=True)
    return {int(each): int(n) for each, n in zip(found, counts, strict=True)}


def _outside(weeks: Ints, some: Collection[int]) -> Flags:
    return np.asarray(~np.isin(weeks, list(some)), dtype=np.bool_)


def _subsets() -> Iterator[tuple[str, ...]]:
    for size in range(1, len(FACETS) + 1):
        yield from combinations(FACETS, size)


def _chance(doubled: Doubled) -> float:
    try:
        return chance_of(tie_share(doubled.rankings), TIES)
    except StatisticsError:
        return 0.5


def _by(
    measure: str,
    facet: str,
    found: Measured,
    columns: list[Ints],
    chance: float,
    rng: np.random.Generator,
) -> Iterator[Slice]:
    codes = codes_of(*columns)
    _, first = np.unique(codes, return_index=True)
    cut = found.by(codes, rng=rng, rounds=ROUNDS, least=LEAST)
    for key in cut.keys:
        at = tuple(int(column[first[key]]) for column in columns)
        yield Slice(measure, facet, at, "", cut.of(int(key)), chance)


def _parts(
    measure: str,
    facet: str,
    found: Measured,
    values: Ints,
    chance: float,
    rng: np.random.Generator,
) -> Iterator[Slice]:
    cut = found.by(values, rng=rng, rounds=ROUNDS, least=LEAST)
    for key in cut.keys:
        yield Slice(measure, facet, (), str(int(key)), cut.of(int(key)), chance)


def _strengths(doubled: Doubled, chance: float, rng: np.random.Generator) -> Iterator[Slice]:
    if doubled.rankings.strengths is None:
        return
    with suppress(StatisticsError):
        cut = agreement_by_strength(doubled.rankings, rng=rng, rounds=ROUNDS)
        for key in cut.keys:
            said = cut.of(int(key))
            yield Slice("agreement", "strength", (), str(int(key)), said, chance)


def _alphas(doubled: Doubled, rng: np.random.Generator) -> Iterator[Slice]:
    """Of choices, every two answers of a task being a unit; and of ranks, overall."""
    wholes: Mapping[str, tuple[Units, Metric]] = {
        "": (units_of_choices(doubled.rankings), Metric.ORDINAL),
        "nominal": (units_of_choices(doubled.rankings), Metric.NOMINAL),
        "ranks": (units_of_ranks(doubled.rankings), Metric.ORDINAL),
    }
    for part, (units, metric) in wholes.items():
        with suppress(StatisticsError):
            found = krippendorff_alpha(units, metric=metric, rng=rng, rounds=ROUNDS)
            yield Slice("alpha", OVERALL, (), part, found, 0.0)
    for facet, column in _columns(doubled).items():
        for key in np.unique(column):
            units = units_of_choices(doubled.where(column == key).rankings)
            with suppress(StatisticsError):
                found = krippendorff_alpha(units, metric=Metric.ORDINAL, rng=rng, rounds=ROUNDS)
                if found.n >= LEAST:
                    yield Slice("alpha", facet, (int(key),), "", found, 0.0)


def _columns(doubled: Doubled) -> dict[str, Ints]:
    return {"skill": doubled.skills, "language": doubled.languages, "week": doubled.weeks}


def _concordances(doubled: Doubled, doubles: Doubles, rng: np.random.Generator) -> Iterator[Slice]:
    with suppress(StatisticsError):
        found = concordance(doubled.rankings, rng=rng, rounds=ROUNDS)
        yield Slice("w", OVERALL, (), "", found.estimate, found.chance)
        yield Slice("w", OVERALL, (), "correlation", found.correlation, 0.0)


def marked_alphas(
    flags: Mapping[str, Marked], ratings: Mapping[str, Marked], *, rng: np.random.Generator
) -> Iterator[Slice]:
    """α of each question: of flags by being alike, of ratings by their order."""
    asked = ((flags, "flag", Metric.NOMINAL), (ratings, "rating", Metric.ORDINAL))
    for questions, facet, metric in asked:
        for name, said in questions.items():
            with suppress(StatisticsError):
                found = alpha_of(said, metric=metric, rng=rng)
                yield Slice("alpha", facet, (), name, found, 0.0)


def alpha_of(said: Marked, *, metric: Metric, rng: np.random.Generator) -> Estimate:
    units = units_of_ratings(said.units, said.values.astype(np.float64), said.prompts, said.weights)
    return krippendorff_alpha(units, metric=metric, rng=rng, rounds=ROUNDS)
