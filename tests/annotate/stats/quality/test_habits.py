"""How raters lean beyond what is usual: on data of which it is known."""

import numpy as np
from scipy import stats

from annotate.stats.arrays import Floats
from annotate.stats.quality.habits import Lately, leanings_in


def generator() -> np.random.Generator:
    return np.random.default_rng(29)


RATERS, EACH = 6, 40


def lately(rng: np.random.Generator, leans: Floats) -> Lately:
    """Rankings of two answers; each rater has their own leaning to length, in logits for e times
    the length."""
    n = len(leans) * EACH
    raters = np.repeat(np.arange(len(leans)), EACH)
    logs = rng.normal(5, 1, size=(n, 2))
    chance = 1 / (1 + np.exp(-leans[raters] * (logs[:, 0] - logs[:, 1])))
    first = rng.random(n) < chance
    tiers = np.where(first[:, None], [0, 1], [1, 0]).astype(np.int8)
    none = np.zeros((n, 2))
    told = np.full(n, 300.0)
    return Lately(raters, np.arange(n), tiers, np.exp(logs), none, none, told, told)


def lengths_of(found: Lately) -> dict[int | None, tuple[float, float]]:
    told = [each for each in leanings_in(found) if each.feature == "length"]
    return {each.rater: (each.estimate.value, each.chance) for each in told}


def test_whoever_goes_by_length_makes_nobody_else_seem_to_prefer_what_is_short() -> None:
    """One of six goes by nothing but length: all votes together lean that way, nobody else does."""
    found = lengths_of(lately(generator(), np.array([6.0, 0, 0, 0, 0, 0])))

    assert found[0][1] < 0.01
    assert all(found[rater][1] > 0.05 for rater in range(1, RATERS))


def test_what_all_lean_to_is_nobodys_own_leaning(replications: int) -> None:
    """All lean alike: anybody is named at 5 % in 5 of 100 campaigns at the most."""
    rng = generator()
    named = [
        min(
            chance
            for rater, (_, chance) in lengths_of(lately(rng, np.full(RATERS, 0.8))).items()
            if rater is not None
        )
        < 0.05
        for _ in range(replications)
    ]

    assert sum(named) <= stats.binom.ppf(0.999, replications, 0.05)
