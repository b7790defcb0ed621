"""What is told of every two raters: the figures of agreement, and κ of ratings and flags."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from annotate.stats.agreement.choices import alpha_of_choices, choices_by_double
from annotate.stats.agreement.concordance import task_concordance
from annotate.stats.agreement.kappa import Kappas
from annotate.stats.agreement.pairwise import chances_of, pairwise, tau_b, ties_said
from annotate.stats.agreement.rankings import Doubles, Rankings, doubles_of
from annotate.stats.arrays import Floats, Ints, codes_of, summed
from annotate.stats.quality.doubled import Doubled
from annotate.stats.quality.facets import ROUNDS, TIES
from annotate.stats.quality.people import LEAST
from commons.stats.bootstrap import Estimate
from commons.stats.cutting import Cuts, Summed, cuts_of, ratio

MOST_PAIRS = 20_000  # kept, those with most prompts
W_BY_CHANCE = 0.5  # 1 / raters


@dataclass(frozen=True, slots=True)
class TwoRaters:
    """``figures`` are those beside agreement, where they are defined: τ-b, α, W; ``chance`` is of
    agreement, with the ties of these two."""

    one: int
    other: int
    agreement: Estimate
    chance: float
    figures: Mapping[str, Estimate] = field(default_factory=dict)


def pairs_of_raters(doubled: Doubled, *, rng: np.random.Generator) -> list[TwoRaters]:
    """Every two who share LEAST prompts; where there are very many, those who share most."""
    rankings, doubles = doubled.rankings, doubles_of(doubled.rankings)
    codes, doubles = _who_share_enough(rankings, doubles)
    if not len(codes):
        return []
    both = np.sort(
        np.column_stack([rankings.raters[doubles.one], rankings.raters[doubles.other]]), axis=1
    )
    _, first = np.unique(codes, return_index=True)
    every = np.arange(len(first))
    cuts = cuts_of(
        _measures(rankings, doubles, codes), {"": every}, rng=rng, rounds=ROUNDS, least=LEAST
    )
    shares = ratio(summed(ties_said(rankings, doubles), codes, len(first)))
    return list(_pairs(cuts, both[first], chances_of(np.nan_to_num(shares), TIES)))


def _who_share_enough(rankings: Rankings, doubles: Doubles) -> tuple[Ints, Doubles]:
    """The doubles of those two who share LEAST prompts, and the number of each of these twos."""
    both = np.sort(
        np.column_stack([rankings.raters[doubles.one], rankings.raters[doubles.other]]), axis=1
    )
    codes = codes_of(both[:, 0], both[:, 1])
    wide = int(doubles.prompts.max(initial=0)) + 1
    shared = np.unique(codes * wide + doubles.prompts) // wide
    prompts = np.bincount(shared)
    most = np.zeros(len(prompts), dtype=np.bool_)
    most[np.argsort(-prompts, kind="stable")[:MOST_PAIRS]] = True
    kept = (most & (prompts >= LEAST))[codes]
    return codes_of(codes[kept]), Doubles(
        doubles.one[kept], doubles.other[kept], doubles.prompts[kept], doubles.weights[kept]
    )


def _measures(rankings: Rankings, doubles: Doubles, codes: Ints) -> dict[str, Summed]:
    measures = {}
    for name, found in (
        ("agreement", pairwise(rankings, ties=TIES, doubles=doubles)),
        ("tau", tau_b(rankings, doubles=doubles)),
    ):
        told = found.counts > 0
        rows = np.column_stack([found.sums[told], found.counts[told]])
        measures[name] = Summed(rows, found.prompts[told], codes[told], ratio)
    chosen = choices_by_double(rankings, doubles)
    told = chosen[:, -1] > 0
    measures["alpha"] = Summed(chosen[told], doubles.prompts[told], codes[told], alpha_of_choices)
    w = task_concordance(_each_alone(rankings, doubles))
    rows = np.column_stack([w.values * w.weights, w.weights])
    measures["w"] = Summed(rows, w.prompts, codes[w.tasks], ratio)
    return measures


def _each_alone(rankings: Rankings, doubles: Doubles) -> Rankings:
    """Each double as a task of its own, that these two judged."""
    rows = np.column_stack([doubles.one, doubles.other]).ravel()
    return replace(
        rankings,
        tasks=np.repeat(np.arange(len(doubles.one)), 2),
        prompts=rankings.prompts[rows],
        raters=rankings.raters[rows],
        tiers=rankings.tiers[rows],
        weights=np.repeat(doubles.weights, 2),
        strengths=None,
    )


def _pairs(cuts: Cuts, both: Ints, chances: Floats) -> Iterator[TwoRaters]:
    figures = {name: cut.estimates() for (name, _), cut in cuts.of.items()}
    for key, agreement in figures.pop("agreement").items():
        beside = {name: found[key] for name, found in figures.items() if key in found}
        one, other = both[key].tolist()
        yield TwoRaters(one, other, agreement, float(chances[key]), beside)


def kappas_by_pair(found: Kappas) -> dict[tuple[int, int], Estimate]:
    """κ of each two, the smaller of both numbers first."""
    columns = (found.values, found.lows, found.highs, found.prompts)
    return {
        (int(one), int(other)): Estimate(float(value), float(low), float(high), found.level, int(n))
        for one, other, value, low, high, n in zip(found.one, found.other, *columns, strict=True)
    }
