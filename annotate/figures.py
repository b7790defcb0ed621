"""Figures as people read them, in the active language."""

from dataclasses import dataclass

from django.template.defaultfilters import floatformat
from django.utils.formats import number_format


@dataclass(frozen=True)
class Found:
    """A figure and its interval."""

    value: float
    low: float | None = None
    high: float | None = None


def number_text(value: float, digits: int) -> str:
    """Rounded as a page's ``floatformat`` does; ``number_format`` cuts the other digits off."""
    return str(floatformat(value, digits))


def percent(share: float) -> str:
    return f"{number_text(100 * share, 1)} %"


def whole_text(number: float) -> str:
    return number_format(round(number), 0, force_grouping=True)


def interval_text(found: Found, *, digits: int = 2) -> str:
    value = number_text(found.value, digits)
    if found.low is None or found.high is None:
        return value
    return f"{value} [{number_text(found.low, digits)}, {number_text(found.high, digits)}]"
