"""Numbers in words: rounded, signed, and never zero for what is not defined."""

from datetime import timedelta

import pytest

from rewards.templatetags.rewards_numbers import (
    decimal,
    left_in_words,
    percent,
    percent_interval,
    percent_value,
    points,
    signed,
    time_in_words,
)
from rewards.views.numbers import Interval


@pytest.mark.parametrize(
    ("share", "says"),
    [(0.642, "64.2\xa0%"), (0.58, "58.0\xa0%"), (0.0, "0.0\xa0%"), (None, "not defined")],
)
def test_a_share_is_said_in_percent(share: float | None, says: str):
    """100 · 0.58 is 57.999… in binary: it is rounded, not cut."""
    assert percent(share) == says


def test_an_interval_is_said_by_its_ends():
    assert percent_interval(Interval(0.64, 0.58, 0.701)) == "58.0 to 70.1\xa0%"
    assert percent_value(Interval(0.64, 0.58, 0.701)) == "64.0\xa0%"


def test_an_undefined_interval_is_said_to_be_so():
    assert {percent_interval(None), percent_value(None), points(None), signed(None)} == {
        "not defined"
    }


@pytest.mark.parametrize(
    ("share", "says"), [(0.13, "+13.0"), (-0.045, "−4.5"), (0.0, "+0.0"), (-0.0001, "+0.0")]
)
def test_a_difference_is_said_in_points_with_its_sign(share: float, says: str):
    assert points(share) == says


def test_digits_are_as_many_as_asked():
    assert (decimal(0.69315), decimal(0.69315, 4), decimal(None)) == (
        "0.69",
        "0.6932",
        "not defined",
    )


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (0, "less than a minute"),
        (59, "less than a minute"),
        (61, "1 minute"),
        (59 * 60, "59 minutes"),
        (2 * 3600 + 10 * 60, "2 h 10 min"),
    ],
)
def test_a_length_of_time_is_said_no_finer_than_anybody_knows(seconds: int, says: str):
    assert time_in_words(timedelta(seconds=seconds)) == says


def test_what_is_left_is_an_estimate():
    assert left_in_words(timedelta(minutes=7)) == "about 7 minutes left"
    assert left_in_words(timedelta(seconds=5)) == "less than a minute left"
    assert left_in_words(timedelta(seconds=59)) == "less than a minute left"
