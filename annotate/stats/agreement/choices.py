"""Krippendorff's α of choices as a function of sums, so that any slice of tasks or doubles has one.

``annotate.stats.agreement.alpha`` says what it is; here are the sums of each task and of each
double, and α of their totals. In a slice, weights are scaled to a mean of 1 over its own values.
"""

import numpy as np

from annotate.stats.agreement.alpha import Metric, Units, alphas_of, paired_values, units_of_choices
from annotate.stats.agreement.pairwise import AT_ONCE
from annotate.stats.agreement.rankings import UNKNOWN, Doubles, Rankings
from annotate.stats.arrays import Floats, Ints

VALUES = np.array([-1.0, 0.0, 1.0])  # worse, tied, better
PAIRED = 6  # pairs of them, in either order


def choices_by_task(rankings: Rankings) -> tuple[Ints, Floats]:
    """Tasks in which several people ordered two answers, and for each its coincidences of values
    (see ``alpha.paired_values``) and how many values were given: (tasks, PAIRED + 1)."""
    units = units_of_choices(rankings)
    tasks = np.unique(rankings.tasks)
    m = units.counts.sum(axis=1)
    told = m > 1
    rows = np.zeros((len(m), PAIRED + 1))
    rows[told, :PAIRED] = paired_values(units.counts[told], units.weights[told])
    rows[told, PAIRED] = m[told]
    by_task = rows.reshape(len(tasks), -1, PAIRED + 1).sum(axis=1)
    defined = by_task[:, PAIRED] > 0
    return tasks[defined], by_task[defined]


def choices_by_double(rankings: Rankings, doubles: Doubles) -> Floats:
    """The same of each double alone, where nobody else takes part: (doubles, PAIRED + 1)."""
    rows, signs = np.zeros((len(doubles.one), PAIRED + 1)), rankings.signs()
    column = np.zeros((3, 3), dtype=np.int64)
    column[np.triu_indices(3)] = column.T[np.triu_indices(3)] = np.arange(PAIRED)
    for start in range(0, len(doubles.one), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        first, second = signs[doubles.one[part]], signs[doubles.other[part]]
        double, pair = np.nonzero((first != UNKNOWN) & (second != UNKNOWN))
        met = column[first[double, pair] + 1, second[double, pair] + 1]
        n = len(first) * PAIRED
        found = 2.0 * np.bincount(double * PAIRED + met, minlength=n).reshape(-1, PAIRED)
        rows[part, PAIRED] = found.sum(axis=1)
        rows[part, :PAIRED] = found * doubles.weights[part, None]
    return rows


def alpha_of_choices(sums: Floats) -> Floats:
    """α, by the order of worse, tied and better, of each row of summed coincidences and values."""
    together, values = sums[:, :PAIRED], sums[:, PAIRED]
    total = together.sum(axis=1)
    scale = np.divide(values, total, out=np.zeros(len(sums)), where=total > 0)
    nothing = np.empty(0, dtype=np.int64)
    turned = Units(np.empty((0, 3)), VALUES, nothing, np.empty(0), mirrored=True)
    return alphas_of(together * scale[:, None], turned, Metric.ORDINAL)
