"""Scored cases in one line each."""

from collections.abc import Sequence

import numpy as np

from rewards.engine.benchmarks.case import Case, Scored
from rewards.stats.drawn import Drawing


def scored(subset: str, right: Sequence[float], wrong: Sequence[float], id: str = "1") -> Scored:
    case = Case(id, subset, [], ["right"] * len(right), ["wrong"] * len(wrong))
    return Scored(case, right, wrong)


def drawing() -> Drawing:
    return Drawing(np.random.default_rng(0), rounds=50)
