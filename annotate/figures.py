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


def signed_text(value: float, digits: int = 2) -> str:
    """With its sign, and the one of minus; what rounds to 0 has both."""
    rounded = round(value, digits)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return f"{sign}{number_text(abs(rounded), digits)}"


def percent(share: float) -> str:
    return f"{number_text(100 * share, 1)} %"


def whole_text(number: float) -> str:
    return number_format(round(number), 0, force_grouping=True)


def change_text(found: Found, *, digits: int = 2) -> str:
    """A difference, with the signs of all of it."""
    value = signed_text(found.value, digits)
    if found.low is None or found.high is None:
        return value
    return f"{value} [{signed_text(found.low, digits)}, {signed_text(found.high, digits)}]"


def interval_text(found: Found, *, digits: int = 2) -> str:
    value = number_text(found.value, digits)
    if found.low is None or found.high is None:
        return value
    return f"{value} [{number_text(found.low, digits)}, {number_text(found.high, digits)}]"
