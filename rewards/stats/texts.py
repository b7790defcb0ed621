"""What can be seen of an answer without understanding it: length, markdown, loops."""

import math
from collections import Counter

from commons.stats.texts import MARK

RUN = 4  # words of a passage that is looked for again
LOOPING = 0.3  # share of such passages that were there before


def log_characters(text: str) -> float:
    """log(1 + characters), so that a step is a ratio of lengths and an empty text has a place."""
    return math.log1p(len(text))


def markdown_density(text: str) -> float:
    """Marks of markdown (headings, items, quotes, tables, fences, bold, code, links) a word."""
    return len(MARK.findall(text)) / max(1, len(text.split()))


def loops(text: str) -> bool:
    """Whether three in ten of its passages of four words say again what it said before."""
    words = text.split()
    runs = Counter(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
    total = runs.total()
    return total > RUN and 1 - len(runs) / total > LOOPING
