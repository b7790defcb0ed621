"""Figures as they are read."""

import pytest
from django.template.defaultfilters import floatformat
from django.utils.translation import override

from annotate.figures import Found, interval_text, number_text, percent, whole_text


@pytest.mark.parametrize("value", [0.71 - 0.05, 0.625, 1 / 3, 2 / 3, 1.0, -0.005])
def test_a_figure_is_rounded_as_every_page_rounds_it(value: float) -> None:
    """0.71 - 0.05 is 0.66 less a hair, and no 0.65."""
    assert number_text(value, 2) == floatformat(value, 2)


def test_figures_are_written_in_the_reader_s_way() -> None:
    with override("de"):
        said = (interval_text(Found(0.7, 0.71 - 0.05, 0.74)), percent(2 / 3), whole_text(1234.5))

    assert said == ("0,70 [0,66, 0,74]", "66,7 %", "1.234")
