"""What a prompt asks, as far as another prompt may nearly repeat it.

Two prompts are near when the Jaccard index of their shingles, |A & B| / |A | B|, is at least
``NEAR``: the 0.8 that Lee et al. 2022, "Deduplicating Training Data Makes Language Models
Better", section 4.2, ask of documents. They take shingles of five words; a prompt is some tens of
words long, so that ours are pairs. One word exchanged in the middle of n leaves n - 3 pairs of
n + 1: near from 19 words on; with shingles of five it would be from 48.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from annotate.attachments import identity_of
from annotate.digests import digest_of

NEAR = 0.8
SEEN = 16  # hex digits that stand for the pictures of a prompt
SHORT = 5  # a prompt of fewer words is near to none but those that say the same

# Written without spaces: Thai and Lao, Burmese, Khmer, kana, Han. Each letter is a word, so that
# a pair of words is a pair of letters, as search engines have it.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
EDGES = " .,;:!?…。、！？\"'“”„‘’«»()[]"  # that make no other prompt of a short one

_PLAIN = re.compile(r"[^\W_]+")
# What ``_PLAIN`` finds in lower case, in half the time where nothing but ASCII is said.
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
# Latin, Greek, Cyrillic and what is printed between their words: no need to look any closer.
_USUAL = frozenset(map(chr, (*range(0x300), *range(0x370, 0x483), *range(0x2010, 0x2028))))
_UNSPACED = re.compile(f"[{UNSPACED}]")

Shingles = frozenset[tuple[str, ...]]


def asked_in(
    messages: Sequence[Mapping[str, object]], attachments: Sequence[Mapping[str, Any]] = ()
) -> str:
    """What all user turns say, one after the other: a system text is no question.

    Where pictures are asked about, they stand between any two words, so that no pair of words is
    that of a prompt with others: “What is this?” of two pictures are two questions.
    """
    said = "\n".join(str(each["content"]) for each in messages if each["role"] == "user")
    if not attachments:
        return said
    seen = digest_of(identity_of(attachments))[:SEEN]
    return " ".join(f"{word} {seen}" for word in words_of(said))


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


def form_of(asked: str, words: Sequence[str]) -> str:
    """What two prompts have in common that say the same.

    Of a short one nothing is left out but spaces and the signs at its ends: 3 + 4 is not 3 * 4.
    """
    if len(words) >= SHORT:
        return " ".join(words)
    return " ".join(normal(asked).split()).strip(EDGES)


def shingles_of(asked: str) -> Shingles:
    """Pairs of neighbouring words; of a short prompt its one form."""
    words = words_of(asked)
    if len(words) < SHORT:
        return frozenset([(form_of(asked, words),)])
    return frozenset(pairwise(words))


def jaccard(one: Shingles, other: Shingles) -> float:
    """|A & B| / |A | B|, from 0 (nothing in common) to 1 (the same shingles)."""
    both = len(one & other)
    return both / (len(one) + len(other) - both)


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
