"""Reliability: who answers at random is found, by votes on prompts that the head never saw."""

import numpy as np
import pytest

from rewards.engine.heads import Comparisons
from rewards.engine.raters import Reliability, learn_reliability, reliability_of


def votes(raters: int, careless: int, each: int, rng: np.random.Generator) -> tuple:
    """Pairs whose truth is one coordinate out of eight; the last ``careless`` answer by a coin."""
    count = raters * each
    coordinates = rng.normal(size=(2 * count, 8))
    first, second = np.arange(count) * 2, np.arange(count) * 2 + 1
    rater = np.repeat(np.arange(raters), each)
    right = coordinates[first, 0] > coordinates[second, 0]
    says = np.where(rater >= raters - careless, rng.random(count) < 0.5, right)
    pairs = Comparisons(
        better=np.where(says, first, second),
        worse=np.where(says, second, first),
        target=np.ones(count),
        weight=np.full(count, 1 / count),
        prompt=np.arange(count),
        rater=rater,
        vote=np.ones(count),
    )
    return coordinates, pairs


def test_who_answers_by_a_coin_is_told_apart() -> None:
    rng = np.random.default_rng(1)
    coordinates, pairs = votes(8, 3, 40, rng)

    found = learn_reliability(coordinates, pairs, np.full(8, 0.01), rng=rng)

    assert found.eta[:5].min() > found.eta[5:].max()
    assert found.trust[:5].min() > 0.5 > 0.3 > found.trust[5:].max()
    assert found.votes.tolist() == [40.0] * 8


def test_the_most_likely_reliability_by_hand() -> None:
    """Three sure votes of four as the scores say, under a flat prior: 3/4. A tie is no vote."""
    pairs = Comparisons(
        better=np.zeros(5, np.int64),
        worse=np.ones(5, np.int64),
        target=np.array([1.0, 1.0, 1.0, 1.0, 0.5]),
        weight=np.full(5, 0.2),
        prompt=np.arange(5),
        rater=np.zeros(5, np.int64),
        vote=np.ones(5),
    )

    found = reliability_of(np.array([50.0, 50.0, 50.0, -50.0, 50.0]), pairs, 1, (1.0, 1.0))

    assert found.eta.tolist() == pytest.approx([0.75], abs=0.002)
    assert found.votes.tolist() == [4.0]


def test_chance_and_worse_count_nothing() -> None:
    reliability = Reliability(np.array([1.0, 0.75, 0.5, 0.2]), np.ones(4))

    assert reliability.trust.tolist() == pytest.approx([1.0, 0.25, 0.0, 0.0])
