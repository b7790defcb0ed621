"""Texts that hold a stretch of an evaluation set: thirteen words in a row, as GPT-3 looked.

Brown et al. (2020), "Language Models are Few-Shot Learners", appendix C: words without case and
punctuation, overlap of N-grams with N = 13 at most. Deviations: N is 13 for every set, where the
paper takes down to 8 for sets of short examples, so that an example of fewer than 13 words cannot
be found (how many is reported); a single hit counts, while the paper cuts documents around it; of
scripts that write without spaces each character is a word.

A thirteen is known by a 64-bit hash, Σ mᵢ · h(wordᵢ) with odd mᵢ: among 10⁸ in the dataset and 10⁶
in the sets, 6 in a million false hits are to be expected (10¹⁴ / 2⁶⁴). Each set is read once.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from annotate.export.preflight.errors import BadEvaluationSet
from annotate.export.preflight.items import Settings
from annotate.export.preflight.kept import Examples, Kept, Tally
from annotate.export.preflight.texts import PROMPT, Heard

N = 13
_WORD = re.compile(r"\w+")
_UNSPACED = "぀-ヿ㐀-䶿一-鿿豈-﫿฀-๿຀-໿က-႟ក-៿"
_WORD_OR_SIGN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_BITS = 22  # of the table that is asked first

Words = NDArray[np.uint64]

# Odd, so that a change of any one word changes the sum; fixed, though only this process sees them.
_FACTORS = np.random.default_rng(13).integers(0, 1 << 63, N, dtype=np.uint64) * np.uint64(
    2
) + np.uint64(1)


def words_of(text: str) -> list[str]:
    """Words in small letters without punctuation."""
    small = text.lower()
    return (_WORD if small.isascii() or max(small) < "฀" else _WORD_OR_SIGN).findall(small)


def thirteens(texts: Sequence[Sequence[str]]) -> tuple[Words, NDArray[np.intp]]:
    """The hash of every thirteen words in a row, and the place of the text it stands in."""
    words = map(hash, chain.from_iterable(texts))
    hashes = np.fromiter(words, np.int64, sum(map(len, texts))).view(np.uint64)
    owner = np.repeat(np.arange(len(texts)), [len(words) for words in texts])
    if hashes.size < N:
        return np.empty(0, np.uint64), np.empty(0, np.intp)
    size = hashes.size - N + 1
    sums = np.zeros(size, np.uint64)
    for place, factor in enumerate(_FACTORS):
        sums += hashes[place : place + size] * factor
    inside = owner[:size] == owner[N - 1 :]
    return sums[inside], owner[:size][inside]


class Evaluations:
    """The thirteens of some named sets, and which sets each belongs to."""

    def __init__(self, texts: Mapping[str, Iterable[str]]) -> None:
        self.names = sorted(texts)
        self.short: dict[str, int] = {}
        grams, sets = [], []
        for place, name in enumerate(self.names):
            found = self._grams(name, texts[name])
            grams.append(found)
            sets.append(np.full(found.size, place))
        self._grams_of_all = np.concatenate([*grams, np.empty(0, np.uint64)])
        order = np.argsort(self._grams_of_all, kind="stable")
        self._grams_of_all = self._grams_of_all[order]
        self._sets = np.concatenate([*sets, np.empty(0, np.intp)])[order]
        self._table = np.zeros(1 << _BITS, bool)
        self._table[self._grams_of_all >> np.uint64(64 - _BITS)] = True

    @classmethod
    def read(cls, files: Mapping[str, Path]) -> "Evaluations":
        return cls({name: texts_in(path) for name, path in files.items()})

    def hits(self, texts: Sequence[str]) -> list[tuple[int, str]]:
        """Which text shares words with which set; each pair once, in order."""
        grams, owners = thirteens([words_of(text) for text in texts])
        maybe = np.flatnonzero(self._table[grams >> np.uint64(64 - _BITS)])
        grams, owners = grams[maybe], owners[maybe]
        first = np.searchsorted(self._grams_of_all, grams, "left")
        last = np.searchsorted(self._grams_of_all, grams, "right")
        return sorted(
            {
                (int(owner), self.names[int(self._sets[place])])
                for owner, begin, end in zip(owners, first, last, strict=True)
                for place in range(begin, end)
            }
        )

    def _grams(self, name: str, texts: Iterable[str]) -> Words:
        """Distinct thirteens of one set, which is read a few thousand texts at a time."""
        self.short[name] = 0
        found, waiting = [np.empty(0, np.uint64)], []
        for text in texts:
            words = words_of(text)
            self.short[name] += len(words) < N
            waiting.append(words)
            if len(waiting) == 4096:
                found.append(thirteens(waiting)[0])
                waiting = []
        found.append(thirteens(waiting)[0])
        return np.unique(np.concatenate(found))


def texts_in(path: Path) -> Iterator[str]:
    """Of JSON lines every text in a row by itself, of another file every line that is not empty."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield from _texts(line, path, number)
    except OSError as broken:
        raise BadEvaluationSet(
            f"{path} cannot be read ({broken.strerror}); name another."
        ) from None


def _texts(line: bytes, path: Path, number: int) -> Iterator[str]:
    try:
        if path.suffix in (".jsonl", ".ndjson"):
            yield from _strings(orjson.loads(line))
        else:
            yield line.decode()
    except ValueError as broken:
        raise BadEvaluationSet(
            f"{path}, line {number}: {broken}; mend it or leave it out."
        ) from None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


class Overlap:
    """The section ``overlap``; only where the settings name evaluation sets."""

    def __init__(self, kind: str, settings: Settings) -> None:
        self._sets = Evaluations.read(settings.evaluations)
        self.found = Tally()
        self.places = {name: Examples(settings.examples) for name in self._sets.names}

    @property
    def short(self) -> dict[str, int]:
        """How many texts of each set have too few words to be found."""
        return self._sets.short

    @property
    def kept(self) -> dict[str, Kept]:
        return {"found": self.found, **{f"in.{name}": kept for name, kept in self.places.items()}}

    def hear(self, chunk: Heard) -> None:
        met = set()
        for place, name in self._sets.hits([piece.text for piece in chunk.pieces]):
            piece = chunk.pieces[place]
            met.add((piece.item, piece.answer, name))
        for at, answer, name in met:
            self.found.hear(f"{'prompts' if answer == PROMPT else 'answers'}.{name}")
            self.places[name].hear((chunk.items[at].prompt_id, answer))
        for name in self._sets.names:
            self.found.hear(f"items.{name}", len({at for at, _, other in met if other == name}))
