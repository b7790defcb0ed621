"""What can be seen of an answer without understanding it: length, markdown, refusal, loops."""

import math
import re
from collections import Counter

RUN = 4  # words of a passage that is looked for again
LOOPING = 0.3  # share of such passages that were there before
OPENING = 200  # characters in which a refusal shows itself
REFUSAL = re.compile(
    r"\b(?:I(?:['’]m| am) (?:sorry|unable|not able)|"
    r"I (?:can(?:not|['’]t)|won['’]t) (?:help|assist|provide|answer|do that|fulfill|comply)|"
    r"(?:es )?tut mir (?:sehr )?leid|"
    r"(?:dabei|damit|das|da|hier(?:bei)?|leider) (?:kann|darf|werde) ich "
    r"(?:(?:dir|Ihnen|euch|leider) ){0,2}nicht (?:weiterhelfen|helfen|beantworten|tun|sagen)|"
    r"ich (?:kann|darf|werde) (?:(?:dir|Ihnen|euch|das|dabei|damit|diese \w+|leider) ){0,3}"
    r"nicht (?:weiterhelfen|helfen|beantworten|tun|sagen|nachkommen))",
    re.IGNORECASE,
)
MARK = re.compile(
    r"^[ \t]*(?:#{1,6} |[-*+] |\d{1,3}[.)] |>|\||```|~~~)|\*\*\S|__\S|`[^`\n]+`|\]\(", re.MULTILINE
)


def log_characters(text: str) -> float:
    """log(1 + characters), so that a step is a ratio of lengths and an empty text has a place."""
    return math.log1p(len(text))


def markdown_density(text: str) -> float:
    """Marks of markdown (headings, items, quotes, tables, fences, bold, code, links) a word."""
    return len(MARK.findall(text)) / max(1, len(text.split()))


def refuses(text: str) -> bool:
    """Whether the answer opens as a refusal does, in English or German: others are not seen."""
    return REFUSAL.search(text[:OPENING]) is not None


def loops(text: str) -> bool:
    """Whether three in ten of its passages of four words say again what it said before."""
    words = text.split()
    runs = Counter(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
    total = runs.total()
    return total > RUN and 1 - len(runs) / total > LOOPING
