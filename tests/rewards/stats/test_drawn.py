"""Numbers that carry their resamples with them."""

import numpy as np
import pytest

from rewards.stats.drawn import Drawing, average, weighted


def drawing(seed: int = 0) -> Drawing:
    return Drawing(np.random.default_rng(seed), rounds=4000)


def test_a_mean_has_the_interval_of_its_standard_error():
    """100 coins, 60 heads: 1.96 * sqrt(0.6 * 0.4 / 100) is 0.096."""
    found = drawing().mean([1.0] * 60 + [0.0] * 40).as_json()

    assert found["value"] == pytest.approx(0.6)
    assert (found["low"], found["high"]) == pytest.approx((0.504, 0.696), abs=0.015)
    assert found["items"] == 100


def test_what_is_made_of_two_independent_means_is_surer_than_either():
    """The mean of two such means has 1 / sqrt(2) of the width."""
    drawn = drawing()
    one, other = (drawn.mean([1.0] * 60 + [0.0] * 40) for _ in range(2))

    found = average([(1, one), (1, other)]).as_json()

    assert (found["low"], found["high"]) == pytest.approx((0.532, 0.668), abs=0.015)


def test_weights_are_as_said():
    drawn = drawing()
    half, whole = drawn.mean([0.5, 0.5]), drawn.mean([1.0, 1.0])

    assert weighted([(0.2, half), (3, whole)]).as_json() == {
        "value": pytest.approx(3.1),
        "low": pytest.approx(3.1),
        "high": pytest.approx(3.1),
        "items": 4,
    }
    assert average([(1, half), (3, whole)]).value == pytest.approx(0.875)


def test_one_item_has_no_interval_and_none_no_mean():
    assert drawing().mean([1.0]).as_json() == {"value": 1.0, "low": None, "high": None, "items": 1}
    with pytest.raises(ValueError, match="at least one item"):
        drawing().mean([])
