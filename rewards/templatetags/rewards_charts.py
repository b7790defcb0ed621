"""Charts drawn on the server: SVG from numbers alone, without scripts or inline styles.

Bars of shares are in ``commons.templatetags.share_charts``.

Every drawing stretches to its place, so its words and axes are HTML around it, and each stands in
or beside a table that says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django import template

from commons.templatetags.share_charts import at
from rewards.views.card_parts import LengthPoint, Surety
from rewards.views.divergence import Divergence
from rewards.views.numbers import Interval
from rewards.views.policy import WonAgainstBase

register = template.Library()

WIDTH, HEIGHT = 100.0, 100.0
DRAWN = 400  # points of a curve; more than that no screen shows


@register.inclusion_tag("rewards/charts/_difference.html")
def difference_bar(found: Interval | None) -> dict[str, object]:
    """A difference of two shares on −50 … +50 points, with whiskers, over a line at zero."""
    if found is None:
        return {"found": None}
    return {
        "found": found,
        "value": at(found.value + 0.5),
        "low": at(found.low + 0.5),
        "high": at(found.high + 0.5),
    }


@dataclass(frozen=True)
class Scale:
    """What the left and right end of a drawing stand for."""

    low: float
    high: float

    def share(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5


@register.inclusion_tag("rewards/charts/_curve.html")
def curve(
    measured: Sequence[tuple[int, float]], label: str, id: str, guess: float | None = None
) -> dict[str, object]:
    """Values over steps as a line; ``guess`` draws what pure guessing would give."""
    values = [value for _, value in measured] + ([guess] if guess is not None else [])
    across = Scale(measured[0][0], measured[-1][0])
    up = Scale(min(values), max(values))
    drawn = thinned(measured, DRAWN)
    return {
        "label": label,
        "id": id,
        "first": measured[0],
        "last": measured[-1],
        "top": up.high,
        "bottom": up.low,
        "digits": 2 if up.high - up.low > 0.05 else 4,
        "guess_y": None if guess is None else at(1 - up.share(guess)),
        "line": " ".join(f"{at(across.share(x))},{at(1 - up.share(y))}" for x, y in drawn),
        "end": (at(across.share(measured[-1][0])), at(1 - up.share(measured[-1][1]))),
        "rows": thinned(measured, 60),
        "count": len(measured),
    }


@register.inclusion_tag("rewards/charts/_divergence.html")
def divergence_chart(found: Divergence, id: str) -> dict[str, object]:
    """Both models' opinions over the steps as two lines, over a line at zero."""
    values = [value for look in found.looks for value in (look.reward, look.stopping)]
    across = Scale(found.looks[0].step, found.last.step)
    up = Scale(min(0.0, *values), max(0.0, *values))

    def line(measured: Sequence[tuple[int, float]]) -> str:
        return " ".join(f"{at(across.share(x))},{at(1 - up.share(y))}" for x, y in measured)

    return {
        "looks": found.looks,
        "first": found.looks[0],
        "last": found.last,
        "reward": line([(look.step, look.reward) for look in found.looks]),
        "stopping": line([(look.step, look.stopping) for look in found.looks]),
        "zero": at(1 - up.share(0.0)),
        "top": up.high,
        "bottom": up.low,
        "kept": found.kept,
        "kept_x": None if found.kept is None else at(across.share(found.kept)),
        "id": id,
    }


def thinned(measured: Sequence[tuple[int, float]], most: int) -> list[tuple[int, float]]:
    """At most so many of the points, evenly, with the first and the last."""
    if len(measured) <= most:
        return list(measured)
    stride = (len(measured) - 1) / (most - 1)
    return [measured[round(i * stride)] for i in range(most)]


@dataclass(frozen=True)
class Whisker:
    """One cycle of the accuracy chart, in the drawing's own units."""

    number: int
    accuracy: Interval
    longer: Interval | None
    x: str
    value: str
    low: str
    high: str
    longer_y: str


@register.inclusion_tag("rewards/charts/_accuracies.html")
def accuracies(
    found: Sequence[tuple[int, Interval, Interval | None]], id: str
) -> dict[str, object]:
    """Accuracy of each cycle's reward model with its interval, beside the longer answer."""
    marks = [
        Whisker(
            number=number,
            accuracy=accuracy,
            longer=longer,
            x=at((place + 0.5) / len(found)),
            value=at(1 - accuracy.value),
            low=at(1 - accuracy.low),
            high=at(1 - accuracy.high),
            longer_y=at(1 - longer.value) if longer else "",
        )
        for place, (number, accuracy, longer) in enumerate(found)
    ]
    return {
        "marks": marks,
        "baseline": " ".join(f"{mark.x},{mark.longer_y}" for mark in marks if mark.longer),
        "id": id,
    }


@dataclass(frozen=True)
class Dot:
    """A value with its whiskers, in the drawing's own units; ``row`` is what it was drawn from."""

    row: object
    x: str
    value: str
    low: str
    high: str


@register.inclusion_tag("rewards/charts/_win_rates.html")
def win_rates(found: Sequence[WonAgainstBase], id: str) -> dict[str, object]:
    """Each policy's win rate against the base model, and at equal length, with intervals."""
    share = Scale(0, 1)
    return {
        "whole": [
            _dot(one, (n + 0.4) / len(found), one.whole.value, one.whole, share)
            for n, one in enumerate(found)
        ],
        "alike": [
            _dot(one, (n + 0.6) / len(found), one.alike.value, one.alike, share)
            for n, one in enumerate(found)
            if one.alike
        ],
        "policies": found,
        "id": id,
    }


@register.inclusion_tag("rewards/charts/_reliability.html")
def reliability(curve: Sequence[Surety], id: str) -> dict[str, object]:
    """How sure the model is (50 … 100 %) against how often it is right (0 … 100 %)."""
    return {
        "dots": [
            _dot(point, 2 * point.sure - 1, point.right, point.interval, Scale(0, 1))
            for point in curve
        ],
        "id": id,
    }


@register.inclusion_tag("rewards/charts/_by_length.html")
def by_length(points: Sequence[LengthPoint], id: str) -> dict[str, object]:
    """Score and people's rank, in standard deviations, from the shortest answers to the longest."""
    found = [one for point in points for one in (point.model, point.people) if one]
    reach = max((max(-one.low, one.high) for one in found), default=0.0) or 1.0
    up = Scale(-reach, reach)
    return {
        "model": [
            _dot(p, (n + 0.4) / len(points), p.model.value, p.model, up)
            for n, p in enumerate(points)
            if p.model
        ],
        "people": [
            _dot(p, (n + 0.6) / len(points), p.people.value, p.people, up)
            for n, p in enumerate(points)
            if p.people
        ],
        "points": points,
        "reach": reach,
        "id": id,
    }


@register.inclusion_tag("rewards/charts/_difference.html")
def slope_bar(found: Interval | None) -> dict[str, object]:
    """A slope on −1 … +1 with whiskers, over a line at zero."""
    scale = Scale(-1, 1)
    if found is None:
        return {"found": None}
    return {
        "found": found,
        "value": at(scale.share(found.value)),
        "low": at(scale.share(found.low)),
        "high": at(scale.share(found.high)),
    }


def _dot(row: object, x: float, value: float, ends: Interval | None, up: Scale) -> Dot:
    return Dot(
        row=row,
        x=at(x),
        value=at(1 - up.share(value)),
        low=at(1 - up.share(ends.low)) if ends else "",
        high=at(1 - up.share(ends.high)) if ends else "",
    )
