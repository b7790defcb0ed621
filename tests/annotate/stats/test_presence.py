"""What people say of their hours and days away, as days of the calendar."""

import pytest

from annotate.stats.presence import HORIZON, Presence, calendar_days, day_factors
from commons.stats.errors import NotEnoughData


def away(*days: int) -> frozenset[int]:
    return frozenset(days)


def test_nothing_said_is_this_weeks_pace() -> None:
    factors = day_factors([Presence(items=30), Presence(items=10)])

    assert set(factors) == {1.0}
    assert len(factors) == HORIZON + 1
    assert calendar_days(12.5, factors) == 12.5


def test_who_is_away_brings_nothing_meanwhile() -> None:
    """Three quarters of the work are away for two days: those bring a quarter each."""
    factors = day_factors([Presence(items=30, away=away(0, 1)), Presence(items=10)])

    assert factors[:3] == [0.25, 0.25, 1.0]
    assert calendar_days(1.0, factors) == 2.5  # 1/4 + 1/4 + half of the third day
    assert calendar_days(0.25, factors) == 1.0


def test_who_was_away_this_week_would_have_done_more() -> None:
    """Ten items on five of seven days are fourteen of a whole week."""
    factors = day_factors([Presence(items=10, away=away(-1, -2))])

    assert factors[0] == pytest.approx(1.4)


def test_hours_that_are_said_stand_for_those_of_this_week() -> None:
    """Ten items in five hours; twenty hours bring forty, four times as much."""
    factors = day_factors([Presence(items=10, hours=5, said=20)])

    assert factors[0] == pytest.approx(4.0)


def test_whoever_begins_has_the_pace_of_the_team() -> None:
    """Two items an hour; ten hours of somebody new bring twenty more beside the twenty."""
    factors = day_factors([Presence(items=20, hours=10), Presence(items=0, said=10)])

    assert factors[0] == pytest.approx(2.0)


def test_of_hours_nothing_follows_where_no_time_was_measured() -> None:
    factors = day_factors([Presence(items=20), Presence(items=0, said=10)])

    assert factors[0] == 1.0


def test_no_hours_at_all_end_never() -> None:
    factors = day_factors([Presence(items=10, hours=5, said=0)])

    assert calendar_days(3.0, factors) is None


def test_after_all_that_is_known_everybody_is_here() -> None:
    factors = day_factors([Presence(items=10, away=frozenset(range(HORIZON)))])

    assert calendar_days(2.0, factors) == HORIZON + 2.0


def test_without_work_there_is_no_pace() -> None:
    with pytest.raises(NotEnoughData):
        day_factors([Presence(items=0, said=10)])
