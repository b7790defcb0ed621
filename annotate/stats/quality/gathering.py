"""Rankings gathered one by one: few bytes for each, whatever its answers are called.

A million rankings as lists of names would fill a gigabyte before anything is computed of them.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from annotate.stats.agreement.rankings import NOT_PLACED, Rankings, strengths_of
from annotate.stats.arrays import Flags, Ints, Small
from annotate.stats.quality.doubled import Doubled, Marked
from commons.stats.errors import InconsistentData

WIDTH = 16  # answers a ranking has room for
STEPS = WIDTH - 1
NOTHING_SAID = bytes(STEPS)
NOTHING_PLACED = bytes([NOT_PLACED % 256]) * WIDTH


class Given(NamedTuple):
    """What a ranking is of; ``first`` says whether it was wanted before anybody asked for a third,
    ``drawn`` whether chance alone chose that the task be judged once more. ``day`` is a date's
    ordinal."""

    task: int
    prompt: int
    rater: int
    skill: int
    language: int
    day: int
    answers: int
    first: bool
    drawn: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of answers: of which ranking, which of its answers, and what."""

    rankings: "array[int]" = field(default_factory=lambda: array("q"))
    places: "array[int]" = field(default_factory=lambda: array("b"))
    values: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, ranking: int, place: int, value: int) -> None:
        self.rankings.append(ranking)
        self.places.append(place)
        self.values.append(value)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rankings in the order in which they were handed in."""

    given: "array[int]" = field(default_factory=lambda: array("q"))
    weights: "array[float]" = field(default_factory=lambda: array("d"))
    tiers: bytearray = field(default_factory=bytearray)
    between: bytearray = field(default_factory=bytearray)

    def __len__(self) -> int:
        return len(self.weights)

    def add(
        self,
        given: Given,
        weight: float,
        order: Sequence[Sequence[str]],
        strengths: Sequence[int | None],
        offered: Sequence[str],
    ) -> None:
        """``strengths`` are those between each tier of ``order`` and the next, or nothing."""
        if len(offered) > WIDTH:
            raise InconsistentData(f"task {given.task} offers more than {WIDTH} answers.")
        self.tiers.extend(_tiers(order, offered))
        self.between.extend(_steps(strengths) if strengths else NOTHING_SAID)
        self.given.extend(given)
        self.weights.append(weight)

    def column(self, name: str) -> Ints:
        table = np.frombuffer(self.given, np.int64).reshape(-1, len(Given._fields))
        return np.array(table[:, Given._fields.index(name)])

    def doubled(self, kept: Flags) -> Doubled:
        """Of those kept, the rankings of tasks that two or more judged."""
        kept = kept & _of_several(self.column("task"), kept)
        sizes = self.column("answers")[kept]
        tiers = self._table(self.tiers, WIDTH)[kept, : int(sizes.max(initial=0))]
        rankings = Rankings(
            self.column("task")[kept],
            self.column("prompt")[kept],
            self.column("rater")[kept],
            tiers,
            np.frombuffer(self.weights, np.float64)[kept],
            self._strengths(tiers, kept),
        )
        weeks = (self.column("day")[kept] - 1) // 7  # the day 1 was a Monday
        return Doubled(
            rankings, self.column("skill")[kept], self.column("language")[kept], weeks, sizes
        )

    def _strengths(self, tiers: Small, kept: Flags) -> Small | None:
        between = self._table(self.between, STEPS)[kept, : max(tiers.shape[1] - 1, 0)]
        return strengths_of(tiers, between) if between.any() else None

    def marked(self, said: Mapping[str, Said], kept: Flags) -> dict[str, Marked]:
        """What was said in the rankings that are kept, by question, where there is any."""
        marked = {name: self._marked(each, kept) for name, each in sorted(said.items())}
        return {name: each for name, each in marked.items() if len(each.units)}

    def _marked(self, said: Said, kept: Flags) -> Marked:
        rows = np.frombuffer(said.rankings, np.int64)
        told = kept[rows]
        rows, weights = rows[told], np.frombuffer(self.weights, np.float64)
        places = np.frombuffer(said.places, np.int8)[told].astype(np.int64)
        return Marked(
            self.column("task")[rows] * WIDTH + places,
            self.column("rater")[rows],
            self.column("prompt")[rows],
            np.frombuffer(said.values, np.int64)[told],
            np.asarray(weights[rows], dtype=np.float64),
        )

    @staticmethod
    def _table(kept: bytearray, width: int) -> Small:
        return np.frombuffer(kept, np.int8).reshape(-1, width)


def _tiers(order: Sequence[Sequence[str]], offered: Sequence[str]) -> bytearray:
    column = {answer: at for at, answer in enumerate(offered)}
    row = bytearray(NOTHING_PLACED)
    for tier, alike in enumerate(order):
        for answer in alike:
            if answer not in column:
                raise InconsistentData(f"a ranking places {answer!r}, which is not offered.")
            row[column[answer]] = tier
    return row


def _steps(strengths: Sequence[int | None]) -> bytes:
    return bytes(each or 0 for each in strengths[:STEPS]).ljust(STEPS, b"\0")


def _of_several(tasks: Ints, kept: Flags) -> Flags:
    _, which = np.unique(tasks, return_inverse=True)
    return np.asarray(np.bincount(which, kept)[which] > 1, dtype=np.bool_)
