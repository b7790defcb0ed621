"""The ways in which pairs of answers were voted on: far fewer than there are pairs.

Which of two answers is called the first says nothing of a rater, nor does the order in which votes
came. So all pairs on which the same raters said the same, or all of them the contrary, weigh alike
whatever their raters are worth, and what is summed over a million pairs is a sum over some ten
thousand patterns, each as often as it was seen.
"""

from dataclasses import dataclass

import numpy as np

from annotate.stats.arrays import Floats, Ints, codes_of
from annotate.stats.reliability.votes import SAYINGS, TIE, Cells


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """``turns`` are as in ``Cells``, those with most votes first; ``seen`` is how many cells each
    stands for."""

    turns: list[Ints]
    seen: Floats  # (patterns,)


def patterns_of(cells: Cells) -> Patterns:
    tables = [_merged(table) for table in _by_votes(cells.turns)]
    turns = [
        np.concatenate([votes[:, turn] for votes, _ in tables if votes.shape[1] > turn])
        for turn in range(len(cells.turns))
    ]
    return Patterns(turns, np.concatenate([seen for _, seen in tables]))


def _by_votes(turns: list[Ints]) -> list[Ints]:
    """The votes of all cells that have as many, (cells, votes); those with most come first."""
    ends = [*(len(turn) for turn in turns), 0]
    return [
        np.column_stack([each[ends[votes] : ends[votes - 1]] for each in turns[:votes]])
        for votes in range(len(turns), 0, -1)
        if ends[votes - 1] > ends[votes]
    ]


def _merged(votes: Ints) -> tuple[Ints, Floats]:
    """The different rows and how often each is there, mirrored ones being the same."""
    said = votes % SAYINGS
    one = np.sort(votes, axis=1)
    other = np.sort(votes - said + np.where(said == TIE, TIE, 1 - said), axis=1)
    at = np.argmax(one != other, axis=1)[:, None]  # where they part first, if they do
    turned = np.take_along_axis(other, at, axis=1) < np.take_along_axis(one, at, axis=1)
    kept = np.where(turned, other, one)
    _, first, seen = np.unique(codes_of(*kept.T), return_index=True, return_counts=True)
    return kept[first], seen.astype(np.float64)
