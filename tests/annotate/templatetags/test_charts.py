"""The arithmetic of the charts."""

from datetime import date

from annotate.selectors.tally import DayCounts
from annotate.templatetags.charts import Bar, bars, pace

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


def test_bars_by_hand():
    """The highest day fills the height of 100; half of it is a bar of 50 that begins at 50."""
    days = [DayCounts(MONDAY, demonstrations=3, comparisons=0), DayCounts(TUESDAY, 6, 0)]

    drawn = bars(days, "demonstrations", "Demonstrations", "chart")

    assert drawn["bars"] == [
        Bar(MONDAY, 3, x=0, y=50.0, height=50.0),
        Bar(TUESDAY, 6, x=10, y=0.0, height=100.0),
    ]
    assert (drawn["top"], drawn["width"]) == (6, 20)


def test_days_without_work_have_bars_without_height():
    drawn = bars([DayCounts(MONDAY, 0, 0)], "comparisons", "Comparisons", "chart")

    assert drawn["bars"] == [Bar(MONDAY, 0, x=0, y=100.0, height=0.0)]


def test_a_pace_says_in_words_what_it_draws():
    drawn = pace(0.125, 0.5)

    assert drawn == {
        "done": "12.50",
        "now": "50.00",
        "words": "12 % of the target, with 50 % of the week gone",
    }


def test_a_target_that_is_passed_fills_its_bar():
    assert pace(3.0, 1.0)["done"] == "100.00"
