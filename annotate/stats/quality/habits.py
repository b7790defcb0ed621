"""What else moves raters, and how they work: of all that was ranked lately, doubled or not."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from annotate.stats.agreement.rankings import UNKNOWN, answer_pairs
from annotate.stats.arrays import Floats, Ints, Small
from annotate.stats.bias.effort import hurry, own_verbosity, paste_shares
from annotate.stats.bias.leanings import Leanings, leanings_of
from annotate.stats.bias.many import holm
from commons.stats.bootstrap import Estimate
from commons.stats.errors import StatisticsError
from commons.stats.resampling import Sliced

FEATURES = ("position", "length", "markdown", "refusal")
LEAST = 20  # prompts of a rater, below which nothing is said of what they lean to


@dataclass(frozen=True, slots=True, eq=False)
class Lately:
    """n rankings; columns are answers in the order in which their rater saw them.

    ``tiers`` are as in ``Rankings``; ``lengths`` are characters, at least 1; ``markdown`` and
    ``refusal`` are 0 or 1. ``words`` and ``seconds`` are nan where they were not measured.
    """

    raters: Ints
    prompts: Ints
    tiers: Small  # (n, k)
    lengths: Floats  # (n, k)
    markdown: Floats
    refusal: Floats
    words: Floats  # (n,) of all that was to be read
    seconds: Floats  # (n,) active


@dataclass(frozen=True, slots=True)
class Leaning:
    """How many logits a feature adds; ``chance`` is corrected for all that were looked at."""

    feature: str
    rater: int | None  # none: of the campaign
    estimate: Estimate
    chance: float


def leanings_in(lately: Lately) -> list[Leaning]:
    """Of the campaign, and of each rater beyond what is usual in it (but for position, where nobody
    should lean at all). Holm over the campaign's four, and over all of the raters'."""
    rows, x, took = _votes(lately)
    if not len(rows):
        return []
    raters, prompts = lately.raters[rows], lately.prompts[rows]
    with suppress(StatisticsError):
        whole = leanings_of(np.zeros(len(rows), np.int64), prompts, x, took, least=LEAST)
        if not len(whole.raters):
            return []
        usual = _usual(leanings_of(raters, prompts, x, took, least=LEAST))
        each = leanings_of(raters, prompts, x, took, offset=x[:, 1:] @ usual, least=LEAST)
        return [*_told(whole, x, named=False), *_told(each, x, named=True)]
    return []


def _usual(own: Leanings) -> Floats:
    """What the rater in the middle leans to but for position, raters weighed by their prompts.

    Not what all votes together lean to: somebody who goes by length alone pulls that so far that
    whoever judges by nothing of the kind seems to prefer what is short.
    """
    usual = np.zeros(own.values.shape[1] - 1)
    if not len(own.raters):
        return usual
    for at, values in enumerate(own.values[:, 1:].T):
        order = np.argsort(values)
        weights = own.prompts[order]
        middles = (np.cumsum(weights) - weights / 2) / weights.sum()
        usual[at] = np.interp(0.5, middles, values[order])
    return usual


def _votes(lately: Lately) -> tuple[Ints, Floats, Floats]:
    """The row of every two answers that both were placed, features of the first less the second's,
    and 1, 0 or 1/2: whether the first was taken."""
    one, other = answer_pairs(lately.tiers.shape[1])
    first, second = lately.tiers[:, one], lately.tiers[:, other]
    signs = np.sign(second - first).astype(np.int8)
    signs[(first < 0) | (second < 0)] = UNKNOWN
    row, pair = np.nonzero(signs != UNKNOWN)
    a, b = one[pair], other[pair]
    logs = np.log(np.maximum(lately.lengths, 1))
    x = np.column_stack(
        [
            np.ones(len(row)),
            logs[row, a] - logs[row, b],
            lately.markdown[row, a] - lately.markdown[row, b],
            lately.refusal[row, a] - lately.refusal[row, b],
        ]
    )
    return row.astype(np.int64), x, (signs[row, pair] + 1) / 2


def _told(found: Leanings, x: Floats, *, named: bool) -> list[Leaning]:
    """A feature in which no two answers differ is not told of."""
    varies = [at for at in range(len(FEATURES)) if np.any(x[:, at])]
    chances = holm(found.chances[:, varies].ravel()).reshape(-1, len(varies))
    return [
        Leaning(
            FEATURES[at],
            int(found.raters[row]) if named else None,
            Estimate(
                float(found.values[row, at]),
                float(found.lows[row, at]),
                float(found.highs[row, at]),
                found.level,
                int(found.prompts[row]),
            ),
            float(chances[row, column]),
        )
        for row in range(len(found.raters))
        for column, at in enumerate(varies)
    ]


def hurried_in(lately: Lately, *, rng: np.random.Generator) -> dict[int, Estimate]:
    """Each rater's share of rankings that took less than reading takes."""
    found = hurry(lately.raters, lately.prompts, lately.words, lately.seconds, rng=rng)
    return _by_rater(found.shares)


def pasted_in(
    raters: Ints, prompts: Ints, typed: Floats, pasted: Floats, *, rng: np.random.Generator
) -> dict[int, Estimate]:
    """Of the characters that each put into written answers, the share that was pasted."""
    return _by_rater(paste_shares(raters, prompts, typed, pasted, rng=rng))


def longer_in(
    raters: Ints,
    prompts: Ints,
    words: Floats,
    kinds: Sequence[str],
    *,
    rng: np.random.Generator,
) -> dict[int, Estimate]:
    """How much longer than others' each one's texts are, as ``own_verbosity`` has it: beside those
    of the same prompt where somebody else answered it, else beside those of the same kind."""
    _, prompt = np.unique(prompts, return_inverse=True)
    _, kind = np.unique(np.array(kinds), return_inverse=True)
    people = np.unique(np.column_stack([prompt, raters]), axis=0)
    shared = np.bincount(people[:, 0])[prompt] > 1
    alike = np.where(shared, prompt + kind.max(initial=-1) + 1, kind)
    return _by_rater(own_verbosity(raters, prompts, words, alike, rng=rng))


def _by_rater(found: Sliced) -> dict[int, Estimate]:
    return {int(key): found.of(int(key)) for key in found.keys}


def likest(likenesses: Sequence[float]) -> float:
    """The likeness to the candidate that a written answer is most like; 0 beside none."""
    return max(likenesses, default=0.0)
