"""What rows are made from: a judgement with the texts that it is about, no name in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson

from annotate.export.images import Images
from annotate.export.said import Answers
from annotate.questions import Questions

Messages: TypeAlias = Sequence[Mapping[str, Any]]
MessageRows: TypeAlias = list[dict[str, Any]]

NOTHING = Questions()
_PLAIN = ["role", "content"]


class Said(list[dict[str, Any]]):
    """Messages as rows hold them. One answer stands in several pairs, and is written out once."""

    _fragment: orjson.Fragment | None = None

    @property
    def fragment(self) -> orjson.Fragment:
        """Its JSON, made when it is first asked for."""
        if self._fragment is None:
            self._fragment = orjson.Fragment(orjson.dumps(list(self)))
        return self._fragment


@dataclass(frozen=True, slots=True)
class About:
    """What every row says of its prompt. ``iteration`` is the ISO week of the judgement."""

    prompt_id: str
    prompt: Messages
    side: str
    skill: str
    language: str
    iteration: str = ""
    tools: Sequence[Mapping[str, Any]] = ()  # that the prompt offers
    images: Images | None = None  # that it asks about; None: no prompt of the dataset has any


@dataclass(frozen=True, slots=True)
class DemonstrationText:
    """A demonstration with all that its row says; ``rater`` is a pseudonym already."""

    id: str
    about: About
    answer: Messages
    rater: str
    asked_with: float | None = None  # the chance of its prompt; None: not drawn, or not known


@dataclass(frozen=True, slots=True)
class IdealText:
    """A best answer as its rater would have it; ``id`` is that of its demonstration."""

    id: str
    answer: Messages


@dataclass(frozen=True, slots=True)
class RankingText:
    """A ranking with the texts it orders; ``rater`` is a pseudonym already.

    ``weight``: what its rater weighs, 0 to 1, in thousandths. ``asked_with``: the chance that its
    prompt had to be answered; ``shown_with``: that of each candidate to be shown. What is not there
    was not drawn, or is not known. ``agreement_weight``: what it counts where people are measured
    against each other; None: not known.
    """

    id: str
    about: About
    candidates: Mapping[str, Messages]  # by id, in the order in which rows name them
    tiers: Sequence[Sequence[str]]  # candidate ids, best tier first
    unrankable: Sequence[str]
    strengths: Sequence[int | None]  # between neighbouring tiers; empty = never asked
    rater: str
    sources: Mapping[str, str] = field(default_factory=dict)  # by candidate
    shown: Sequence[str] = ()  # candidate ids as the rater saw them; empty = not known
    asked: Questions = NOTHING
    answers: Answers = field(default_factory=dict)
    reason: str = ""
    ideal: IdealText | None = None
    weight: float = 1.0
    asked_with: float | None = None
    shown_with: Mapping[str, float] = field(default_factory=dict)
    agreement_weight: float | None = None


def plain(messages: Messages) -> Said:
    """Role and content, and what a message says of tools; nothing else leaves."""
    if isinstance(messages, Said):
        return messages
    return Said(_message(message) for message in messages)


def about_row(about: About) -> dict[str, Any]:
    """The columns that rows of every kind have."""
    seen = {} if about.images is None else {"images": about.images}
    return {
        **seen,
        "tools": json_text(list(about.tools)) if about.tools else None,
        "prompt_id": about.prompt_id,
        "side": about.side,
        "iteration": about.iteration,
        "skill": about.skill,
        "language": about.language,
    }


def json_text(value: object) -> str:
    """The same text for the same value, whatever order a database gives its names in."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    if type(message) is dict and [*message] == _PLAIN:
        return message
    said = {"role": message["role"], "content": message["content"]}
    if message.get("name"):
        said["name"] = message["name"]
    if message.get("tool_calls"):
        said["tool_calls"] = [_call(call) for call in message["tool_calls"]]
    return said


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    """A call with its arguments as JSON text: a column has one type, each tool its own fields."""
    function = call["function"]
    said = {"name": function["name"], "arguments": json_text(function["arguments"])}
    return {"type": "function", "function": said}
