"""How a page quotes a sentence: whole or cut, with anything in the place of what it is made of."""

import re
from collections.abc import Iterator, Sequence

from tests.rewards.sentences import FEWEST, HOLE, Said

REST = "…"
MARKS = ",;:."  # at which a quotation may be cut


def reads_as(quotation: str, said: Said) -> bool:
    """Whether it is that sentence: whole, or up to a last ``…`` behind some of its own words."""
    return any(_reads(quotation, form.replace("%%", "%")) for form in said.forms)


def _reads(quotation: str, form: str) -> bool:
    parts = [part.strip() for part in HOLE.split(" ".join(form.split()))]
    if _fits(quotation, parts):
        return True
    given = quotation.removesuffix(REST).rstrip(f"{MARKS} ")
    return quotation.endswith(REST) and any(_fits(given, each) for each in _beginnings(parts))


def _fits(text: str, parts: Sequence[str]) -> bool:
    """Whether the text is these parts in their order, with something between each two of them."""
    first, *others = parts
    if not others:
        return text == first
    *between, last = others
    at = len(first)
    for part in between:
        found = text.find(part, at + 1)
        if found < 0:
            return False
        at = found + len(part)
    return text.startswith(first) and text.endswith(last) and at < len(text) - len(last)


def _beginnings(parts: Sequence[str]) -> Iterator[list[str]]:
    """What a cut quotation may be: it ends behind four of the sentence's own words, or behind three
    where a clause ends or something that it is made of follows."""
    told = 0
    for at, part in enumerate(parts):
        pieces = part.split()
        for end, piece in enumerate(pieces, start=1):
            told += len(re.findall(r"\w+", piece))
            is_clause = end == len(pieces) or piece.endswith(tuple(MARKS))
            if told >= (FEWEST if is_clause else FEWEST + 1):
                yield [*parts[:at], " ".join(pieces[:end]).rstrip(MARKS)]
