"""Held-out rankings in the eyes of a reward model: what every number of a report card counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commons.stats.pairs import pairs_of
from commons.stats.texts import refuses
from rewards.stats.texts import log_characters, markdown_density

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Message = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """A text, an opaque tag of what wrote it (empty = a person, None = not said), its score."""

    text: str
    score: float
    source: str | None = None

    @cached_property
    def characters(self) -> int:
        return len(self.text)

    @cached_property
    def log_characters(self) -> float:
        return log_characters(self.text)

    @cached_property
    def markdown(self) -> float:
        return markdown_density(self.text)

    @cached_property
    def refuses(self) -> bool:
        return refuses(self.text)


@dataclass(frozen=True)
class Seen:
    """One person's order of answers to a prompt; ``tiers``, best first, are places in ``answers``.

    Only answers that the person placed are here. Empty text = not said. ``agreement_weight``: what
    it counts where people are measured against each other, 0 = not at all; None = not known.
    """

    prompt_id: str
    ranking_id: str
    prompt: Sequence[Message]
    answers: Sequence[Answer]
    tiers: Sequence[Sequence[int]]
    strengths: Sequence[int | None] = ()
    rater: str = ""
    side: str = ""
    skill: str = ""
    language: str = ""
    iteration: str = ""
    agreement_weight: float | None = None

    @property
    def turns(self) -> int:
        return sum(message["role"] == "user" for message in self.prompt)

    @property
    def ranks(self) -> list[int]:
        """The place of each answer's tier, 0 = best."""
        rank_of = {at: rank for rank, tier in enumerate(self.tiers) for at in tier}
        return [rank_of[at] for at in range(len(self.answers))]


@dataclass(frozen=True)
class SeenPair:
    """A pair that a person ordered."""

    seen: Seen
    better: Answer
    worse: Answer
    strength: int | None

    @property
    def gap(self) -> float:
        """How far the model puts the better answer ahead."""
        return self.better.score - self.worse.score

    @property
    def log_ratio(self) -> float:
        """Log characters of the better answer less those of the worse one."""
        return self.better.log_characters - self.worse.log_characters


@dataclass(frozen=True)
class Pairs:
    """Strict pairs with the prompt of each as a number: what intervals are drawn from."""

    rows: Sequence[SeenPair]
    prompts: Ints = field(repr=False)  # (P,), from 0

    @classmethod
    def of(cls, rankings: Sequence[Seen]) -> "Pairs":
        names = sorted({seen.prompt_id for seen in rankings})
        place = {name: number for number, name in enumerate(names)}
        rows = [
            SeenPair(seen, seen.answers[pair.better], seen.answers[pair.worse], pair.strength)
            for seen in rankings
            for pair in pairs_of(seen.tiers, seen.strengths)
        ]
        return cls(rows, np.array([place[row.seen.prompt_id] for row in rows], dtype=np.int64))

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, chosen: NDArray[np.bool_]) -> "Pairs":
        rows = [row for row, kept in zip(self.rows, chosen, strict=True) if kept]
        return Pairs(rows, self.prompts[chosen])

    @property
    def prompt_count(self) -> int:
        return len(np.unique(self.prompts))

    @cached_property
    def gaps(self) -> Floats:
        return np.array([row.gap for row in self.rows], dtype=np.float64)

    @cached_property
    def log_ratios(self) -> Floats:
        return np.array([row.log_ratio for row in self.rows], dtype=np.float64)

    @property
    def right(self) -> Floats:
        """1 where the model prefers what the person preferred, 0.5 where it cannot tell, else 0."""
        return half_if_even(self.gaps)

    @property
    def longer_is_right(self) -> Floats:
        """The same for somebody who counts characters."""
        return half_if_even(
            np.array([row.better.characters - row.worse.characters for row in self.rows])
        )


def half_if_even(gaps: NDArray[Any]) -> Floats:
    return np.asarray((np.sign(gaps) + 1) / 2, dtype=np.float64)
