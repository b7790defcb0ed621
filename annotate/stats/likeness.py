"""Which texts are about the same things: by the words that they share."""

import re
from collections.abc import Collection

WORD = re.compile(r"[^\W\d_]{4,}")  # shorter words are in every text
MOST_WORDS = 200  # of one text; the longest ones say most


def words_of(text: str) -> list[str]:
    """The different words of a text that say something, in small letters, sorted."""
    found = {word.casefold() for word in WORD.findall(text)}
    longest = sorted(found, key=lambda word: (-len(word), word))[:MOST_WORDS]
    return sorted(longest)


def likeness(one: Collection[str], other: Collection[str]) -> float:
    """The share of words that both have of those that either has (Jaccard 1901): 0 to 1."""
    first, second = set(one), set(other)
    either = first | second
    return len(first & second) / len(either) if either else 0.0
