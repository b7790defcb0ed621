"""Bars of shares and of spreads, drawn on the server: SVG without scripts or inline styles.

Every drawing stretches to its place, so its words are HTML around it, and each stands in a table
that says the same.
"""

import math
from typing import Protocol

from django import template

register = template.Library()


class HasInterval(Protocol):
    """A share and, where there is one, its interval; all in 0 … 1."""

    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...


class HasQuantiles(Protocol):
    """Whole numbers, as their quantiles."""

    @property
    def least(self) -> int: ...
    @property
    def p05(self) -> int: ...
    @property
    def p50(self) -> int: ...
    @property
    def p95(self) -> int: ...
    @property
    def greatest(self) -> int: ...


def at(share: float) -> str:
    """A place along 0 … 100, in the one notation that SVG reads."""
    return f"{100 * min(max(share, 0.0), 1.0):.2f}"


@register.inclusion_tag("commons/charts/_interval.html")
def interval_bar(
    found: HasInterval | None, kind: str = "", longer: HasInterval | None = None
) -> dict[str, object]:
    """A share as a bar from 0 to 1 with whiskers, over a line at one half.

    ``longer`` puts a mark where preferring the longer answer stands.
    """
    if found is None:
        return {"found": None}
    has_interval = found.low is not None and found.high is not None
    return {
        "found": found,
        "kind": kind,
        "value": at(found.value),
        "low": at(found.low or 0.0) if has_interval else "",
        "high": at(found.high or 0.0) if has_interval else "",
        "longer": at(longer.value) if longer else "",
    }


@register.inclusion_tag("commons/charts/_share.html")
def share_bar(part: float | None, whole: float | None) -> dict[str, object]:
    """How much of the whole a part is; an empty ground where that is not known."""
    return {"width": at(part / whole) if part and whole else ""}


@register.inclusion_tag("commons/charts/_spread.html")
def spread_bar(found: HasQuantiles, most: int) -> dict[str, object]:
    """From least to greatest as a line, from 5 % to 95 % as a box, the middle marked.

    On a logarithmic scale from 0 to ``most``, for lengths of texts differ by their ratios.
    """

    def along(value: int) -> float:
        return math.log1p(value) / math.log1p(most) if most else 0.0

    low, high = along(found.p05), along(found.p95)
    return {
        "least": at(along(found.least)),
        "low": at(low),
        "width": at(high - low),
        "middle": at(along(found.p50)),
        "greatest": at(along(found.greatest)),
    }
