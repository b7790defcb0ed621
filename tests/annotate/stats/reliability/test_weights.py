"""What a consistency is worth."""

import numpy as np
import pytest

from annotate.stats.reliability.weights import UNKNOWN_RATER, weight_of


@pytest.mark.parametrize(
    ("consistency", "weight"),
    [(1.0, 1.0), (0.95, 0.9), (0.75, 0.5), (0.5, 0.0), (0.3, 0.0), (0.66667, 0.333)],
)
def test_a_coin_weighs_nothing_and_certainty_one(consistency: float, weight: float) -> None:
    assert weight_of(consistency) == weight


def test_nobody_knows_anything_of_an_unknown_rater_but_that_they_try() -> None:
    assert weight_of(UNKNOWN_RATER) == 0.4


def test_the_mean_of_a_vote_shrinks_by_the_weight() -> None:
    """P(+1) = η p + (1 - η)(1 - p), so the mean is 2 P - 1 = (2 η - 1)(2 p - 1)."""
    eta, p = 0.8, 0.7
    plus = eta * p + (1 - eta) * (1 - p)

    assert np.isclose(2 * plus - 1, weight_of(eta) * (2 * p - 1))
