"""What a judgement becomes in a dataset: one row, or one row a pair."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict

import orjson

from commons.stats.pairs import pairs_of

Messages: TypeAlias = Sequence[Mapping[str, Any]]
MessageRows: TypeAlias = list[dict[str, Any]]

# What a strength asks of the reward's margin: Touvron et al. (2023), "Llama 2", table 27, small.
MARGINS: Mapping[int, float] = {1: 1 / 3, 2: 2 / 3, 3: 1.0}


@dataclass(frozen=True, slots=True)
class DemonstrationText:
    """A demonstration with all that its row says; ``rater`` is a pseudonym already."""

    id: str
    prompt_id: str
    prompt: Messages
    answer: Messages
    rater: str
    side: str
    skill: str
    language: str
    tools: Sequence[Mapping[str, Any]] = ()  # that the prompt offers


@dataclass(frozen=True, slots=True)
class RankingText:
    """A ranking with the texts it orders; ``rater`` is a pseudonym already."""

    id: str
    prompt_id: str
    prompt: Messages
    candidates: Mapping[str, Messages]  # by id, in the order in which they were offered
    tiers: Sequence[Sequence[str]]  # candidate ids, best tier first
    unrankable: Sequence[str]
    strengths: Sequence[int | None]  # between neighbouring tiers; empty = never asked
    rater: str
    side: str
    skill: str
    language: str


class SftRow(TypedDict):
    messages: MessageRows
    tools: str | None
    answer_from: int
    prompt_id: str
    demonstration_id: str
    rater: str
    skill: str
    language: str


class Margin(TypedDict, total=False):
    margin: float  # on every row of a dataset or on none


class PreferenceRow(Margin):
    prompt: MessageRows
    chosen: MessageRows
    rejected: MessageRows
    prompt_id: str
    ranking_id: str
    rater: str
    strength: int | None
    skill: str
    language: str


class RankedRow(TypedDict):
    prompt: MessageRows
    answers: list[MessageRows]
    tiers: list[list[int]]
    unrankable: list[int]
    strengths: list[int | None]
    prompt_id: str
    ranking_id: str
    rater: str
    skill: str
    language: str


Row: TypeAlias = SftRow | PreferenceRow | RankedRow


def sft_row(demonstration: DemonstrationText) -> SftRow:
    """The conversation with the written answer at its end."""
    return {
        "messages": _plain(demonstration.prompt) + _plain(demonstration.answer),
        "tools": _json(list(demonstration.tools)) if demonstration.tools else None,
        "answer_from": len(demonstration.prompt),
        "prompt_id": demonstration.prompt_id,
        "demonstration_id": demonstration.id,
        "rater": demonstration.rater,
        "skill": demonstration.skill,
        "language": demonstration.language,
    }


def preference_rows(
    ranking: RankingText, *, margins: Mapping[int, float] | None = None
) -> Iterator[PreferenceRow]:
    """Every strict preference of a ranking; ties and unrankable answers give no row.

    ``margins`` maps strengths to margins and puts one on every row, 0 where the strength is not
    known: trainers look for the column in the first row of a batch only.
    """
    for pair in pairs_of(ranking.tiers, ranking.strengths):
        row: PreferenceRow = {
            "prompt": _plain(ranking.prompt),
            "chosen": _plain(ranking.candidates[pair.better]),
            "rejected": _plain(ranking.candidates[pair.worse]),
            **_margin(pair.strength, margins),
            "prompt_id": ranking.prompt_id,
            "ranking_id": ranking.id,
            "rater": ranking.rater,
            "strength": pair.strength,
            "skill": ranking.skill,
            "language": ranking.language,
        }
        yield row


def ranked_row(ranking: RankingText) -> RankedRow:
    """The whole ranking as it was given: its ties, its gaps and its strengths."""
    place = {candidate: place for place, candidate in enumerate(ranking.candidates)}
    boundaries = max(len(ranking.tiers) - 1, 0)
    return {
        "prompt": _plain(ranking.prompt),
        "answers": [_plain(answer) for answer in ranking.candidates.values()],
        "tiers": [[place[candidate] for candidate in tier] for tier in ranking.tiers],
        "unrankable": [place[candidate] for candidate in ranking.unrankable],
        "strengths": list(ranking.strengths) or [None] * boundaries,
        "prompt_id": ranking.prompt_id,
        "ranking_id": ranking.id,
        "rater": ranking.rater,
        "skill": ranking.skill,
        "language": ranking.language,
    }


def _plain(messages: Messages) -> MessageRows:
    """Role and content, and what a message says of tools; nothing else leaves."""
    return [_message(message) for message in messages]


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    said = {"role": message["role"], "content": message["content"]}
    if message.get("name"):
        said["name"] = message["name"]
    if message.get("tool_calls"):
        said["tool_calls"] = [_call(call) for call in message["tool_calls"]]
    return said


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    """A call with its arguments as JSON text: a column has one type, each tool its own fields."""
    function = call["function"]
    said = {"name": function["name"], "arguments": _json(function["arguments"])}
    return {"type": "function", "function": said}


def _json(value: object) -> str:
    """The same text for the same value, whatever order a database gives its names in."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _margin(strength: int | None, margins: Mapping[int, float] | None) -> Margin:
    if margins is None:
        return {}
    return {"margin": 0.0 if strength is None else margins[strength]}
