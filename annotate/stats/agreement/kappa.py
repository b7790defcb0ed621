"""Cohen's κ, weighted or plain, for every two raters who rated the same things."""

from dataclasses import dataclass
from enum import Enum
from statistics import NormalDist

import numpy as np

from annotate.stats.arrays import Floats, Ints, codes_of, pairs_within
from commons.stats.errors import InconsistentData, NotEnoughOverlap


class Penalty(Enum):
    """What it costs to be i grades apart."""

    NOMINAL = "nominal"  # 1 whatever i is: names without an order (Cohen 1960)
    LINEAR = "linear"  # i
    QUADRATIC = "quadratic"  # i²

    def between(self, grades: int) -> Floats:
        """The penalty of every two of so many grades: (grades, grades), 0 on the diagonal."""
        each = np.arange(grades)
        apart = np.abs(each[:, None] - each[None, :]).astype(np.float64)
        power = {Penalty.NOMINAL: 0, Penalty.LINEAR: 1, Penalty.QUADRATIC: 2}[self]
        return np.asarray(np.where(apart > 0, apart**power, 0.0), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Kappas:
    """κ of each two raters, with its interval; pairs with too few prompts are left out."""

    one: Ints  # (pairs,), the smaller of both raters
    other: Ints
    values: Floats
    lows: Floats
    highs: Floats
    units: Ints  # rated by both
    prompts: Ints
    left_out: int
    level: float


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """One entry for each unit that two raters share."""

    pair: Ints
    grades: tuple[Ints, Ints]  # of the one and of the other
    prompts: Ints


def weighted_kappas(
    units: Ints,
    raters: Ints,
    grades: Ints,
    prompts: Ints,
    *,
    penalty: Penalty,
    level: float = 0.95,
    least: int = 10,
) -> Kappas:
    """κ = 1 - observed / expected penalty, for every two raters with ``least`` common prompts.

    One entry per rating; ``grades`` are 0 .. v - 1 (Cohen 1968, "Weighted Kappa: Nominal Scale
    Agreement with Provision for Scaled Disagreement or Partial Credit"). There are too many pairs
    to resample each: the error is the influence of each prompt's units, summed and squared (the
    sandwich of clusters; Fleiss, Cohen and Everitt 1969 have it for independent units), taken on
    the scale of Fisher's z so that the interval stays below 1. It is no interval for ten prompts
    all alike: where both raters always agree it is a point. A pair of which one rater gave one
    grade alone, and the other the same, is left out: κ is undefined.
    """
    shared, raters_of = _shared_units(units, raters, grades, prompts)
    distance = penalty.between(int(grades.max()) + 1)
    values, errors, sizes, clusters = _kappas(shared, distance, len(raters_of))
    kept = np.isfinite(values) & (clusters >= least)
    lows, highs = fisher_limits(values[kept], errors[kept], level)
    return Kappas(
        raters_of[kept, 0],
        raters_of[kept, 1],
        values[kept],
        lows,
        highs,
        sizes[kept],
        clusters[kept],
        int(np.count_nonzero(~kept)),
        level,
    )


def _shared_units(units: Ints, raters: Ints, grades: Ints, prompts: Ints) -> tuple[_Shared, Ints]:
    if len(grades) and grades.min() < 0:
        raise InconsistentData("grades are 0 .. v - 1; leave out what was not given.")
    first, second = pairs_within(units)
    apart = raters[first] != raters[second]
    first, second = first[apart], second[apart]
    if not len(first):
        raise NotEnoughOverlap("no two people rated the same thing; κ needs two.")
    turned = raters[first] > raters[second]
    one, other = np.where(turned, second, first), np.where(turned, first, second)
    pair = codes_of(raters[one], raters[other])
    _, at = np.unique(pair, return_index=True)
    names = np.column_stack([raters[one][at], raters[other][at]])
    return _Shared(pair, (grades[one], grades[other]), prompts[one]), names


def _kappas(shared: _Shared, distance: Floats, pairs: int) -> tuple[Floats, Floats, Ints, Ints]:
    """κ, its standard error, units and prompts of each pair."""
    v, pair, (a, b) = len(distance), shared.pair, shared.grades
    n = np.bincount(pair, minlength=pairs)
    mine = np.bincount(pair * v + a, minlength=pairs * v).reshape(-1, v) / n[:, None]
    yours = np.bincount(pair * v + b, minlength=pairs * v).reshape(-1, v) / n[:, None]
    observed = np.bincount(pair, distance[a, b], pairs) / n
    from_mine, from_yours = mine @ distance, yours @ distance  # (pairs, v)
    expected = (from_mine * yours).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(expected > 0, observed / expected, np.nan)
        pull = from_yours[pair, a] + from_mine[pair, b] - 2 * expected[pair]
        influence = (distance[a, b] - observed[pair] - ratio[pair] * pull) / expected[pair]
    cell = codes_of(pair, shared.prompts)
    pair_of_cell = np.zeros(int(cell.max()) + 1, dtype=np.int64)
    pair_of_cell[cell] = pair
    squared = np.bincount(cell, influence) ** 2
    clusters = np.bincount(pair_of_cell, minlength=pairs)
    small = clusters / np.maximum(clusters - 1, 1)
    errors = np.sqrt(np.bincount(pair_of_cell, squared, pairs) * small) / n
    return 1 - ratio, errors, n, clusters


def fisher_limits(values: Floats, errors: Floats, level: float) -> tuple[Floats, Floats]:
    """On Fisher's scale: tanh(atanh κ ± z error / (1 - κ²))."""
    inside = np.clip(values, -1 + 1e-9, 1 - 1e-9)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    reach = z * errors / (1 - inside**2)
    return np.tanh(np.arctanh(inside) - reach), np.tanh(np.arctanh(inside) + reach)
