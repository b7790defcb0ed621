"""How often two raters order two answers alike, what chance would give, and Kendall's τ-b.

The same figure as ``commons.stats.agreement``, for a million rankings and for every slice.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from annotate.stats.agreement.rankings import UNKNOWN, Doubles, Rankings, doubles_of
from annotate.stats.arrays import Flags, Floats, Ints, Small, summed
from commons.stats.agreement import TieRule
from commons.stats.bootstrap import Estimate
from commons.stats.errors import InconsistentData, NotEnoughOverlap
from commons.stats.resampling import Sliced, percentiles, ratios_by_slice, resampled_sums

AT_ONCE = 200_000  # doubles


@dataclass(frozen=True, slots=True)
class Agreement:
    """``chance`` is what two raters who look at nothing would reach, with this share of ties."""

    estimate: Estimate
    chance: float


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One figure of every double: a weighted mean of ``sums`` over ``counts``, resampled by prompt.

    Slices cut it by anything that a double has: its prompt's skill, language or week, its raters.
    """

    sums: Floats  # (d,)
    counts: Floats  # (d,)
    prompts: Ints  # (d,)

    def overall(
        self, *, rng: np.random.Generator, rounds: int = 200, level: float = 0.95
    ) -> Estimate:
        told = self.counts > 0
        _, prompt = np.unique(self.prompts[told], return_inverse=True)
        n = int(prompt.max(initial=-1)) + 1
        if n < 2:
            raise NotEnoughOverlap(f"{n} prompt(s) judged by two people; agreement needs two.")
        rows = summed(np.column_stack([self.sums[told], self.counts[told]]), prompt, n)
        drawn = resampled_sums(rows, rng=rng, rounds=rounds)
        low, high = percentiles(drawn[:, 0] / np.maximum(drawn[:, 1], 1e-300), level)
        above, below = rows.sum(axis=0)
        return Estimate(float(above / below), low, high, level, n)

    def by(
        self,
        slices: Ints,
        *,
        rng: np.random.Generator,
        rounds: int = 200,
        level: float = 0.95,
        least: int = 5,
    ) -> Sliced:
        """One estimate for each value of ``slices`` (d,) that ``least`` prompts carry."""
        return ratios_by_slice(
            self.sums,
            self.counts,
            slices=slices,
            prompts=self.prompts,
            rng=rng,
            rounds=rounds,
            level=level,
            least=least,
        )


def pairwise(rankings: Rankings, *, ties: TieRule, doubles: Doubles | None = None) -> Measured:
    """Agreement on every two answers that both raters of a double placed, by the tie rule."""
    doubles = doubles or doubles_of(rankings)
    agreed, compared = np.zeros(len(doubles.one)), np.zeros(len(doubles.one))
    for part, first, second in _seen_by_both(rankings, doubles):
        counts = _counts(first, second, ties)
        compared[part] = counts.sum(axis=1)
        agreed[part] = (_alike(first, second, ties) * counts).sum(axis=1)
    return Measured(agreed * doubles.weights, compared * doubles.weights, doubles.prompts)


def pairwise_agreement(
    rankings: Rankings,
    *,
    ties: TieRule,
    rng: np.random.Generator,
    rounds: int = 200,
    level: float = 0.95,
) -> Agreement:
    """The chance that two raters order two answers alike, beside what chance alone gives."""
    estimate = pairwise(rankings, ties=ties).overall(rng=rng, rounds=rounds, level=level)
    return Agreement(estimate, chance_of(tie_share(rankings), ties))


def tie_share(rankings: Rankings) -> float:
    """The weighted share of ties among what raters of doubled tasks said of two answers."""
    tied, said = ties_said(rankings, doubles_of(rankings)).sum(axis=0)
    if not said:
        raise NotEnoughOverlap("no two answers were placed by two raters of one task.")
    return float(tied / said)


def ties_said(rankings: Rankings, doubles: Doubles) -> Floats:
    """What both raters of each double said of two answers: ties, and all of it (doubles, 2)."""
    signs = rankings.signs()
    counts = np.column_stack([(signs == 0).sum(axis=1), (signs != UNKNOWN).sum(axis=1)])
    both = counts[doubles.one] + counts[doubles.other]
    return np.asarray(both * doubles.weights[:, None], dtype=np.float64)


def chances_of(tied: Floats, ties: TieRule) -> Floats:
    """``chance_of`` each."""
    return np.array([chance_of(float(each), ties) for each in tied], dtype=np.float64)


