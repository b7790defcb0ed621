"""The three pictures of a model card, as SVG files that stand by themselves.

They carry their own light ground, words and description, as a viewer knows none of our colours.
The page draws its own, in its colours, from the same numbers.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 560, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 44, 48  # margins
INK, SOFT, LEAF, AMBER = "#1d2b24", "#5c6b63", "#2f6b4f", "#a06a00"

Row = Mapping[str, Any]
Ticks = Sequence[tuple[float, str]]  # a share of the axis, and what it stands for


def reliability(curve: Sequence[Row]) -> str:
    """How sure the model is against how often it is right; on the dashed line both are equal."""
    marks = [_line(0, 0.5, 1, 1, SOFT, dashed=True)]
    for point in curve:
        x = 2 * point["sure"] - 1
        marks += _whisker(x, point["right"], point["low"], point["high"], LEAF)
    return _picture(
        "How sure it is, and how often it is right",
        marks,
        x=[(2 * at - 1, f"{at:.0%}") for at in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)],
        y=[(at, f"{at:.0%}") for at in (0, 0.5, 1.0)],
        below="how sure it is",
    )


def accuracies(slices: Sequence[Row], below: str) -> str:
    """The accuracy of each slice with its interval; amber: preferring the longer answer."""
    told = [one for one in slices if one["value"] is not None]
    marks = [_line(0, 0.5, 1, 0.5, SOFT, dashed=True)]
    for number, one in enumerate(told):
        x = (number + 0.5) / len(told)
        marks += _whisker(x, one["value"], one["low"], one["high"], LEAF)
        if one["longer"] is not None:
            marks.append(_line(x - 0.02, one["longer"], x + 0.02, one["longer"], AMBER, width=3))
    names = [str(one["name"]).replace("_", " ") for one in told]
    return _picture(
        "Accuracy (green) and the longer answer (amber)",
        marks,
        x=[((number + 0.5) / len(told), name) for number, name in enumerate(names)],
        y=[(at, f"{at:.0%}") for at in (0, 0.5, 1.0)],
        below=below,
    )


def against_length(points: Sequence[Row]) -> str:
    """Mean score and mean human rank from the shortest answers of a prompt to the longest."""
    found = [point[who] for point in points for who in ("model", "people") if point[who]]
    reach = max([abs(one[end]) for one in found for end in ("low", "high")], default=1.0) or 1.0
    marks = [_line(0, 0.5, 1, 0.5, SOFT, dashed=True)]
    for who, colour, aside in (("model", LEAF, -0.01), ("people", AMBER, 0.01)):
        for number, point in enumerate(points):
            if point[who]:
                ends = [0.5 + point[who][end] / (2 * reach) for end in ("value", "low", "high")]
                x = (number + 0.5) / len(points) + aside
                marks += _whisker(x, ends[0], ends[1], ends[2], colour)
    return _picture(
        "Score (green) and people's rank (amber), in standard deviations",
        marks,
        x=[((n + 0.5) / len(points), f"{p['times']:.1f}×") for n, p in enumerate(points)],
        y=[(0, f"−{reach:.1f}"), (0.5, "0"), (1, f"+{reach:.1f}")],
        below="length beside the prompt's mean answer",
    )


def _picture(title: str, marks: Sequence[str], *, x: Ticks, y: Ticks, below: str) -> str:
    words = [_text(LEFT, 24, title, size=15, colour=INK)]
    words += [_text(_across(at), HEIGHT - BOTTOM + 18, said, "middle") for at, said in x]
    words += [_text(LEFT - 8, _up(at) + 4, said, "end") for at, said in y]
    words.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, below, "middle"))
    body = "\n".join([_line(0, 0, 1, 0, SOFT), *marks, *words])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif">\n<title>{escape(title)}</title>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _whisker(
    x: float, value: float, low: float | None, high: float | None, colour: str
) -> list[str]:
    dot = f'<circle cx="{_across(x):.1f}" cy="{_up(value):.1f}" r="4" fill="{colour}"/>'
    bar = [] if low is None or high is None else [_line(x, low, x, high, colour, width=2)]
    return [*bar, dot]


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, *, width: int = 1, dashed: bool = False
) -> str:
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    return (
        f'<line x1="{_across(x1):.1f}" y1="{_up(y1):.1f}" x2="{_across(x2):.1f}" '
        f'y2="{_up(y2):.1f}" stroke="{colour}" stroke-width="{width}"{dash}/>'
    )


def _text(
    x: float, y: float, said: str, anchor: str = "start", size: int = 12, colour: str = SOFT
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'fill="{colour}">{escape(said)}</text>'
    )


def _across(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _up(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)
