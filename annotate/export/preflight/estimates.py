"""A share with its interval, from hits and trials summed over groups of prompts."""

from dataclasses import dataclass

from annotate.export.preflight.kept import Groups
from commons.stats.wilson import wilson

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """``value`` of ``of`` trials; ``low`` and ``high`` are None where fewer than two groups are."""

    value: float
    low: float | None
    high: float | None
    level: float
    of: int
    groups: int


def share_of(found: Groups, *, level: float = LEVEL) -> Share | None:
    """The ratio of sums r = X / N over groups of prompts, with a Wilson interval; None = no trial.

    Pairs of a prompt share its answers, so they are not independent. The variance of r is that of a
    ratio estimator over G groups, v = G / (G - 1) · Σ (x_g - r n_g)² / N² (Wolter 2007, chapter 2),
    and the interval is Wilson's (1927) at the effective number of trials r (1 - r) / v, at most N
    (Korn and Graubard 1998, "Confidence intervals for proportions with small expected number of
    positive counts", put it into the exact interval; Dean and Pagano 2015 into Wilson's). Where
    every trial hit, or none, v says nothing, and the groups are counted instead.
    """
    sums = list(found.sums.values())
    hits, trials = sum(one[0] for one in sums), sum(one[1] for one in sums)
    if not trials:
        return None
    r, groups = hits / trials, len(sums)
    if groups < 2:
        return Share(r, None, None, level, trials, groups)
    spread = sum((x - r * n) ** 2 for x, n in sums) / trials**2 * groups / (groups - 1)
    low, high = wilson(r, _effective(r, spread, trials, groups), level=level)
    return Share(r, low, high, level, trials, groups)


def _effective(share: float, variance: float, trials: int, groups: int) -> float:
    if share in (0, 1):
        return groups
    return min(trials, share * (1 - share) / variance) if variance else trials
