"""Agreement of all, and of every slice that a page can be narrowed to."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

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
    agreement_by_strength,
    chance_of,
    pairwise,
    tau_b,
    tie_share,
)
from annotate.stats.agreement.rankings import Doubles, Rankings, doubles_of
from annotate.stats.quality.doubled import Doubled, Marked
from annotate.stats.quality.facets import (
    LEAST,
    ROUNDS,
    TIES,
    ByFacet,
    Slice,
    SmallSlice,
    WeekChange,
    by_facet,
)
from commons.stats.bootstrap import Estimate
from commons.stats.errors import StatisticsError

__all__ = ["LEAST", "OVERALL", "ROUNDS", "TIES", "Slice", "SmallSlice", "Told", "WeekChange"]

OVERALL = "overall"
SHARED_BY_CHANCE = 0.5  # of a preference: who ties shares half of it, who does not half of the time


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """All that is told of how far people agree; what is undefined is left out, what is too small is
    listed."""

    slices: list[Slice]
    left_out: list[SmallSlice]
    changes: list[WeekChange]

    def few_by_week(self) -> dict[int, int]:
        """Prompts with two comparable judgements of each week that has too few for a figure; a week
        without any is not in it."""
        return {each.at[0]: each.prompts for each in self.left_out if each.facet == "week"}


def agreement_told(doubled: Doubled, *, rng: np.random.Generator) -> Told:
    """Pairwise agreement, τ-b, α and W overall and by facet; agreement by strength; changes."""
    doubles = doubles_of(doubled.rankings)
    if not len(doubles.one):
        return Told([], [], [])
    found: ByFacet = by_facet(doubled, doubles, rng=rng)
    slices = [
        *_overall(doubled, doubles, rng),
        *found.slices,
        *_strengths(doubled, rng),
        *_alphas(doubled, rng),
        *_concordances(doubled, rng),
    ]
    return Told(slices, list(found.left_out), list(found.changes))


def _overall(doubled: Doubled, doubles: Doubles, rng: np.random.Generator) -> Iterator[Slice]:
    agreement = pairwise(doubled.rankings, ties=TIES, doubles=doubles)
    tau = tau_b(doubled.rankings, doubles=doubles)
    for measure, found, chance in (("agreement", agreement, _chance(doubled)), ("tau", tau, 0.0)):
        with suppress(StatisticsError):
            whole = found.overall(rng=rng, rounds=ROUNDS)
            yield Slice(measure, OVERALL, (), "", whole, chance)


def _chance(doubled: Doubled) -> float:
    try:
        return chance_of(tie_share(doubled.rankings), TIES)
    except StatisticsError:
        return 0.5


def _strengths(doubled: Doubled, rng: np.random.Generator) -> Iterator[Slice]:
    if doubled.rankings.strengths is None:
        return
    with suppress(StatisticsError):
        cut = agreement_by_strength(doubled.rankings, rng=rng, rounds=ROUNDS)
        for key in cut.keys:
            said = cut.of(int(key))
            yield Slice("agreement", "strength", (), str(int(key)), said, SHARED_BY_CHANCE)


def _alphas(doubled: Doubled, rng: np.random.Generator) -> Iterator[Slice]:
    """Of choices, every two answers of a task being a unit; and of ranks."""
    wholes: Mapping[str, tuple[Callable[[Rankings], Units], Metric]] = {
        "": (units_of_choices, Metric.ORDINAL),
        "nominal": (units_of_choices, Metric.NOMINAL),
        "ranks": (units_of_ranks, Metric.ORDINAL),
    }
    for part, (units_of, metric) in wholes.items():
        with suppress(StatisticsError):  # of ranks there are no units where nobody placed anything
            units = units_of(doubled.rankings)
            found = krippendorff_alpha(units, metric=metric, rng=rng, rounds=ROUNDS)
            yield Slice("alpha", OVERALL, (), part, found, 0.0)


def _concordances(doubled: Doubled, rng: np.random.Generator) -> Iterator[Slice]:
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
