"""What changed between two versions of a text, for reading. PURE: no database, no Django.

Lines are matched first, and words within the lines that differ. Of what stayed only the lines
around a change are told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

AROUND = 1  # lines of what stayed, on either side of a change
MOST_LINES = 2000  # of a text whose lines are matched: beyond, it is replaced as a whole
MOST_WORDS = 4000  # of a passage in which words are matched: beyond, it is replaced as a whole
WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Sort(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``text`` is to be escaped by whoever shows it."""

    sort: Sort
    text: str


Passage = Sequence[Piece]


def changes_between(before: str, after: str) -> list[Passage]:
    """Every change with a line around it, in the order of the text; empty where nothing changed."""
    old, new = before.split("\n"), after.split("\n")
    if before != after and max(len(old), len(new)) > MOST_LINES:
        return [[Piece(Sort.REMOVED, before), Piece(Sort.ADDED, after)]]
    matched = SequenceMatcher(None, old, new)
    return [_merged(_pieces(old, new, group)) for group in matched.get_grouped_opcodes(AROUND)]


def _pieces(
    old: list[str], new: list[str], group: Sequence[tuple[str, int, int, int, int]]
) -> Iterator[Piece]:
    for place, (sort, i1, i2, j1, j2) in enumerate(group):
        if place:
            yield Piece(Sort.SAME, "\n")
        was, now = "\n".join(old[i1:i2]), "\n".join(new[j1:j2])
        if sort == "equal":
            yield Piece(Sort.SAME, was)
        else:
            yield from _words(was, now)


def _words(was: str, now: str) -> Iterator[Piece]:
    """The difference of two passages, word by word where they are not too long for that."""
    old, new = WORDS.findall(was), WORDS.findall(now)
    if max(len(old), len(new)) > MOST_WORDS:
        yield from (Piece(Sort.REMOVED, was), Piece(Sort.ADDED, now))
        return
    for sort, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        if sort == "equal":
            yield Piece(Sort.SAME, "".join(old[i1:i2]))
            continue
        yield Piece(Sort.REMOVED, "".join(old[i1:i2]))
        yield Piece(Sort.ADDED, "".join(new[j1:j2]))


def _merged(pieces: Iterator[Piece]) -> Passage:
    """Neighbours of one sort in one piece; nothing empty."""
    found: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if found and found[-1].sort == piece.sort:
            found[-1] = Piece(piece.sort, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found
