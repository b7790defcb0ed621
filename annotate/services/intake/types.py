"""What passes between reading and keeping."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from annotate.importing.leaving import Leaving
from annotate.importing.records import ImportedPrompt, Refusal
from annotate.pictures import Picture

Row = str | tuple[str, ...]  # what will be kept, in the words of a dialect


class Answer(NamedTuple):
    """A candidate that comes."""

    uuid: str  # 32 hex digits: of the row, if it is made
    digest: str
    row: Row


class Arrival(NamedTuple):
    """A prompt that comes, and the answers that come along."""

    digest: str
    side: str
    asked: str  # by which near-duplicates are found
    row: Row
    priority: int
    answers: Sequence[Answer]
    record: ImportedPrompt | None  # where it holds judgements
    pictures: Sequence[Picture] = ()


@dataclass
class Chunk:
    """What is kept in one transaction. ``rows`` counts lines of the file, whatever they gave."""

    rows: int = 0
    characters: int = 0
    arrivals: list[Arrival] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    left: Leaving = field(default_factory=Leaving)

    @property
    def digests(self) -> frozenset[str]:
        return frozenset(arrival.digest for arrival in self.arrivals)


class Standing(NamedTuple):
    """A candidate that is there."""

    prompt: int
    digest: str
    uuid: UUID
    author: int | None  # a rater
    weight: float  # how much it is wanted beside the others


class Kept(NamedTuple):
    """A prompt that is there: by now, or since long."""

    pk: int
    uuid: UUID
    new: bool


@dataclass(frozen=True)
class Keeping:
    """What became of a chunk."""

    prompts: Mapping[str, Kept]  # by digest
    entered: set[int]  # prompts that have a place in the campaign since now
    candidates: int  # of them new ones
    names: Mapping[tuple[int, str], str]  # (prompt, digest) -> uuid of a candidate, 32 hex digits


class NewTask(NamedTuple):
    """A task that is to be made, unless it is there."""

    prompt: int
    round: int
    lane: int
    place: int
    offered: Sequence[UUID]
    wanted: int
    second_opinion: bool
    propensity: float | None
    asked_with: float | None = None
    offered_with: Sequence[float] = ()  # the chance of each of the offered
