"""Charts drawn on the server: plain SVG without scripts or inline styles, each with its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django import template
from django.utils.translation import gettext as _

from annotate.selectors.tally import DayCounts

register = template.Library()

SLOT = 10  # units of width that one bar and the gap after it take
HEIGHT = 100


@dataclass(frozen=True)
class Bar:
    day: date
    value: int
    x: int
    y: float
    height: float


@register.inclusion_tag("annotate/_bars.html")
def bars(days: Sequence[DayCounts], name: str, label: str, id: str) -> dict[str, object]:
    """One bar a day for the count ``name``; the highest day fills the height."""
    values = [getattr(day, name) for day in days]
    top = max(values, default=0)
    return {
        "bars": [
            bar_of(day.day, value, at=at, top=top)
            for at, (day, value) in enumerate(zip(days, values, strict=True))
        ],
        "top": top,
        "width": SLOT * len(days),
        "label": label,
        "id": id,
    }


def bar_of(day: date, value: int, *, at: int, top: int) -> Bar:
    height = round(HEIGHT * value / top, 2) if top else 0.0
    return Bar(day, value, x=SLOT * at, y=round(HEIGHT - height, 2), height=height)


@register.inclusion_tag("annotate/_pace.html")
def pace(share: float, elapsed: float) -> dict[str, object]:
    """How much of a target is done, with a mark where an even week would stand."""
    return {
        "done": f"{min(share, 1.0) * 100:.2f}",
        "now": f"{min(elapsed, 0.994) * 100:.2f}",
        "words": _("%(done)d %% of the target, with %(gone)d %% of the week gone")
        % {"done": share * 100, "gone": elapsed * 100},
    }
