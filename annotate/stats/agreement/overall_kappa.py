"""Cohen's κ, weighted or plain, of all who rated the same things together.

Beside Krippendorff's α, which asks what all raters together would reach by chance, κ asks it of
each two: who says yes seldom and who says it often agree less by chance than two alike.
"""

from dataclasses import dataclass

import numpy as np

from annotate.stats.agreement.kappa import fisher_limits
from annotate.stats.arrays import Floats, Ints, codes_of, pairs_within, summed
from commons.stats.bootstrap import Estimate
from commons.stats.errors import InconsistentData, NotEnoughData, NotEnoughOverlap


@dataclass(frozen=True, slots=True)
class OverallKappa:
    """``agreed`` and ``by_chance`` are the shares of agreement, 0 … 1, that κ is made of: (agreed -
    by_chance) / (1 - by_chance). Two grades agree by what their penalty is short of the greatest:
    where every penalty is 1, that is the share of ratings that are alike."""

    estimate: Estimate
    agreed: float
    by_chance: float


@dataclass(frozen=True, slots=True, eq=False)
class _Met:
    """One entry for every two ratings of a unit; raters are numbered from 0."""

    raters: tuple[Ints, Ints]  # of the one and of the other
    grades: tuple[Ints, Ints]
    prompts: Ints
    shares: Floats  # of all comparisons, 1 together


@dataclass(frozen=True, slots=True, eq=False)
class _Chance:
    """The penalty by chance, and how far each comparison moves it (its influence)."""

    expected: float
    moves: Floats


def overall_kappa(
    units: Ints,
    raters: Ints,
    grades: Ints,
    prompts: Ints,
    weights: Floats,
    *,
    distance: Floats,
    level: float = 0.95,
) -> OverallKappa:
    """κ = 1 - observed / expected penalty over every two ratings of a unit.

    One entry per rating; ``grades`` are 0 .. v - 1, ``distance`` (v, v) is the penalty of two of
    them (``Penalty.between``), ``weights`` are 1 / propensity. Each comparison brings the chance of
    its own two raters, from all that each of them said of what others rated too. Of two raters this
    is Cohen 1968 ("Weighted Kappa: Nominal Scale Agreement with Provision for Scaled Disagreement
    or Partial Credit"), of several who all rated everything Conger 1980 ("Integration and
    Generalization of Kappas for Multiple Raters"); that raters may share parts only is ours. A
    unit's comparisons are divided by its raters less one, as α's are.

    The interval is made of each prompt's influence, on the scale of Fisher's z, as that of κ of two
    is; where all ratings are alike it is a point. Undefined where fewer than two prompts were rated
    by two people, and where everybody gave the same grade: chance then leaves nothing to be won.
    """
    if len(grades) and not 0 <= grades.min() <= grades.max() < len(distance):
        raise InconsistentData("grades are 0 .. v - 1; leave out what was not given.")
    met = _met(units, raters, grades, prompts, weights)
    apart = distance[met.grades]
    observed, chance = float(met.shares @ apart), _chance(met, distance)
    if chance.expected <= 0:
        raise NotEnoughData("everybody gave everything the same grade; κ is undefined.")
    ratio = observed / chance.expected
    moves = (met.shares * (apart - observed) - ratio * chance.moves) / chance.expected
    by_prompt = np.bincount(codes_of(met.prompts), moves)
    n, value = len(by_prompt), np.array([1 - ratio])
    error = np.sqrt(np.array([(by_prompt**2).sum() * n / (n - 1)]))
    low, high = (float(each[0]) for each in fisher_limits(value, error, level))
    most = float(distance.max())
    return OverallKappa(
        Estimate(float(value[0]), low, high, level, n),
        1 - observed / most,
        1 - chance.expected / most,
    )


def _met(units: Ints, raters: Ints, grades: Ints, prompts: Ints, weights: Floats) -> _Met:
    first, second = pairs_within(units)
    apart = raters[first] != raters[second]
    first, second = first[apart], second[apart]
    n = len(np.unique(prompts[first]))
    if n < 2:
        raise NotEnoughOverlap(f"{n} prompt(s) rated by two people; κ needs two.")
    _, unit, sizes = np.unique(units, return_inverse=True, return_counts=True)
    share = weights[first] / (sizes[unit[first]] - 1)
    code = codes_of(raters)
    return _Met(
        (code[first], code[second]),
        (grades[first], grades[second]),
        prompts[first],
        share / share.sum(),
    )


def _chance(met: _Met, distance: Floats) -> _Chance:
    """What each two raters reach by their own shares of grades, by how much they are compared.

    A comparison moves it in two ways: by which two it makes meet more often, and by what either of
    them is then found to say.
    """
    v, n = len(distance), int(max(each.max() for each in met.raters)) + 1
    said = sum(
        np.bincount(rater * v + grade, met.shares, n * v).reshape(n, v)
        for rater, grade in zip(met.raters, met.grades, strict=True)
    )
    whole = np.maximum(np.asarray(said).sum(axis=1), 1e-300)  # of who met nobody: no share
    shares = said / whole[:, None]  # (raters, v)
    pair = codes_of(*met.raters)
    _, at = np.unique(pair, return_index=True)
    one, other = (rater[at] for rater in met.raters)
    often = np.bincount(pair, met.shares)
    costs = shares @ distance  # (raters, v): of each grade beside this rater
    reached = (costs[one] * shares[other]).sum(axis=1)  # of each two raters
    expected = float(often @ reached)
    pulls = summed(often[:, None] * costs[other], one, n)
    pulls += summed(often[:, None] * costs[one], other, n)
    middle = (pulls * shares).sum(axis=1)
    moves = reached[pair] - expected
    for rater, grade in zip(met.raters, met.grades, strict=True):
        moves = moves + (pulls[rater, grade] - middle[rater]) / whole[rater]
    return _Chance(expected, met.shares * moves)
