"""The columns of each kind of dataset as TRL reads them; ``forms`` turns them into other forms."""

from dataclasses import dataclass
from enum import Enum

from annotate.export.policy import Policy

KINDS = ("sft", "preference", "ranked", "unpaired", "prompts")


class Shape(Enum):
    """What stands in a column."""

    TEXT = "text"
    JSON = "JSON text or null"
    WHOLE = "whole number or null"
    REAL = "number"
    CHANCE = "number above 0 and up to 1, or null"
    CHANCES = "list of numbers above 0 and up to 1, or nulls"
    COUNT = "number, 0 or at least 1, or null"
    YES = "true or false"
    TEXTS = "list of texts"
    MESSAGES = "messages"
    CONVERSATION = "messages, arguments of calls as JSON"
    ANSWERS = "list of messages"
    PLACES = "list of whole numbers or nulls"
    TIERS = "list of lists of whole numbers"
    RATINGS = "list of {answer, name, value}, or null"
    FLAGS = "list of {answer, name, value: true or false}, or null"
    IMAGES = "list of pictures"
    SPANS = "list of {answer, name, start, end, quote, why}, or null"
    # Of the forms that are not TRL's.
    TRANSCRIPT = "a conversation as one text"
    CHAT = "messages as OpenAI's interface has them"
    TOOLS = "list of tools as OpenAI's interface has them"
    INPUT = "{messages, tools}"


@dataclass(frozen=True, slots=True)
class Column:
    """``apart``: its reader takes no key that it does not know, so it stands in a file beside."""

    name: str
    shape: Shape
    meaning: str
    apart: bool = False


_MARGIN = Column("margin", Shape.REAL, "how far apart the two rewards should be at least")
_WEIGHT = Column("weight", Shape.REAL, "what the row counts: 1, or 0.5 for each direction of a tie")
_WEIGHED = Column(
    "weight",
    Shape.REAL,
    "what the row counts, above 0 and up to 1: how far its rater can be relied on, and half of "
    "that for each direction of a tie",
)
_SOFT = Column("soft_label", Shape.REAL, "probability that `chosen` is the better one; 0.5 = a tie")
_NOT_DRAWN = "null = nothing was drawn, or it is not known"
_ASKED_WITH = Column(
    "asked_with",
    Shape.CHANCE,
    f"the chance that the prompt had to be answered by models, in its cycle's draw; {_NOT_DRAWN}",
)
_SHOWN = "the chance that {} had to be shown, among its prompt's candidates; " + _NOT_DRAWN
_OF_ONE = (_ASKED_WITH, Column("shown_with", Shape.CHANCE, _SHOWN.format("`completion`")))
_OF_TWO = (
    _ASKED_WITH,
    Column("chosen_shown_with", Shape.CHANCE, _SHOWN.format("`chosen`")),
    Column("rejected_shown_with", Shape.CHANCE, _SHOWN.format("`rejected`")),
)
_AGREEMENT = Column(
    "agreement_weight",
    Shape.COUNT,
    "what the ranking counts where people are measured against each other: 1, or 1 / the chance "
    "that its prompt had to be judged twice; 0 = not at all, as not chance alone asked for it; "
    "null = not known",
)
_OF_ALL = (
    _ASKED_WITH,
    Column("shown_with", Shape.CHANCES, _SHOWN.format("each of `answers`")),
    _AGREEMENT,
)
_CHANCES = {"sft": (_ASKED_WITH,), "preference": _OF_TWO, "ranked": _OF_ALL, "unpaired": _OF_ONE}
_RATER = Column("rater", Shape.TEXT, "pseudonym of who judged, good for this snapshot only")
_ABOUT = (
    Column("tools", Shape.JSON, "the functions that the assistant may call; null = none"),
    Column("prompt_id", Shape.TEXT, "UUID of the prompt; rows that share it belong together"),
    Column("side", Shape.TEXT, "train, validation or test; a prompt never changes it"),
    Column(
        "iteration",
        Shape.TEXT,
        "the ISO week, in UTC, in which it was judged; of several judgements the last, of a prompt "
        "alone when it came",
    ),
    Column("skill", Shape.TEXT, "what the prompt asks for; empty where it is not said"),
    Column("language", Shape.TEXT, "BCP 47 tag of the prompt's language"),
)
_IMAGES = Column(
    "images",
    Shape.IMAGES,
    "the pictures that the prompt asks about, which belong to its first turn; empty = none. In "
    "Parquet their bytes, in JSON lines paths from the file of the row",
)
_RANKING_ID = Column("ranking_id", Shape.TEXT, "UUID of the ranking, its exact revision")
_PROMPT = Column("prompt", Shape.MESSAGES, "the conversation up to the open turn")
_IDEAL_ID = Column(
    "ideal_id",
    Shape.TEXT,
    "UUID of the demonstration that the preferred answer is, where a rater edited the best answer "
    "into an ideal one; it stands above every ranked answer. Empty where the answer was offered",
)

