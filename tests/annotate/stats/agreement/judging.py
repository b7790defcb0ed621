"""Rankings of which it is known how they came about."""

import numpy as np

from annotate.stats.agreement.rankings import Rankings


def rankings_by(
    rng: np.random.Generator,
    *,
    tasks: int,
    raters: int = 2,
    answers: int = 3,
    signal: float = 1.5,
    tied: float = 0.2,
    unplaced: float = 0.1,
) -> Rankings:
    """Each task's answers have a worth, each rater sees it with noise, ties some, skips some."""
    n = tasks * raters
    task = np.repeat(np.arange(tasks), raters)
    worth = rng.normal(scale=signal, size=(tasks, answers))
    seen = worth[task] + rng.gumbel(size=(n, answers))
    tiers = np.argsort(np.argsort(-seen, axis=1), axis=1)
    tiers = np.where(rng.random((n, 1)) < tied, tiers // 2, tiers)
    tiers[rng.random((n, answers)) < unplaced] = -1
    return Rankings(
        task, task, np.tile(np.arange(raters), tasks), tiers.astype(np.int8), np.ones(n)
    )


def rows(*tiers: list[int], tasks: list[int], weights: list[float] | None = None) -> Rankings:
    """Rankings written down: the raters of a task are 0, 1, .. in the order of its rows."""
    task = np.array(tasks)
    raters = np.array([tasks[:at].count(each) for at, each in enumerate(tasks)])
    weight = np.array(weights or [1.0] * len(tasks))
    return Rankings(task, task, raters, np.array(tiers, dtype=np.int8), weight)
