"""The arrays that figures are computed from, and how rows that belong together are found."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Small = NDArray[np.int8]
Flags = NDArray[np.bool_]


def pairs_within(groups: Ints) -> tuple[Ints, Ints]:
    """Every two rows of one group, once: two index arrays, the smaller index first in each."""
    order = np.argsort(groups, kind="stable")
    _, starts, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    place = np.arange(len(groups)) - np.repeat(starts, sizes)  # within its group
    one = np.repeat(np.arange(len(groups)), place)  # each row meets those before it
    other = np.repeat(np.arange(len(groups)) - place, place) + _counted_up(place)
    first, second = order[other], order[one]
    return np.minimum(first, second), np.maximum(first, second)


def codes_of(*columns: Ints) -> Ints:
    """One number for each different combination, 0 .. combinations - 1, in their order."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        _, each = np.unique(column, return_inverse=True)
        _, code = np.unique(code * (int(each.max(initial=0)) + 1) + each, return_inverse=True)
    return code


def summed(values: Floats, groups: Ints, length: int) -> Floats:
    """Sums of the rows of ``values`` (n, k) by group: (length, k)."""
    return np.column_stack([np.bincount(groups, column, length) for column in values.T])


def _counted_up(lengths: Ints) -> Ints:
    """0, 1, .. length - 1 for each length, one after the other."""
    ends = np.cumsum(lengths)
    return np.arange(int(lengths.sum())) - np.repeat(ends - lengths, lengths)