_SFT = (
    Column(
        "messages",
        Shape.CONVERSATION,
        "the conversation with the written answer at its end",
    ),
    Column("answer_from", Shape.WHOLE, "the place in `messages`, from 0, where the answer begins"),
    *_ABOUT,
    Column("demonstration_id", Shape.TEXT, "UUID of the demonstration, its exact revision"),
    _RATER,
)
_PAIR = (
    _PROMPT,
    Column("chosen", Shape.MESSAGES, "the answer that was preferred"),
    Column("rejected", Shape.MESSAGES, "the answer that it was preferred to"),
)
_SOURCES = (
    Column("chosen_source", Shape.TEXT, "opaque tag of what wrote `chosen`; empty = a person"),
    Column("rejected_source", Shape.TEXT, "the same of `rejected`"),
)
_ALONE = (
    _RANKING_ID,
    _RATER,
    _IDEAL_ID,
    Column("strength", Shape.WHOLE, "1 slightly to 3 significantly better; null = not asked"),
    *_SOURCES,
)
_TOGETHER = (
    Column("ranking_ids", Shape.TEXTS, "UUIDs of all rankings of the prompt that were counted"),
    Column("raters", Shape.TEXTS, "pseudonyms of who judged, good for this snapshot only"),
    _IDEAL_ID,
    Column("votes", Shape.PLACES, "how many raters were for the pair, against it, and level"),
    *_SOURCES,
)
_UNPAIRED = (
    _PROMPT,
    Column("completion", Shape.MESSAGES, "an answer"),
    Column("label", Shape.YES, "whether it is a good one"),
    *_ABOUT,
    _RANKING_ID,
    _RATER,
    _IDEAL_ID,
    Column("source", Shape.TEXT, "opaque tag of what wrote it; empty = a person"),
)
_PROMPTS = (Column(_PROMPT.name, Shape.CONVERSATION, _PROMPT.meaning), *_ABOUT)
_RANKED = (
    _PROMPT,
    Column("answers", Shape.ANSWERS, "the answers, in an order that says nothing"),
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
    Column("sources", Shape.TEXTS, "opaque tags of what wrote each of `answers`"),
    *_ABOUT,
    _RANKING_ID,
    _RATER,
)


def says_agreement(kind: str, policy: Policy) -> bool:
    """Whether each row says what it counts where people are measured against each other."""
    return policy.chances and _AGREEMENT in _CHANCES[kind]


def columns_of(kind: str, policy: Policy, *, images: bool = False) -> tuple[Column, ...]:
    """The columns of every row that ``rows`` makes of a kind, in order.

    A policy adds some, those of ``chances`` at the end; ``images`` one where a prompt has any.
    """
    columns = _without_images(kind, policy)
    if policy.chances:
        columns = (*columns, *_CHANCES[kind])
    if not images:
        return columns
    at = columns.index(_ABOUT[0])
    return (*columns[:at], _IMAGES, *columns[at:])


def _without_images(kind: str, policy: Policy) -> tuple[Column, ...]:
    if kind == "preference":
        return _preference(policy)
    try:
        columns = {"sft": _SFT, "ranked": _RANKED, "unpaired": _UNPAIRED, "prompts": _PROMPTS}[kind]
    except KeyError:
        raise ValueError(
            f"no kind of dataset is called {kind!r}; use one of {', '.join(KINDS)}"
        ) from None
    if not policy.weighs_rows:
        return columns
    at = columns.index(_ABOUT[0])
    return (*columns[:at], _WEIGHED, *columns[at:])


def _preference(policy: Policy) -> tuple[Column, ...]:
    numbers = [
        *([_MARGIN] if policy.margins else []),
        *_weights(policy),
        *([_SOFT] if policy.ties == "soft" or policy.votes == "soft" else []),
    ]
    return (*_PAIR, *numbers, *_ABOUT, *(_TOGETHER if policy.counts_votes else _ALONE))


def _weights(policy: Policy) -> list[Column]:
    if policy.weighs_rows:
        return [_WEIGHED]
    return [_WEIGHT] if policy.ties == "both" else []
