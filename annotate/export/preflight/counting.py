"""How many tokens a text has, exactly, with words that were met before counted from memory.

Byte-pair tokenizers cut a text into pieces first and encode each by itself. Where such a cut lies
before every space between two other characters, the tokens of a text are those of its words added
up, and a word needs to be encoded once. Whether the cut lies there is tried out on the tokenizer
itself, over every two kinds of characters; if it does not, texts are encoded whole.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.normalizers import NFC

from annotate.export.preflight.errors import BadTokenizer

WORDS_KEPT = 1 << 18
LONGEST_KEPT = 64  # characters; what is longer hardly comes again
AT_ONCE = 1 << 18  # characters in one call, which bounds its memory

_BETWEEN = re.compile(r"(?<=\S) (?=\S)")
_ODD_SPACE = re.compile(r"  |[\t\n\r\f\v] | [\t\n\r\f\v]")
_KINDS: tuple[str, ...]
_KINDS = ("a", "Zz", "é", "ß", "7", "42", ".", ",", "'", "'s", '"', "(", ")", "-", "_", "/", "<|")
_KINDS += (
    "ж",
    "日",
    "한",
    "ا",
    "क",
    "🜁",
    "…",
    "“",
    "\n",
    "x\n",
    "\u0301",
    "{",
    "`",
    "#",
    "@",
    "₂",
    "½",
)

FILE = "tokenizer.json"


class TokenCounter:
    """Counts tokens without special ones added, as chat templates write those themselves."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self.by_words = cuts_before_spaces(tokenizer)
        self._first: dict[str, int] = {}  # a text's first word, which follows no space
        self._later: dict[str, int] = {}
        self._again: set[str] = set()  # words met in another batch than the one they came in

    @classmethod
    def of(cls, path: Path) -> "TokenCounter":
        file = path / FILE if path.is_dir() else path
        try:
            return cls(Tokenizer.from_buffer(file.read_bytes()))
        except (OSError, ValueError) as broken:
            raise BadTokenizer(
                f"{file} is not the {FILE} of a tokenizer ({broken}); name one that "
                "`save_pretrained` of a fast tokenizer wrote."
            ) from None

    def count(self, texts: Sequence[str]) -> list[int]:
        if not self.by_words:
            return list(self._encoded(texts))
        words = [_words(text) for text in texts]
        self._forget()
        first, later = self._first, self._later
        long = [
            *self._learn(first, {found[0] for found in words}, before=""),
            *self._learn(later, {word for found in words for word in found[1:]}, before=" "),
        ]
        counts = [first[found[0]] + sum(map(later.__getitem__, found[1:])) for found in words]
        for word in long:
            first.pop(word, None)
            later.pop(word, None)
        return counts

    def _learn(self, known: dict[str, int], words: set[str], *, before: str) -> Iterator[str]:
        """Count the words that are not known yet; what is too long to be kept is given back."""
        fresh = sorted(words.difference(known))
        self._again.update(words.difference(fresh))
        known.update(zip(fresh, self._encoded([before + word for word in fresh]), strict=True))
        return (word for word in fresh if len(word) > LONGEST_KEPT)

    def _forget(self) -> None:
        """When there are too many words, those go that were met in one batch only."""
        if len(self._first) + len(self._later) <= WORDS_KEPT:
            return
        again = self._again if len(self._again) < WORDS_KEPT // 2 else set()
        self._first = {word: n for word, n in self._first.items() if word in again}
        self._later = {word: n for word, n in self._later.items() if word in again}
        self._again = set()

    def _encoded(self, texts: Sequence[str]) -> Iterator[int]:
        for batch in _batches(texts):
            found = self._tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            yield from map(len, found)


def cuts_before_spaces(tokenizer: Tokenizer) -> bool:
    """Whether this tokenizer cuts before each space that stands between two other characters."""
    if tokenizer.pre_tokenizer is None:
        return False
    if not (tokenizer.normalizer is None or isinstance(tokenizer.normalizer, NFC)):
        return False
    added = tokenizer.get_added_tokens_decoder().values()
    if any(" " in token.content or token.rstrip for token in added):
        return False
    return all(_cuts(tokenizer, left, right) for left, right in product(_KINDS, _KINDS))


def _cuts(tokenizer: Tokenizer, left: str, right: str) -> bool:
    if left[-1:].isspace() or right[:1].isspace():
        return True  # not a space between two other characters
    pieces = tokenizer.pre_tokenizer.pre_tokenize_str(f"{left} {right}")
    return any(end == len(left) for _, (_, end) in pieces)


def _words(text: str) -> list[str]:
    """Cut at, and without, every space between two characters that are none; never empty."""
    if text.isascii() and not _ODD_SPACE.search(text) and text[:1] != " " != text[-1:]:
        return text.split(" ")
    return _BETWEEN.split(text)


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size > AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
