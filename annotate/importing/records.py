"""What a foreign file says, in our words; every format is read into these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NotRequired, TypeAlias, TypedDict

from annotate.pictures import Picture

PRIORITY = 5  # 1 comes first, 9 last

Scalar: TypeAlias = str | int | float | bool | None


class Message(TypedDict):
    role: str  # system, user, assistant or tool
    content: str
    name: NotRequired[str]  # of the tool whose result it is
    tool_calls: NotRequired[list[dict[str, Any]]]  # as OpenAI's API has them, without ids


Messages: TypeAlias = tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class ImportedCandidate:
    """One possible answer; ``key`` names it within its prompt."""

    key: str
    messages: Messages
    source: str
    sampling: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class When:
    """When a judgement was made and what it took, as far as its source says it.

    ``seconds`` is how long the item was open. ``is_truth``: others were measured against it.
    """

    at: datetime | None = None  # with a zone; None: now
    seconds: float | None = None
    is_truth: bool = False


UNSAID = When()


@dataclass(frozen=True, slots=True)
class ImportedDemonstration:
    """An answer that its rater wrote as a model of how to answer."""

    messages: Messages
    rater: str
    when: When = UNSAID


@dataclass(frozen=True, slots=True)
class ImportedRanking:
    """One rater's order of some of the candidates, by key.

    ``tiers`` is best first, equals together. ``strengths[i]`` lies between tiers i and i + 1,
    1 (slightly) to 3 (significantly), None where nobody asked; empty = never asked. ``answers``
    holds ratings, flags and spans by candidate, as ``annotate.answering`` keeps them.
    """

    rater: str
    tiers: tuple[tuple[str, ...], ...]
    unrankable: tuple[str, ...] = ()
    strengths: tuple[int | None, ...] = ()
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    reason: str = ""
    when: When = UNSAID


@dataclass(frozen=True, slots=True)
class ImportedDraft:
    """What somebody had begun of a prompt, as far as they had come.

    ``account`` is who goes on with it here, as the import was told. ``tiers`` may hold a part of
    the candidates; ``answers`` and ``reason`` are as of a ranking; ``text`` is an answer's.
    """

    account: str
    tiers: tuple[tuple[str, ...], ...] = ()
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class ImportedPicture:
    """A picture of a prompt, and what is to be seen on it; "" = not said."""

    picture: Picture
    alt: str


@dataclass(frozen=True, slots=True)
class ImportedPrompt:
    """A prompt with all that one row says about it; ``key`` is its id in the file it came from."""

    key: str
    messages: Messages  # ends in a user's turn
    skill: str  # "" = not said
    language: str
    source: str
    candidates: tuple[ImportedCandidate, ...]
    demonstrations: tuple[ImportedDemonstration, ...]
    rankings: tuple[ImportedRanking, ...]
    line: int
    clearance: str = ""  # "" = nobody needs one
    priority: int = PRIORITY
    tools: tuple[Mapping[str, Any], ...] = ()  # that the assistant may call (annotate.tools)
    pictures: tuple[ImportedPicture, ...] = ()
    drafts: tuple[ImportedDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedAnswer:
    """A further candidate for a prompt that is there already; ``prompt`` is any name of it."""

    prompt: str
    candidate: ImportedCandidate


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was made of (a part of) a line; ``reason`` names the field and the remedy."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something of a row that is not carried over, though the row is; ``key`` names the row."""

    line: int
    key: str
    why: str


Record: TypeAlias = ImportedPrompt | Refusal | LeftOut
