"""Kendall's W: how far all raters of a task put its answers in one order."""

from dataclasses import dataclass

import numpy as np

from annotate.stats.agreement.rankings import Rankings
from annotate.stats.arrays import Flags, Floats, Ints, Small, summed
from commons.stats.bootstrap import Estimate
from commons.stats.errors import NotEnoughOverlap
from commons.stats.resampling import percentiles, resampled_sums


@dataclass(frozen=True, slots=True)
class Concordance:
    """The mean W of the tasks. ``chance`` is the mean of 1 / raters, what W is for those who look
    at nothing, so W of two raters and of five must not be compared; ``correlation`` takes that
    out: the mean of Spearman's ρ between raters, (m W - 1) / (m - 1), 0 by chance."""

    estimate: Estimate
    chance: float
    correlation: Estimate
    left_out: int  # tasks with two raters in which all that is common is tied by everybody


@dataclass(frozen=True, slots=True, eq=False)
class TaskConcordance:
    """W of every task that defines one."""

    tasks: Ints  # (t,)
    values: Floats  # (t,)
    raters: Ints  # (t,)
    prompts: Ints  # (t,)
    weights: Floats  # (t,)
    left_out: int


def concordance(
    rankings: Rankings, *, rng: np.random.Generator, rounds: int = 200, level: float = 0.95
) -> Concordance:
    """Kendall's W over the tasks that two or more people ranked, each as it is weighted."""
    found = task_concordance(rankings)
    _, prompt = np.unique(found.prompts, return_inverse=True)
    n = int(prompt.max(initial=-1)) + 1
    if n < 2:
        raise NotEnoughOverlap(f"{n} prompt(s) ranked by two people; W needs two.")
    m = found.raters.astype(np.float64)
    figures = np.column_stack(
        [found.values, 1 / m, (m * found.values - 1) / (m - 1), np.ones(len(m))]
    )
    rows = summed(figures * found.weights[:, None], prompt, n)
    drawn = resampled_sums(rows, rng=rng, rounds=rounds)
    w, chance, correlation = rows.sum(axis=0)[:3] / rows[:, 3].sum()
    limits = [percentiles(drawn[:, at] / drawn[:, 3], level) for at in (0, 2)]
    return Concordance(
        Estimate(float(w), *limits[0], level, n),
        float(chance),
        Estimate(float(correlation), *limits[1], level, n),
        found.left_out,
    )


def task_concordance(rankings: Rankings) -> TaskConcordance:
    """W = 12 S / (m² (k³ - k) - m Σ T), over the k answers that all m raters of a task placed.

    S is the sum of squares of the answers' rank sums about their mean, T = Σ (t³ - t) of a
    rater's groups of t tied answers (Kendall and Babington Smith 1939, "The Problem of m
    Rankings"; ties: Siegel and Castellan 1988, "Nonparametric Statistics", section 9.7). Answers
    are ranked anew among those that are common. Undefined where all raters tie all of them.
    """
    order = np.argsort(rankings.tasks, kind="stable")
    tasks, starts, m = np.unique(rankings.tasks[order], return_index=True, return_counts=True)
    if not len(tasks):
        raise NotEnoughOverlap("there are no rankings; W needs two of one task.")
    tiers = rankings.tiers[order]
    common = np.logical_and.reduceat(tiers >= 0, starts, axis=0)  # (t, k)
    ranks, tied = _ranks(tiers, np.repeat(common, m, axis=0))
    k = common.sum(axis=1)
    rank_sums = np.add.reduceat(ranks, starts, axis=0)
    middle = m * (k + 1) / 2
    spread = (((rank_sums - middle[:, None]) * common) ** 2).sum(axis=1)
    ties = np.add.reduceat(tied, starts)
    most = m.astype(np.float64) ** 2 * (k.astype(np.float64) ** 3 - k) - m * ties
    asked = (m > 1) & (k > 1)
    defined = asked & (most > 0)
    first = order[starts][defined]
    return TaskConcordance(
        tasks[defined],
        12 * spread[defined] / most[defined],
        m[defined],
        rankings.prompts[first],
        rankings.weights[first],
        int(np.count_nonzero(asked & ~defined)),
    )


def _ranks(tiers: Small, common: Flags) -> tuple[Floats, Floats]:
    """Mid-ranks (n, k) among the common answers, 0 elsewhere, and Σ (t³ - t) of each row."""
    ranks, tied = np.zeros(tiers.shape), np.zeros(len(tiers))
    for answer in range(tiers.shape[1]):
        mine = tiers[:, answer : answer + 1]
        before = ((tiers < mine) & common).sum(axis=1)
        alike = ((tiers == mine) & common).sum(axis=1)  # with itself
        here = common[:, answer]
        ranks[:, answer] = (before + (alike + 1) / 2) * here
        tied += (alike**2 - 1) * here  # over a group of t: t (t² - 1)
    return ranks, tied
