"""What a prompt asks, as far as another prompt may nearly repeat it.

Two prompts are near when the Jaccard index of their shingles, |A & B| / |A | B|, is at least
``NEAR``: the 0.8 that Lee et al. 2022, "Deduplicating Training Data Makes Language Models
Better", section 4.2, ask of documents. They take shingles of five words; a prompt is some tens of
words long, so that ours are pairs. One word exchanged in the middle of n leaves n - 3 pairs of
n + 1: near from 19 words on; with shingles of five it would be from 48.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from annotate.attachments import identity_of
from annotate.digests import digest_of
from commons.likeness import SHORT, Shingles, normal, words_of

NEAR = 0.8
SEEN = 16  # hex digits that stand for the pictures of a prompt

EDGES = " .,;:!?…。、！？\"'“”„‘’«»()[]"  # that make no other prompt of a short one


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
