"""Charts drawn on the server: plain SVG without scripts or inline styles, each with its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django import template
from django.utils.translation import gettext as _

from annotate.selectors.tally import DayCounts
from commons.templatetags.share_charts import at

register = template.Library()
register.filter("along", at)  # a share of the width as a place in a drawing

SLOT = 10  # units of width that one bar and the gap after it take
HEIGHT = 100
LOWEST = 0.4  # agreement below it is drawn there


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


class WeekFigure(Protocol):
    """A share of one week and its interval, all in 0 … 1."""

    week: date | None
    value: float
    low: float
    high: float
    prompts: int
    chance: float


@dataclass(frozen=True)
class Dot:
    """Places in a drawing that is 100 high, the best above."""

    week: str
    text: str
    prompts: int
    x: float
    left: float
    right: float
    value: float
    low: float
    high: float

    @property
    def words(self) -> str:
        return f"{self.week}: {self.text}"


@register.inclusion_tag("annotate/_trend_drawn.html")
def intervals_over_weeks(weeks: Sequence[WeekFigure]) -> dict[str, object]:
    """Each week's figure as a stroke over its interval, from 0.4 to 1: there all of them lie."""
    dots = [_dot(each, at) for at, each in enumerate(weeks)]
    return {
        "dots": dots,
        "width": SLOT * len(dots),
        "chance": _height(weeks[0].chance),
        "last": dots[-1].week,
        "words": "; ".join(dot.words for dot in dots),
    }


def _dot(found: WeekFigure, at: int) -> Dot:
    x = SLOT * at + SLOT / 2
    return Dot(
        f"{found.week:%G-W%V}" if found.week else "",
        f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]",
        found.prompts,
        x,
        x - 3,
        x + 3,
        _height(found.value),
        _height(found.low),
        _height(found.high),
    )


def _height(share: float) -> float:
    return round(HEIGHT * (1 - (min(max(share, LOWEST), 1.0) - LOWEST) / (1 - LOWEST)), 2)
