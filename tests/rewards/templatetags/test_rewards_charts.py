"""Charts are made of numbers alone, in the places where arithmetic puts them."""

import re

from django.template import Context, Template

from rewards.templatetags.rewards_charts import (
    accuracies,
    curve,
    difference_bar,
    thinned,
)
from rewards.views.numbers import Interval


def drawn(tag: str, **context: object) -> str:
    return Template("{% load rewards_charts %}{% " + tag + " %}").render(Context(context))


def test_a_difference_of_nothing_stands_in_the_middle():
    found = difference_bar(Interval(0.0, -0.1, 0.25))

    assert [found[name] for name in ("value", "low", "high")] == ["50.00", "40.00", "75.00"]


def test_a_curve_goes_from_the_first_step_to_the_last_and_from_bottom_to_top():
    """Steps 0, 5, 10 are at 0, 50, 100; of values 1 to 3 the greatest is at the top, y = 0."""
    found = curve([(0, 1.0), (5, 3.0), (10, 2.0)], "Loss", "loss")

    assert found["line"] == "0.00,100.00 50.00,0.00 100.00,50.00"


def test_guessing_is_drawn_where_it_stands_among_the_values():
    found = curve([(0, 1.0), (10, 0.2)], "Loss", "loss", guess=0.6)

    assert found["guess_y"] == "50.00"


def test_a_curve_of_one_value_lies_in_the_middle():
    assert curve([(1, 0.5), (2, 0.5)], "Loss", "loss")["line"] == "0.00,50.00 100.00,50.00"


def test_long_curves_are_thinned_and_keep_their_ends():
    points = [(step, float(step)) for step in range(1001)]

    kept = thinned(points, 5)

    assert kept == [(0, 0.0), (250, 250.0), (500, 500.0), (750, 750.0), (1000, 1000.0)]


def test_every_cycle_has_its_own_column():
    chart = accuracies(
        [(1, Interval(0.6, 0.5, 0.7), None), (2, Interval(0.7, 0.6, 0.8), None)], "a"
    )

    assert [mark.x for mark in chart["marks"]] == ["25.00", "75.00"]


def test_a_curve_stands_beside_its_table_and_has_neither_styles_nor_scripts():
    html = drawn('curve points "Loss" "loss"', points=[(1, 0.7), (2, 0.65)])

    assert re.findall(r"<td[^>]*>([\d.]+)</td>", html) == ["0.7000", "0.6500"]
    assert not re.search(r"\s(style|on\w+)=|<script", html)


def test_a_label_cannot_bring_markup():
    html = drawn('curve points label "loss"', points=[(1, 0.7), (2, 0.6)], label="<b>x</b>")

    assert "<b>" not in html
