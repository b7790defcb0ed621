"""Votes on two answers to a prompt, and their layout by pair of answers."""

from dataclasses import dataclass, replace

import numpy as np

from annotate.stats.agreement.rankings import UNKNOWN, Rankings, answer_pairs
from annotate.stats.arrays import Floats, Ints
from commons.stats.errors import InconsistentData, NotEnoughData

FIRST, SECOND, TIE = 0, 1, 2
SAYINGS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """n votes. ``first`` and ``second`` are the places of two answers among those of the prompt,
    0 .. answers - 1; ``said`` is FIRST, SECOND or TIE."""

    prompts: Ints  # (n,)
    first: Ints  # (n,)
    second: Ints  # (n,)
    raters: Ints  # (n,)
    said: Ints  # (n,)

    def __post_init__(self) -> None:
        columns = (self.prompts, self.first, self.second, self.raters, self.said)
        if len({len(each) for each in columns}) > 1:
            raise InconsistentData("prompts, first, second, raters and said must be equally long.")
        if not len(self.prompts):
            raise NotEnoughData("there are no votes.")
        if min(self.first.min(), self.second.min()) < 0 or (self.first == self.second).any():
            raise InconsistentData("a vote is on two different answers, numbered from 0.")
        if not np.isin(self.said, (FIRST, SECOND, TIE)).all():
            raise InconsistentData("a vote says FIRST, SECOND or TIE.")

    @property
    def answers(self) -> int:
        return int(max(self.first.max(), self.second.max())) + 1


def votes_of(rankings: Rankings) -> Votes:
    """Every two answers that a ranking places are a vote; answers keep their columns."""
    signs = rankings.signs()
    one, other = answer_pairs(signs.shape[1] and rankings.tiers.shape[1])
    row, pair = np.nonzero(signs != UNKNOWN)
    said = np.array([SECOND, TIE, FIRST])[signs[row, pair] + 1]
    return Votes(rankings.prompts[row], one[pair], other[pair], rankings.raters[row], said)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Votes by cell, a pair of answers to one prompt, the cells with most votes first.

    ``turns[j]`` holds of the first ``len(turns[j])`` cells the (j + 1)-th vote, as 3 rater + said
    with the cell's lower answer as the first. Sums over a cell are then sums over turns.
    """

    prompt_codes: Ints  # (prompts,), the caller's numbers of the prompts 0, 1, ..
    rater_codes: Ints  # (raters,)
    prompts: Ints  # (cells,)
    lower: Ints  # (cells,), places of its two answers
    upper: Ints  # (cells,)
    turns: list[Ints]
    answers: int

    @property
    def votes_by_rater(self) -> Floats:
        counts = np.zeros(len(self.rater_codes))
        for turn in self.turns:
            counts += np.bincount(turn // SAYINGS, minlength=len(counts))
        return counts

    def without_ties(self) -> "Cells":
        """The same raters and prompts; cells of ties alone are gone."""
        cell = np.concatenate([np.arange(len(turn)) for turn in self.turns])
        told = np.concatenate(self.turns)
        strict = told % SAYINGS != TIE
        if not strict.any():
            raise NotEnoughData("every vote is a tie.")
        left, cell, sizes = np.unique(cell[strict], return_inverse=True, return_counts=True)
        largest_first, turns = _laid_out(cell, sizes, told[strict])
        left = left[largest_first]
        return replace(
            self,
            prompts=self.prompts[left],
            lower=self.lower[left],
            upper=self.upper[left],
            turns=turns,
        )


def cells_of(votes: Votes) -> Cells:
    prompt_codes, prompt = np.unique(votes.prompts, return_inverse=True)
    rater_codes, rater = np.unique(votes.raters, return_inverse=True)
    answers = votes.answers
    turned = votes.first > votes.second
    said = np.where(turned & (votes.said != TIE), 1 - votes.said, votes.said)
    lower, upper = np.minimum(votes.first, votes.second), np.maximum(votes.first, votes.second)
    codes, cell, sizes = np.unique(
        (prompt * answers + lower) * answers + upper, return_inverse=True, return_counts=True
    )
    largest_first, turns = _laid_out(cell, sizes, rater * SAYINGS + said)
    codes = codes[largest_first]
    return Cells(
        prompt_codes,
        rater_codes,
        codes // answers**2,
        codes // answers % answers,
        codes % answers,
        turns,
        answers,
    )


def _laid_out(cell: Ints, sizes: Ints, told: Ints) -> tuple[Ints, list[Ints]]:
    """The order of cells, those with most votes first; and what was told, by turn."""
    largest_first = np.argsort(-sizes, kind="stable")
    place = np.empty(len(sizes), dtype=np.int64)  # of each cell, once the largest come first
    place[largest_first] = np.arange(len(sizes))
    told = told[np.argsort(place[cell], kind="stable")]
    sizes = sizes[largest_first]
    starts = np.cumsum(sizes) - sizes
    return largest_first, [
        told[starts[sizes > turn] + turn] for turn in range(int(sizes.max(initial=0)))
    ]
