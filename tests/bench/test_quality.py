"""What quality is measured with knows the truth: as many votes as are asked for, by its raters."""

import numpy as np
import pytest

from annotate.stats.reliability.votes import FIRST, SECOND, Votes
from bench.quality_simulated import (
    Sequences,
    Simulated,
    alike_within,
    contests,
    majority,
    rankings,
    votes,
    wins,
)


def three_votes() -> Simulated:
    """Of three answers 0 beats 1 twice and loses once, 0 beats 2, and 1 and 2 were not compared."""
    first, second = np.array([0, 0, 0, 0]), np.array([1, 1, 1, 2])
    said, none = np.array([FIRST, FIRST, SECOND, FIRST]), np.zeros(4, dtype=np.int64)
    return Simulated(Votes(none, first, second, none, said), np.zeros((1, 3)), np.zeros(1))


def test_the_majority_counts_pairs_and_wins_count_votes() -> None:
    assert majority(three_votes()).tolist() == [[1.0, -0.5, -0.5]]
    assert wins(three_votes()).tolist() == [[3.0, 1.0, 0.0]]


def test_an_order_is_compared_within_its_prompt() -> None:
    """The same, turned round, and all tied, which knows nothing: the mean of 1, -1 and 0."""
    found = np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [0.0, 0.0, 0.0]])

    assert alike_within(found, np.tile([10.0, 20.0, 30.0], (3, 1))) == pytest.approx(0.0)


def test_there_are_as_many_votes_as_are_asked_for() -> None:
    rng = np.random.default_rng(1)
    given = votes(rng, 1_800, 10)
    twice = votes(rng, 3_600, 10, like=given)

    assert (len(given.votes.said), len(twice.votes.said)) == (1_800, 3_600)
    assert twice.scores is given.scores
    assert given.eta.tolist() == [0.5] * 3 + [0.95] * 7
    assert rankings(rng, 500, 10).tiers.shape == (500, 4)
    assert contests(rng, 60, 5, styles=2).styles.shape == (60, 2)


def test_stopping_counts_what_it_asked() -> None:
    """Of who reads the first vote is enough, a third of three; coins never are: six, twice it."""
    said = np.zeros((1, 6), dtype=np.int64)
    sure = Sequences(said, np.full((1, 6), 0.95), np.array([True]))
    coins = Sequences(said, np.full((1, 6), 0.5), np.array([True]))

    assert sure.adaptive(0.7) == pytest.approx((1.0, 1 / 3))
    assert coins.adaptive(0.7)[1] == 2.0
    assert sure.by_three == 1.0
