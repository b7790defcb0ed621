"""A win rate with length taken out: by hand, by scipy, and where the truth is known."""

import numpy as np
import pytest
from scipy.optimize import minimize

from commons.stats.errors import InconsistentData, NotEnoughData
from commons.stats.length_control import PRIOR, length_controlled
from tests.simulating import assert_covers


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_wins_that_only_length_explains_are_even_at_equal_length() -> None:
    """Three in four are longer, and eight in nine of the longer ones win."""
    longer = np.array([1.0, 1.0, 1.0, -1.0] * 40)
    wins = (longer > 0).astype(float)
    wins[::9] = 1 - wins[::9]

    found = length_controlled(wins, longer, np.arange(len(longer)), rng=rng(), rounds=500)

    assert wins.mean() > 0.6
    assert found.low < 0.5 < found.high
    assert found.n == 160


def test_it_is_the_maximum_that_scipy_finds() -> None:
    draw = rng()
    longer = draw.normal(0.3, 0.5, 200)
    wins = (draw.random(200) < 1 / (1 + np.exp(-(0.4 + 1.5 * longer)))).astype(float)

    def lost(at: np.ndarray) -> float:
        logit = at[0] + at[1] * longer
        likelihood = wins * logit - np.logaddexp(0, logit)
        return float(-likelihood.sum() + PRIOR / 2 * (at @ at))

    best = minimize(lost, np.zeros(2)).x[0]
    found = length_controlled(wins, longer, np.arange(200), rng=rng(), rounds=200)

    assert found.value == pytest.approx(1 / (1 + np.exp(-best)), abs=1e-5)
    assert found.low < 1 / (1 + np.exp(-0.4)) < found.high


def test_a_side_that_always_wins_stays_finite() -> None:
    found = length_controlled([1.0] * 6, [0.1] * 6, [0, 0, 1, 1, 2, 2], rng=rng(), rounds=50)

    assert 0.5 < found.low <= found.value <= found.high <= 1


def test_prompts_are_resampled_whole() -> None:
    """Ten pairings of each of four prompts say little more than four."""
    wins = np.repeat([1.0, 0.0, 1.0, 0.0], 10)

    alone = length_controlled(wins, np.zeros(40), np.arange(40), rng=rng(), rounds=500)
    together = length_controlled(wins, np.zeros(40), np.arange(40) // 10, rng=rng(), rounds=500)

    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_what_it_cannot_say_it_refuses() -> None:
    with pytest.raises(NotEnoughData, match="1 prompt"):
        length_controlled([1.0, 0.0], [0.0, 0.1], [3, 3], rng=rng())
    with pytest.raises(InconsistentData, match="equal length"):
        length_controlled([1.0], [0.0, 0.1], [3, 3], rng=rng())
    with pytest.raises(InconsistentData, match="from 0 to 1"):
        length_controlled([1.0, 2.0], [0.0, 0.1], [3, 4], rng=rng())


def test_intervals_hold_the_truth(replications: int) -> None:
    """At equal length 60 of 100 are won; ours are longer, and longer ones win."""
    draw, found = rng(), []
    for _ in range(replications):
        longer = draw.normal(0.3, 0.5, 300)
        chance = 1 / (1 + np.exp(-(np.log(1.5) + 1.5 * longer)))
        wins = (draw.random(300) < chance).astype(float)
        prompts = np.arange(300) // 1.5 // 1
        found.append(length_controlled(wins, longer, prompts, rng=draw, rounds=400))

    assert {each.n for each in found} == {200}
    assert_covers(each.low <= 0.6 <= each.high for each in found)
