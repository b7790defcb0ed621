"""Krippendorff's α: 1 - observed / expected disagreement, for any number of raters a unit.

Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability"; (2019), "Content Analysis", 4th
edition, chapter 12. A unit is whatever several people gave one value each: an answer that is
rated or flagged, a pair of answers that is ordered, an answer that has a rank.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from annotate.stats.agreement.rankings import UNKNOWN, Rankings
from annotate.stats.arrays import Flags, Floats, Ints, codes_of, summed
from commons.stats.bootstrap import Estimate
from commons.stats.errors import InconsistentData, NotEnoughData, NotEnoughOverlap
from commons.stats.resampling import percentiles, resampled_sums

MOST_VALUES = 32  # their pairs are counted for every prompt


class Metric(Enum):
    """How far apart two values are."""

    NOMINAL = "nominal"  # alike or not: flags, choices
    ORDINAL = "ordinal"  # by how many of all values lie between them: ranks, grades
    INTERVAL = "interval"  # by the square of their difference


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """How often each unit was given each value. Missing is not given, never a value of its own.

    ``mirrored`` units are ones of which it says nothing which way round they stand (a pair of
    answers): value i then stands for value v - 1 - i of the unit turned round, and what chance
    gives is made the same both ways.
    """

    counts: Floats  # (units, v)
    values: Floats  # (v,), ascending
    prompts: Ints  # (units,)
    weights: Floats  # (units,), 1 / propensity
    mirrored: bool = False


def units_of_ratings(units: Ints, values: Floats, prompts: Ints, weights: Floats) -> Units:
    """From one entry per rating: which unit, what value, of which prompt, 1 / its propensity."""
    if not len(units):
        raise NotEnoughOverlap("nothing was rated; α needs two prompts rated by two people.")
    if not np.isfinite(values).all():
        raise InconsistentData("a rating is not finite; leave out what was not given.")
    different, value = np.unique(values, return_inverse=True)
    _, first, unit = np.unique(units, return_index=True, return_inverse=True)
    v = len(different)
    if v > MOST_VALUES:
        raise InconsistentData(f"{v} different values; round them to at most {MOST_VALUES}.")
    counts = np.bincount(unit * v + value, minlength=len(first) * v).reshape(-1, v)
    return Units(counts.astype(np.float64), different, prompts[first], weights[first])


def units_of_choices(rankings: Rankings) -> Units:
    """Every two answers of a task are a unit; its values are worse, tied and better."""
    signs = rankings.signs()
    _, first, task = np.unique(rankings.tasks, return_index=True, return_inverse=True)
    pairs = signs.shape[1]
    row, pair = np.nonzero(signs != UNKNOWN)
    place = (task[row] * pairs + pair) * 3 + signs[row, pair] + 1
    counts = np.bincount(place, minlength=len(first) * pairs * 3).reshape(-1, 3)
    return Units(
        counts.astype(np.float64),
        np.array([-1.0, 0.0, 1.0]),
        np.repeat(rankings.prompts[first], pairs),
        np.repeat(rankings.weights[first], pairs),
        mirrored=True,
    )


def units_of_ranks(rankings: Rankings) -> Units:
    """Every answer of a task is a unit; its values are its mid-ranks among what a rater placed."""
    tiers = rankings.tiers
    row, answer = np.nonzero(tiers >= 0)
    mine = tiers[row, answer][:, None]
    others = tiers[row]
    before = ((others < mine) & (others >= 0)).sum(axis=1)
    ranks = before + ((others == mine).sum(axis=1) + 1) / 2
    task = codes_of(rankings.tasks)[row]
    return units_of_ratings(
        task * tiers.shape[1] + answer, ranks, rankings.prompts[row], rankings.weights[row]
    )


def krippendorff_alpha(
    units: Units,
    *,
    metric: Metric,
    rng: np.random.Generator,
    rounds: int = 200,
    level: float = 0.95,
) -> Estimate:
    """α with the interval of resampled prompts; 1 all agree, 0 as by chance, below 0 worse.

    Undefined where no two prompts have a unit that two people gave a value, and where everybody
    gave every unit the same value: with no variation nothing is known about reliability.
    """
    told = units.counts.sum(axis=1) > 1
    _, prompt = np.unique(units.prompts[told], return_inverse=True)
    n = int(prompt.max(initial=-1)) + 1
    if n < 2:
        raise NotEnoughOverlap(f"{n} prompt(s) rated by two people; α needs two.")
    together = summed(_coincidences(units, told), prompt, n)  # (n, v (v + 1) / 2)
    drawn = resampled_sums(together, rng=rng, rounds=rounds)
    values = alphas_of(np.vstack([together.sum(axis=0), drawn]), units, metric)
    if not np.isfinite(values[0]):
        raise NotEnoughData("everybody gave everything the same value; α is undefined.")
    low, high = percentiles(values[1:], level)
    return Estimate(float(values[0]), low, high, level, n)


def _coincidences(units: Units, told: Flags) -> Floats:
    """As ``paired_values``; weights are scaled to a mean of 1 over all values given, as α knows how
    many there are."""
    counts, weights = units.counts[told], units.weights[told]
    m = counts.sum(axis=1)
    return paired_values(counts, weights * (m.sum() / (weights * m).sum()))


def paired_values(counts: Floats, weights: Floats) -> Floats:
    """Ordered pairs of values in a unit over its values less one; both orders in one column.

    Columns are those of ``np.triu_indices(v)``.
    """
    share = weights / (counts.sum(axis=1) - 1)
    upper, lower = np.triu_indices(counts.shape[1])
    columns = np.empty((len(counts), len(upper)))
    for at, (i, j) in enumerate(zip(upper, lower, strict=True)):
        ordered = counts[:, i] * (counts[:, i] - 1) if i == j else 2 * counts[:, i] * counts[:, j]
        columns[:, at] = ordered * share
    return columns


def alphas_of(together: Floats, units: Units, metric: Metric) -> Floats:
    """α of each row of coincidences (rows, v (v + 1) / 2); nan where it is undefined."""
    v = len(units.values)
    upper, lower = np.triu_indices(v)
    matrix = np.zeros((len(together), v, v))
    matrix[:, upper, lower] = together / 2
    matrix += matrix.transpose(0, 2, 1)
    if units.mirrored:
        matrix = (matrix + matrix[:, ::-1, ::-1]) / 2
    given = matrix.sum(axis=2)  # (rows, v)
    n = given.sum(axis=1)
    distance = _distances(given, units.values, metric)
    observed = (matrix * distance).sum(axis=(1, 2))
    expected = np.einsum("ri,rj,rij->r", given, given, distance)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(
            np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan), dtype=np.float64
        )


def _distances(given: Floats, values: Floats, metric: Metric) -> Floats:
    """δ² of every two values: (rows, v, v), or one row for all."""
    if metric is Metric.NOMINAL:
        return 1 - np.eye(len(values))[None]
    if metric is Metric.INTERVAL:
        return np.asarray((values[:, None] - values[None, :]) ** 2, dtype=np.float64)[None]
    middle = np.cumsum(given, axis=1) - given / 2
    return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2, dtype=np.float64)
