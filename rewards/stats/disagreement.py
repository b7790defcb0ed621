"""How far two reward models disagree about answers, where none of them can say how sure it is."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Scores = Sequence[Sequence[float]]  # of each prompt those of its answers


def halves_apart(first: Scores, second: Scores) -> list[list[float | None]]:
    """The standard deviation of two models' scores of each answer, in the units of the first.

    Only differences under one prompt mean something, so that each model's scores are taken from
    their mean there, c = s - mean(s), and brought to one scale by their deviation within prompts,
    pooled over all of them: sigma^2 = sum(c^2) / sum(n - 1), of which the ratio alone is needed.
    Two values' standard deviation is half their distance, |c1 - c2 sigma1 / sigma2| / 2;
    sqrt(n / (n - 1)) makes up for the mean, which is of the same n answers, so that prompts with
    few answers and with many compare.

    None where a prompt has a single answer, or a model tells no two answers of any prompt apart:
    nothing is known there.
    """
    ours, theirs = [_centred(each) for each in first], [_centred(each) for each in second]
    squares, their_squares = _sum_of_squares(ours), _sum_of_squares(theirs)
    if not squares or not their_squares:
        return [[None] * len(each) for each in first]
    scale = sqrt(squares / their_squares)
    return [_halves(mine, other * scale) for mine, other in zip(ours, theirs, strict=True)]


def _halves(mine: Floats, other: Floats) -> list[float | None]:
    if len(mine) < 2:
        return [None] * len(mine)
    makes_up = sqrt(len(mine) / (len(mine) - 1))
    return [float(each) * makes_up / 2 for each in np.abs(mine - other)]


def _centred(scores: Sequence[float]) -> Floats:
    if len(set(scores)) < 2:  # equals have a mean that may be off in its last digit
        return np.zeros(len(scores))
    found = np.array(scores, dtype=np.float64)
    return np.asarray(found - found.mean(), dtype=np.float64)


def _sum_of_squares(centred: Sequence[Floats]) -> float:
    """Over all prompts; 0 where none has two answers that differ."""
    return sum(float((each**2).sum()) for each in centred)
