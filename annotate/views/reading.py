"""Model text as pages show it: rendered by the one renderer, and blind."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotate.conversation import Flaw, arguments_of, plain_answer
from annotate.forms import APART, LETTERS, RankingForm, rank_field, ranks_of
from annotate.models import Candidate
from annotate.tools import name_of
from commons.markdown import render_markdown

ROLES = {
    "system": _("System"),
    "user": _("User"),
    "assistant": _("Assistant"),
    "tool": _("Tool"),
}


@dataclass(frozen=True)
class ShownCall:
    """A tool that a message calls, and with which arguments."""

    name: str
    html: SafeString


@dataclass(frozen=True)
class ShownTurn:
    """One message of a conversation; its flaws keep it from being handed in."""

    role: str
    label: str
    html: SafeString
    tool: str = ""  # whose result it is
    calls: Sequence[ShownCall] = ()
    flaws: Sequence[Flaw] = ()


@dataclass(frozen=True)
class ShownAnswer:
    """A candidate as its rater sees it: a letter and a text, never whence it came."""

    id: str
    letter: str
    html: SafeString
    field: BoundField


@dataclass(frozen=True)
class ShownText:
    """An answer to be read and not judged: a letter and a text, never whence it came."""

    letter: str
    html: SafeString


def conversation(
    messages: Iterable[Mapping[str, Any]], flaws: Mapping[int, Sequence[Flaw]] | None = None
) -> list[ShownTurn]:
    """The messages as they read, with what is wrong with each by its place."""
    return [_shown(message, (flaws or {}).get(place, ())) for place, message in enumerate(messages)]


def _shown(message: Mapping[str, Any], flaws: Sequence[Flaw]) -> ShownTurn:
    role, content = str(message.get("role", "")), str(message.get("content") or "")
    calls = message.get("tool_calls") or []
    return ShownTurn(
        role=role,
        label=str(ROLES.get(role, role)),
        html=_code(content) if role == "tool" and _is_json(content) else render_markdown(content),
        tool=str(message.get("name", "")) if role == "tool" else "",
        calls=[ShownCall(name_of(call), _code(arguments_of(call))) for call in calls],
        flaws=flaws,
    )


def _is_json(text: str) -> bool:
    """Whether a tool gave back an object or a list, which Markdown would tear apart."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _code(text: str) -> SafeString:
    """A text as JSON in colours, by the one renderer; a longer fence than any in it closes it."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return render_markdown(f"{fence}json\n{text}\n{fence}")


def answer_html(candidate: Candidate) -> SafeString:
    """A candidate as it reads: its text alone, or the calls and results as blocks before it."""
    if plain_answer(candidate.messages) is not None:
        return render_markdown(candidate.text)
    turns = conversation(candidate.messages)
    return render_to_string("annotate/_conversation.html", {"turns": turns})


def blind_answers(candidates: Iterable[Candidate], form: RankingForm) -> list[ShownAnswer]:
    """The candidates in the given order, named A, B, C …"""
    return [
        ShownAnswer(
            id=str(candidate.uuid),
            letter=letter,
            html=answer_html(candidate),
            field=form[rank_field(str(candidate.uuid))],
        )
        for letter, candidate in zip(LETTERS, candidates, strict=False)
    ]


def lettered(candidates: Iterable[Candidate]) -> list[ShownText]:
    """The candidates in the given order, named A, B, C …"""
    return [
        ShownText(letter, answer_html(candidate))
        for letter, candidate in zip(LETTERS, candidates, strict=False)
    ]


def order_in_words(shown: Sequence[str], body: Mapping[str, object]) -> str:
    """An order that was kept, a line for each answer in the order ``shown``."""
    ranks = ranks_of(body)
    said = [
        (letter, ranks.get(rank_field(each))) for letter, each in zip(LETTERS, shown, strict=False)
    ]
    return "\n".join(_standing(letter, rank, said) for letter, rank in said)


def _standing(letter: str, rank: str | None, said: Iterable[tuple[str, str | None]]) -> str:
    if rank is None or rank == APART:
        return gettext("%(letter)s: unrankable") % {"letter": letter}
    mates = [other for other, its in said if its == rank and other != letter]
    where = {"letter": letter, "rank": rank, "mates": ", ".join(mates)}
    if mates:
        return gettext("%(letter)s: rank %(rank)s, tied with %(mates)s") % where
    return gettext("%(letter)s: rank %(rank)s") % where
