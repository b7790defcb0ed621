"""What another tool says of one item, whichever tool it is: fields, and what people said of them.

task of Label Studio | record of Argilla -> Work -> (building, by a Plan) -> ImportedPrompt
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from annotate.importing.records import UNSAID, When

Tiers: TypeAlias = tuple[tuple[str, ...], ...]


class Kind(StrEnum):
    """What shape the answers to a question have, and so the ``value`` of a statement."""

    ORDER = "order"  # Tiers: names of answers, best first, equals together
    LISTED = "listed"  # names of answers in a row of which nobody knows whether it is an order
    BUCKETS = "buckets"  # names of answers by bucket
    PAIR = "pair"  # "left" or "right"
    CHOICE = "choice"  # the labels that were chosen
    RATING = "rating"  # a number
    TEXT = "text"  # a text
    SPAN = "span"  # Marks
    OTHER = "other"  # what nothing here takes


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a text. ``quote`` is what it covers, where the tool says it."""

    label: str
    start: int
    end: int
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the other tool; ``about`` names the fields that it asks about."""

    name: str
    kind: Kind
    about: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    """What a project is made of, as its configuration or its first rows say it.

    ``project`` is the tool and its project. ``fields`` are what people see, ``keys`` all that a
    row holds beside what was said of it.
    """

    project: str
    fields: tuple[str, ...]
    keys: frozenset[str]
    questions: Mapping[str, Question]
    min_submitted: int = 1  # of Argilla: from how many submitted responses an item is complete
    chat_keys: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # role and text


@dataclass(frozen=True, slots=True)
class Statement:
    """One person's answer to one question; ``about`` is the field, where the statement says it."""

    question: str
    kind: Kind
    value: Any
    about: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """All that one person said of an item."""

    rater: str
    statements: Sequence[Statement]
    when: When = UNSAID


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text that a model wrote for people to start from."""

    question: str
    text: str
    source: str


@dataclass
class Work:
    """One item. ``left`` are reasons why something of it is not carried, one a thing."""

    noun: str  # what its tool calls it
    key: str
    data: Mapping[str, Any]
    extra: Mapping[str, Any] = field(default_factory=dict)  # metadata
    said: list[Said] = field(default_factory=list)
    drafts: list[Said] = field(default_factory=list)  # their rater: the account that goes on
    proposals: list[Proposal] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
