"""Bars are made of numbers alone, in the places where arithmetic puts them."""

from dataclasses import dataclass

from django.template import Context, Template

from commons.templatetags.share_charts import at, interval_bar, share_bar, spread_bar


@dataclass(frozen=True)
class Interval:
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Quantiles:
    least: int
    p05: int
    p50: int
    p95: int
    greatest: int


def drawn(tag: str, **context: object) -> str:
    return Template("{% load share_charts %}{% " + tag + " %}").render(Context(context))


def test_a_share_stands_at_its_place_and_never_outside():
    assert [at(share) for share in (0.0, 0.645, 1.0, -0.2, 1.7)] == [
        "0.00",
        "64.50",
        "100.00",
        "0.00",
        "100.00",
    ]


def test_a_bar_has_whiskers_at_its_interval_and_a_mark_at_the_longer_answer():
    found = interval_bar(Interval(0.64, 0.58, 0.7), longer=Interval(0.55, 0.5, 0.6))

    places = {name: found[name] for name in ("value", "low", "high", "longer")}
    assert places == {"value": "64.00", "low": "58.00", "high": "70.00", "longer": "55.00"}


def test_what_is_not_defined_has_no_bar():
    html = drawn("interval_bar found", found=None)

    assert "chart-fill" not in html
    assert "chart-whisker" not in html


def test_a_share_without_an_interval_has_a_bar_and_no_whiskers():
    html = drawn("interval_bar found", found=Interval(0.5, None, None))

    assert ('width="50.00"' in html, "chart-whisker" in html) == (True, False)


def test_a_part_of_what_is_not_known_has_no_bar():
    assert [share_bar(*each)["width"] for each in ((1, 4), (0, 4), (1, 0), (None, 4))] == [
        "25.00",
        "",
        "",
        "",
    ]


def test_a_spread_stands_on_a_scale_of_ratios():
    """log(1 + x) of 0, 9, 99, 999, 9999 is 0, 1, 2, 3, 4 times log 10."""
    found = spread_bar(Quantiles(0, 9, 99, 999, 9999), most=9999)

    assert found == {
        "least": "0.00",
        "low": "25.00",
        "width": "50.00",
        "middle": "50.00",
        "greatest": "100.00",
    }
