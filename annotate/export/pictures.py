"""The pictures of a dataset card: plain SVG of whole numbers, so that equal facts give equal bytes.

They stand on white of their own, so that they are read on a dark page as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

from annotate.export.facts import BySide, Facts
from annotate.export.manifest import PICTURES
from annotate.export.preflight.figures import Spread
from annotate.export.splits import SIDES

WIDTH, LINE, TOP = 640, 28, 44
BAR_FROM, BAR_TO = 190, 540
MOST_BARS, LONGEST = 12, 22  # bars; letters of a name
GIVEN = {1: "slightly better", 2: "better", 3: "significantly better", None: "not asked"}
MARK, INK, QUIET = "#2c7a5b", "#1d2522", "#59635e"


class Picture(NamedTuple):
    """``says`` is the text for whoever does not see it: all of its numbers."""

    path: str
    says: str
    svg: str


def pictures_of(rows: Mapping[str, int], facts: Facts, counted: str) -> Iterator[Picture]:
    """Each that has something to show; ``counted`` is what facts count, as "Judgements"."""
    sides = {side: rows[side] for side in SIDES if rows.get(side)}
    yield _bars("rows", "Rows by side", sides)
    for name, found, nothing in (
        ("skill", facts.skills, "no skill"),
        ("language", facts.languages, "no language"),
    ):
        if found:
            yield _bars(f"{name}s", f"{counted} by {name}", most_first(found, nothing))
    if facts.strengths:
        given = {words: facts.strengths.get(strength, 0) for strength, words in GIVEN.items()}
        yield _bars("strengths", "How much better than the next answer", given)
    if facts.lengths:
        yield _lengths(facts.lengths)


def most_first(found: Mapping[str, BySide], nothing: str) -> dict[str, int]:
    """All sides together, those of the most first, and the smallest as one."""
    totals = {name or nothing: sum(sides.values()) for name, sides in found.items()}
    order = sorted(totals.items(), key=lambda each: (-each[1], each[0]))
    others = sum(count for _, count in order[MOST_BARS:])
    return dict(order[:MOST_BARS]) | ({"all others": others} if others else {})


def _bars(name: str, title: str, counts: Mapping[str, int]) -> Picture:
    most = max(counts.values(), default=0)
    said = ", ".join(f"{each} {count:,}" for each, count in counts.items())
    drawn = [
        line
        for at, (each, count) in enumerate(counts.items())
        for line in _bar(TOP + LINE * at, each, count, most)
    ]
    return _picture(name, title, f"{title}: {said}.", drawn, len(counts))


def _bar(y: int, name: str, count: int, most: int) -> Iterator[str]:
    long = (BAR_TO - BAR_FROM) * count // most if most else 0
    yield _label(y, name)
    if count:
        yield f'<rect x="{BAR_FROM}" y="{y + 5}" width="{max(long, 1)}" height="18" fill="{MARK}"/>'
    yield _text(BAR_FROM + long + 8, y, f"{count:,}", INK)


def _lengths(lengths: Mapping[str, Spread]) -> Picture:
    """A line from the 5th to the 95th percentile, and a mark where half of them are shorter."""
    title = "Length in characters"
    most = max(spread.p95 for spread in lengths.values())
    said = "; ".join(
        f"{name} half up to {one.p50:,}, nine of ten from {one.p05:,} to {one.p95:,}"
        for name, one in lengths.items()
    )
    drawn = []
    for at, (name, one) in enumerate(lengths.items()):
        y = TOP + LINE * at
        low, half, high = (
            BAR_FROM + (BAR_TO - BAR_FROM) * value // max(most, 1)
            for value in (one.p05, one.p50, one.p95)
        )
        drawn += [
            _label(y, name),
            f'<rect x="{low}" y="{y + 12}" width="{max(high - low, 1)}" height="4" fill="{MARK}"/>',
            f'<rect x="{half - 2}" y="{y + 5}" width="4" height="18" fill="{INK}"/>',
            _text(high + 8, y, f"{one.p50:,}", INK),
        ]
    return _picture("lengths", title, f"{title}: {said}.", drawn, len(lengths))


def _picture(name: str, title: str, says: str, drawn: Sequence[str], lines: int) -> Picture:
    height = TOP + LINE * lines + 12
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" font-family="system-ui, sans-serif" '
        'font-size="14">'
    )
    body = [
        head,
        f"<title>{_plain(says)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="26" font-weight="600" fill="{INK}">{_plain(title)}</text>',
        *drawn,
        "</svg>",
    ]
    return Picture(f"{PICTURES}/{name}.svg", says, "\n".join(body) + "\n")


def _label(y: int, name: str) -> str:
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return _text(BAR_FROM - 10, y, short, QUIET, ' text-anchor="end"')


def _text(x: int, y: int, said: str, ink: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y + 19}" fill="{ink}"{more}>{_plain(said)}</text>'


def _plain(said: str) -> str:
    """As XML has it, which knows no control characters."""
    return escape("".join(each if each.isprintable() else " " for each in said))
