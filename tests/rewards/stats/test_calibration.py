"""How sure the model is against how often it is right."""

from math import log

import numpy as np
import pytest

from rewards.stats.calibration import calibration_of, chance_of, fitted_temperature
from rewards.stats.resampling import Resampling

DRAWN = Resampling(rounds=200)
EACH = np.arange(4)


def test_every_number_by_hand():
    """log 3 is three in four. Sure 3/4 four times, right three times: nothing is off.

    Brier: three times (1/4)² and once (3/4)² is 12/16 in four, 3/16.
    """
    gaps = np.array([log(3), log(3), log(3), -log(3)])

    found = calibration_of(gaps, EACH, DRAWN)

    (point,) = found["curve"]
    assert (point["from"], point["to"]) == pytest.approx((0.75, 0.8))
    assert (point["sure"], point["right"], point["pairs"]) == (pytest.approx(0.75), 0.75, 4)
    assert found["ece"]["value"] == pytest.approx(0)
    assert found["brier"]["value"] == pytest.approx(3 / 16)


def test_the_calibration_error_weighs_bins_by_their_pairs():
    """Three pairs sure at 3/4 and right: off by 1/4. One sure at 0.9 and wrong: off by 0.9."""
    gaps = np.array([log(3), log(3), log(3), -log(9)])

    found = calibration_of(gaps, EACH, DRAWN)

    assert found["ece"]["value"] == pytest.approx((3 * 0.25 + 0.9) / 4)
    assert [point["pairs"] for point in found["curve"]] == [3, 1]


def test_a_model_that_is_twice_too_sure_has_temperature_two():
    """Gaps of 2 log 3 that are right three times in four: at T = 2 they say three in four."""
    gaps = np.array([2 * log(3)] * 3 + [-2 * log(3)])

    assert fitted_temperature(gaps) == pytest.approx(2, rel=1e-6)


@pytest.mark.parametrize("gaps", [[1.0, 2.0], [1.0, -1.0], [-1.0], []])
def test_there_is_no_temperature_where_the_data_set_no_bound(gaps: list[float]):
    assert fitted_temperature(np.array(gaps)) is None


def test_the_temperature_is_judged_on_prompts_that_it_was_not_fitted_to():
    """Twice too sure, a hundred times over: cooled, it is off by far less."""
    gaps = np.tile([2 * log(3)] * 3 + [-2 * log(3)], 100)

    found = calibration_of(gaps, np.arange(400), DRAWN)

    assert found["scaled"]["temperature"] == pytest.approx(2, rel=1e-6)
    assert found["ece"]["value"] == pytest.approx(0.9 - 0.75)
    assert found["scaled"]["ece"]["value"] < 0.1


def test_a_wide_gap_does_not_overflow():
    assert chance_of(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]
