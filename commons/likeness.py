"""How alike two texts are, by the pairs of words that they share. PURE.

``annotate.near`` tells by it which prompts nearly repeat one another, the engine which answers do.
What is stored of prompts hangs on ``words_of``: see ``annotate.near.bands`` before changing it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

SHORT = 5  # a text of fewer words is alike to none but those that say the same

# Written without spaces: Thai and Lao, Burmese, Khmer, kana, Han. Each letter is a word, so that
# a pair of words is a pair of letters, as search engines have it.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)

_PLAIN = re.compile(r"[^\W_]+")
# What ``_PLAIN`` finds in lower case, in half the time where nothing but ASCII is said.
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
# Latin, Greek, Cyrillic and what is printed between their words: no need to look any closer.
_USUAL = frozenset(map(chr, (*range(0x300), *range(0x370, 0x483), *range(0x2010, 0x2028))))
_UNSPACED = re.compile(f"[{UNSPACED}]")

Shingles = frozenset[tuple[str, ...]]


def words_of(asked: str) -> list[str]:
    """The words, whatever their Unicode form, case, and the signs and spaces between them.

    Digits stay as they are: 17 is not 71. The rare text of signs alone has no words.
    """
    if asked.isascii():
        return asked.translate(_ASCII).split()
    said = normal(asked)
    rare = "".join(set(said) - _USUAL)
    if not rare or _unusual().search(rare) is None:
        return _PLAIN.findall(said)
    return _with_marks().findall(_UNSPACED.sub(r" \g<0> ", said).replace("_", " "))


def normal(asked: str) -> str:
    """One Unicode form (NFKC) and one case, in which equal words are equal."""
    return unicodedata.normalize("NFKC", asked).casefold()


def jaccard(one: Shingles, other: Shingles) -> float:
    """|A & B| / |A | B|, from 0 (nothing in common) to 1 (the same shingles)."""
    both = len(one & other)
    return both / (len(one) + len(other) - both)


def word_pairs(text: str) -> Shingles:
    """Pairs of neighbouring words; of a short text all its words as one, of signs alone itself."""
    words = words_of(text)
    if len(words) < SHORT:
        return frozenset([tuple(words) or (" ".join(text.split()),)])
    return frozenset(pairwise(words))


@cache
def _unusual() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}{_marks()}]")


@cache
def _with_marks() -> re.Pattern[str]:
    """Words of any script: vowel signs are no letters to ``re``, and would cut Hindi to pieces."""
    return re.compile(f"[\\w{_marks()}]+")


@cache
def _marks() -> str:
    """All combining marks, as ranges; beyond these codes there are variation selectors alone."""
    codes = range(0x300, 0x1F000)
    return "".join(_ranges(code for code in codes if unicodedata.category(chr(code))[0] == "M"))


def _ranges(codes: Iterable[int]) -> Iterator[str]:
    first = last = -1
    for code in codes:
        if code != last + 1:
            if first >= 0:
                yield f"{chr(first)}-{chr(last)}"
            first = code
        last = code
    yield f"{chr(first)}-{chr(last)}"
