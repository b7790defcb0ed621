"""What a judgement becomes in a dataset: one row, or one row a pair."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypedDict

import orjson

from annotate.export.said import (
    Answers,
    FlagRow,
    RatingRow,
    SpanRow,
    flag_rows,
    rating_rows,
    span_rows,
)
from annotate.questions import Questions
from commons.stats.pairs import pairs_of

Messages: TypeAlias = Sequence[Mapping[str, Any]]
MessageRows: TypeAlias = list[dict[str, Any]]

NOTHING = Questions()

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
class IdealText:
    """A best answer as its rater would have it; ``id`` is that of its demonstration."""

    id: str
    answer: Messages


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
    asked: Questions = NOTHING
    answers: Answers = field(default_factory=dict)
    reason: str = ""
    ideal: IdealText | None = None


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
    ideal_id: str
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
    ratings: list[RatingRow] | None
    flags: list[FlagRow] | None
    spans: list[SpanRow] | None
    reason: str
    ideal: MessageRows | None
    ideal_id: str
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

    edited > chosen > rejected: an ideal answer stands above every tier. How much better it is than
    the best one nobody asked, and it is better than the others by as much as the best one at least.
    ``margins`` maps strengths to margins and puts one on every row, 0 where the strength is not
    known: trainers look for the column in the first row of a batch only.
    """
    ideal, texts = ranking.ideal, ranking.candidates
    tiers, strengths = ranking.tiers, ranking.strengths
    if ideal is not None:
        texts = {ideal.id: ideal.answer, **texts}
        tiers, strengths = [[ideal.id], *tiers], [None, *_known(ranking)]
    for pair in pairs_of(tiers, strengths):
        row: PreferenceRow = {
            "prompt": _plain(ranking.prompt),
            "chosen": _plain(texts[pair.better]),
            "rejected": _plain(texts[pair.worse]),
            **_margin(pair.strength, margins),
            "prompt_id": ranking.prompt_id,
            "ranking_id": ranking.id,
            "ideal_id": ideal.id if ideal and pair.better == ideal.id else "",
            "rater": ranking.rater,
            "strength": pair.strength,
            "skill": ranking.skill,
            "language": ranking.language,
        }
        yield row


def ranked_row(ranking: RankingText) -> RankedRow:
    """The whole ranking as it was given: its ties, its gaps and its strengths."""
    place = {candidate: place for place, candidate in enumerate(ranking.candidates)}
    asked, said = ranking.asked, ranking.answers
    return {
        "prompt": _plain(ranking.prompt),
        "answers": [_plain(answer) for answer in ranking.candidates.values()],
        "tiers": [[place[candidate] for candidate in tier] for tier in ranking.tiers],
        "unrankable": [place[candidate] for candidate in ranking.unrankable],
        "strengths": _known(ranking),
        "ratings": rating_rows(said, place) if asked.ratings else None,
        "flags": flag_rows(said, place) if asked.flags else None,
        "spans": span_rows(said, place) if asked.spans else None,
        "reason": ranking.reason,
        "ideal": _plain(ranking.ideal.answer) if ranking.ideal else None,
        "ideal_id": ranking.ideal.id if ranking.ideal else "",
        "prompt_id": ranking.prompt_id,
        "ranking_id": ranking.id,
        "rater": ranking.rater,
        "skill": ranking.skill,
        "language": ranking.language,
    }


def _known(ranking: RankingText) -> list[int | None]:
    """A strength for each boundary, null where nobody was asked."""
    return list(ranking.strengths) or [None] * max(len(ranking.tiers) - 1, 0)


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