def chance_of(tied: float, ties: TieRule) -> float:
    """Agreement of two who tie with chance ``tied`` and otherwise toss a coin.

    Which of two answers stands first says nothing, so a preference is as likely either way:
    DROP 1/2; EXACT t² + (1 - t)²/2; HALF 1/2 + t²/2.
    """
    if ties is TieRule.DROP:
        return 0.5
    if ties is TieRule.EXACT:
        return tied**2 + (1 - tied) ** 2 / 2
    return 0.5 + tied**2 / 2


def tau_b(rankings: Rankings, *, doubles: Doubles | None = None) -> Measured:
    """Kendall's τ-b of every double, over the answers that both placed; its mean is the figure.

    (C - D) / sqrt((n0 - n1)(n0 - n2)) (Kendall 1945, "The Treatment of Ties in Ranking
    Problems"). A double in which either ties everything has no τ-b and is left out. By chance 0.
    """
    doubles = doubles or doubles_of(rankings)
    taus, defined = np.zeros(len(doubles.one)), np.zeros(len(doubles.one))
    for part, first, second in _seen_by_both(rankings, doubles):
        both = (first != UNKNOWN) & (second != UNKNOWN)
        untied = (both & (first != 0)).sum(axis=1) * (both & (second != 0)).sum(axis=1)
        ordered = (first * second * both).sum(axis=1, dtype=np.int64)
        taus[part] = ordered / np.sqrt(np.maximum(untied, 1))
        defined[part] = untied > 0
    return Measured(taus * defined * doubles.weights, defined * doubles.weights, doubles.prompts)


def preferences_shared(rankings: Rankings, doubles: Doubles) -> tuple[Floats, Floats]:
    """Of each double, what share of the other's preferences its one shares, and of the one's its
    other; who ties the two answers shares half. nan where there is no preference to be shared."""
    found = np.full((2, len(doubles.one)), np.nan)
    for part, first, second in _seen_by_both(rankings, doubles):
        both = (first != UNKNOWN) & (second != UNKNOWN)
        alike = 1 - np.abs(first - second) / 2
        for row, told in ((0, both & (second != 0)), (1, both & (first != 0))):
            n = told.sum(axis=1)
            found[row, part] = np.divide(
                (alike * told).sum(axis=1), n, out=np.full(len(n), np.nan), where=n > 0
            )
    return found[0], found[1]


def agreement_by_strength(
    rankings: Rankings, *, rng: np.random.Generator, rounds: int = 200, level: float = 0.95
) -> Sliced:
    """How often the other rater shares a preference, by how strong the one says it is.

    Each preference with a known strength is asked of the other rater of its double, in both
    directions; a tie of the other is half an agreement.
    """
    if rankings.strengths is None:
        raise InconsistentData("these rankings have no strengths; ask for them in the campaign.")
    doubles = doubles_of(rankings)
    signs, strengths = rankings.signs(), rankings.strengths
    said, heard = (
        np.concatenate([doubles.one, doubles.other]),
        np.concatenate([doubles.other, doubles.one]),
    )
    asked = (strengths[said] > 0) & (np.abs(signs[said]) == 1) & (signs[heard] != UNKNOWN)
    row, pair = np.nonzero(asked)
    alike = 1 - np.abs(signs[said[row], pair] - signs[heard[row], pair]) / 2
    weights = np.concatenate([doubles.weights, doubles.weights])[row]
    return ratios_by_slice(
        alike * weights,
        weights,
        slices=strengths[said[row], pair].astype(np.int64),
        prompts=np.concatenate([doubles.prompts, doubles.prompts])[row],
        rng=rng,
        rounds=rounds,
        level=level,
    )


def _seen_by_both(rankings: Rankings, doubles: Doubles) -> Iterator[tuple[slice, Small, Small]]:
    signs = rankings.signs()
    for start in range(0, len(doubles.one), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        yield part, signs[doubles.one[part]], signs[doubles.other[part]]


def _counts(first: Small, second: Small, ties: TieRule) -> Flags:
    both = (first != UNKNOWN) & (second != UNKNOWN)
    if ties is TieRule.DROP:
        both &= (first != 0) & (second != 0)
    return np.asarray(both, dtype=np.bool_)


def _alike(first: Small, second: Small, ties: TieRule) -> Floats:
    alike = 1 - np.abs(first - second) / 2 if ties is TieRule.HALF else first == second
    return np.asarray(alike, dtype=np.float64)
