"""Pictures of rows by name, as plain numbers: what is drawn, in which words, and where it leads.

Each stands above the table that says the same and leads to the same rows: a piece of a picture is
for the pointer, and whoever moves by keyboard goes by names and numbers, not by a hundred pieces.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MOST = 12  # lines of a picture: more than that one reads, and there is the table
LEAST = 0.006  # of a picture's width: less than that nobody would see
TALL = 10  # a bar's units of height


@dataclass(frozen=True)
class Part:
    """A piece of a bar, in shares of its width. ``kind`` is how it looks; ``thick`` how high it is,
    in tenths, so that nobody needs to tell its colour from another's."""

    kind: str
    share: float
    words: str = ""
    link: str = ""
    start: float = 0.0
    thick: int = TALL

    @property
    def width(self) -> float:
        return max(self.share, LEAST)

    @property
    def y(self) -> float:
        return (TALL - self.thick) / 2


@dataclass(frozen=True)
class Line:
    """A bar with its name. ``text`` stands beside it, ``words`` say all of it to who cannot see it;
    ``mark`` is a place that it is held against."""

    name: str
    link: str
    text: str
    words: str
    parts: Sequence[Part]
    mark: float | None = None

    @property
    def has_links(self) -> bool:
        return any(each.link for each in self.parts)


@dataclass(frozen=True)
class Drawing:
    """Bars under one another, of one scale; ``legend`` are pieces that are as wide as can be.

    ``everything`` is how many lines there are, of which the first are drawn.
    """

    key: str
    title: str
    lines: Sequence[Line]
    legend: Sequence[Part]
    everything: int
    mark: str = ""  # what a mark is called

    @property
    def is_cut(self) -> bool:
        return self.everything > len(self.lines)


@dataclass(frozen=True)
class Strip:
    """One bar that is a whole, cut into its pieces. ``verdict`` is what catches the eye in it."""

    key: str
    title: str
    said: str
    parts: Sequence[Part]
    verdict: str = ""

    @property
    def has_links(self) -> bool:
        return any(each.link for each in self.parts)


def share_of(number: float, whole: float) -> float:
    return number / whole if whole else 0.0
