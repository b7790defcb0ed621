"""Hashes with counts: exact while few, a fair sample of known share when there are too many.

Adaptive sampling (Wegman; Flajolet 1990, "On adaptive sampling", Computing 43): a key is kept if
its ``level`` lowest bits are zero, and the level rises when more than ``most`` keys are kept. At
level 0 everything is kept and every count is exact. At level L the sample holds each key with
probability 2^-L, whole with all of its counts, so totals are those of the sample times 2^L, with a
relative standard error near 1 / sqrt(what was found in the sample). The level of a union hangs on
the union alone, whence the order of merging makes no difference.
"""

import base64
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from annotate.export.preflight.kept import Json

WAITING = 1 << 16  # rows that are not sorted in yet

Words = NDArray[np.uint64]
Counts = NDArray[np.int64]


class Sample:
    """Counts by (key, sub); sampled by key. ``names`` of keys, where given, are kept beside."""

    IS: ClassVar[str] = "sample"

    def __init__(self, most: int, columns: int = 1) -> None:
        self.most, self.columns, self.level = most, columns, 0
        self.keys: Words = np.empty(0, np.uint64)
        self.subs: Words = np.empty(0, np.uint64)
        self.counts: Counts = np.empty((0, columns), np.int64)
        self._names: dict[int, str] = {}
        self._waiting: list[tuple[int, int, tuple[int, ...]]] = []

    def hear(self, key: int, sub: int, *counts: int, name: str = "") -> None:
        if not self.keeps(key):
            return
        self._waiting.append((key, sub, counts))
        if name:
            self._name(key, name)
        if len(self._waiting) >= WAITING:
            self.settle()

    def keeps(self, key: int) -> bool:
        """Whether the key is in the sample as it is now; a later level may leave it out."""
        return not key & ((1 << self.level) - 1)

    @property
    def names(self) -> dict[int, str]:
        self.settle()
        return self._names

    def settle(self) -> None:
        """Sort in what is waiting."""
        if not self._waiting:
            return
        keys, subs, counts = zip(*self._waiting, strict=True)
        self._waiting = []
        self._take(
            np.array(keys, np.uint64),
            np.array(subs, np.uint64),
            np.array(counts, np.int64).reshape(-1, self.columns),
        )

    def add(self, other: Self) -> None:
        self.settle()
        other.settle()
        self.level = max(self.level, other.level)
        for key, name in other._names.items():
            self._name(key, name)
        self._take(other.keys, other.subs, other.counts)

    def distinct(self) -> int:
        """How many keys are kept."""
        self.settle()
        return _distinct(self.keys)

    def as_json(self) -> Json:
        self.settle()
        names = [[str(key), name] for key, name in sorted(self._names.items())]
        found = {"is": self.IS, "most": self.most, "columns": self.columns, "level": self.level}
        return found | {
            "keys": _text(self.keys, "<u8"),
            "subs": _text(self.subs, "<u8") if self.subs.any() else "",
            "width": (width := _width(self.counts)),
            "counts": _text(self.counts, width),
            "names": names,
        }

    @classmethod
    def from_json(cls, found: Json) -> Self:
        made = cls(found["most"], found["columns"])
        made.level = found["level"]
        made.keys = _array(found["keys"], "<u8").astype(np.uint64)
        subs = _array(found["subs"], "<u8").astype(np.uint64)
        made.subs = subs if subs.size else np.zeros_like(made.keys)
        counts = _array(found["counts"], found["width"])
        made.counts = counts.astype(np.int64).reshape(-1, made.columns)
        made._names = {int(key): name for key, name in found["names"]}
        return made

    def _name(self, key: int, name: str) -> None:
        self._names[key] = min(name, self._names.get(key, name))

    def _take(self, keys: Words, subs: Words, counts: Counts) -> None:
        keys, subs = np.concatenate([self.keys, keys]), np.concatenate([self.subs, subs])
        counts = np.concatenate([self.counts, counts])
        keys, subs, counts = _thinned(keys, subs, counts, self.level)
        order = np.lexsort((subs, keys))
        keys, subs, counts = keys[order], subs[order], counts[order]
        if keys.size:
            fresh = np.ones(keys.size, bool)
            fresh[1:] = (keys[1:] != keys[:-1]) | (subs[1:] != subs[:-1])
            starts = np.flatnonzero(fresh)
            keys, subs, counts = keys[starts], subs[starts], np.add.reduceat(counts, starts)
        while _distinct(keys) > self.most:
            self.level += 1
            keys, subs, counts = _thinned(keys, subs, counts, self.level)
        self.keys, self.subs, self.counts = keys, subs, counts
        if self.level:
            mask = (1 << self.level) - 1
            self._names = {key: name for key, name in self._names.items() if not key & mask}


def _thinned(keys: Words, subs: Words, counts: Counts, level: int) -> tuple[Words, Words, Counts]:
    if not level:
        return keys, subs, counts
    stays = (keys & np.uint64((1 << level) - 1)) == 0
    return keys[stays], subs[stays], counts[stays]


def _distinct(keys: Words) -> int:
    """Of sorted keys."""
    return int(np.count_nonzero(keys[1:] != keys[:-1])) + 1 if keys.size else 0


def _width(counts: Counts) -> str:
    """The narrowest type that holds the counts: most rows are there once."""
    greatest = int(counts.max(initial=0))
    return next(
        kind for kind, bits in (("<u1", 8), ("<u2", 16), ("<i8", 63)) if greatest >> bits == 0
    )


def _text(array: NDArray[Any], kind: str) -> str:
    return base64.b64encode(array.astype(kind).tobytes()).decode("ascii")


def _array(text: str, kind: str) -> NDArray[Any]:
    return np.frombuffer(base64.b64decode(text), dtype=kind)
