"""The columns of each kind of dataset; shards and card are both made from this table."""

from dataclasses import dataclass
from enum import Enum

KINDS = ("sft", "preference", "ranked")


class Shape(Enum):
    """What stands in a column."""

    TEXT = "text"
    JSON = "JSON text or null"
    WHOLE = "whole number or null"
    REAL = "number"
    MESSAGES = "messages"
    CONVERSATION = "messages, arguments of calls as JSON"
    ANSWERS = "list of messages"
    PLACES = "list of whole numbers or nulls"
    TIERS = "list of lists of whole numbers"
    RATINGS = "list of {answer, name, value}, or null"
    FLAGS = "list of {answer, name, value: true or false}, or null"
    SPANS = "list of {answer, name, start, end, quote, why}, or null"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    shape: Shape
    meaning: str


_MARGIN = Column("margin", Shape.REAL, "how far apart the two rewards should be at least")
_RATER = Column("rater", Shape.TEXT, "pseudonym of who judged, good for this snapshot only")
_ABOUT = (
    Column("skill", Shape.TEXT, "what the prompt asks for; empty where it is not said"),
    Column("language", Shape.TEXT, "BCP 47 tag of the prompt's language"),
)
_PROMPT_ID = Column(
    "prompt_id", Shape.TEXT, "UUID of the prompt; rows that share it belong together"
)
_RANKING_ID = Column("ranking_id", Shape.TEXT, "UUID of the ranking, its exact revision")
_PROMPT = Column("prompt", Shape.MESSAGES, "the conversation up to the open turn")

_SFT = (
    Column(
        "messages",
        Shape.CONVERSATION,
        "the conversation with the written answer at its end",
    ),
    Column("tools", Shape.JSON, "the functions that the assistant may call; null = none"),
    Column("answer_from", Shape.WHOLE, "the place in `messages`, from 0, where the answer begins"),
    _PROMPT_ID,
    Column("demonstration_id", Shape.TEXT, "UUID of the demonstration, its exact revision"),
    _RATER,
    *_ABOUT,
)
_PAIR = (
    _PROMPT,
    Column("chosen", Shape.MESSAGES, "the answer that was preferred"),
    Column("rejected", Shape.MESSAGES, "the answer that it was preferred to"),
)
_PAIR_OF = (
    _PROMPT_ID,
    _RANKING_ID,
    Column(
        "ideal_id",
        Shape.TEXT,
        "UUID of the demonstration that `chosen` is, where the rater edited the best answer into "
        "an ideal one; it is preferred to every ranked answer. Empty where `chosen` was offered",
    ),
    _RATER,
    Column("strength", Shape.WHOLE, "1 slightly to 3 significantly better; null = not asked"),
    *_ABOUT,
)
_RANKED = (
    _PROMPT,
    Column("answers", Shape.ANSWERS, "the answers, in the order in which they were offered"),
    Column("tiers", Shape.TIERS, "places in `answers` from 0, best tier first, equals together"),
    Column("unrankable", Shape.PLACES, "places of the answers that could not be ranked"),
    Column(
        "strengths",
        Shape.PLACES,
        "between neighbouring tiers: 1 slightly to 3 significantly; null = not asked",
    ),
    Column(
        "ratings",
        Shape.RATINGS,
        "points on the campaign's scales; `answer` is a place in `answers`. Null = not asked; what "
        "was not answered is left out",
    ),
    Column("flags", Shape.FLAGS, "yes or no; null and left out as in `ratings`"),
    Column(
        "spans",
        Shape.SPANS,
        "marked stretches of an answer's text (the contents of its assistant messages, Markdown "
        "and all, an empty line between two): `start` and `end` count Unicode code points, `quote` "
        "is `text[start:end]`; `why` may be empty. Null as in `ratings`",
    ),
    Column("reason", Shape.TEXT, "why the rater ranked them so; empty where it is not said"),
    Column(
        "ideal",
        Shape.MESSAGES,
        "the best answer as the rater edited it: better than all of `answers`, and none of them; "
        "null where there is none",
    ),
    Column("ideal_id", Shape.TEXT, "UUID of the demonstration that `ideal` is, or empty"),
    _PROMPT_ID,
    _RANKING_ID,
    _RATER,
    *_ABOUT,
)


def columns_of(kind: str, *, margins: bool = False) -> tuple[Column, ...]:
    """The columns of every row of a kind, in order; ``margins`` adds one to ``preference``."""
    if kind == "sft":
        return _SFT
    if kind == "preference":
        return (*_PAIR, *((_MARGIN,) if margins else ()), *_PAIR_OF)
    if kind == "ranked":
        return _RANKED
    raise ValueError(f"no kind of dataset is called {kind!r}; use one of {', '.join(KINDS)}")
