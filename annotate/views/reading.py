"""Model text as pages show it: rendered by the one renderer, and blind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotate.forms import APART, LETTERS, RankingForm, rank_field, ranks_of
from annotate.models import Candidate
from commons.markdown import render_markdown

ROLES = {
    "system": _("System"),
    "user": _("User"),
    "assistant": _("Assistant"),
    "tool": _("Tool"),
}


@dataclass(frozen=True)
class ShownTurn:
    """One message of a conversation."""

    role: str
    label: str
    html: SafeString


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


def conversation(messages: Iterable[Mapping[str, str]]) -> list[ShownTurn]:
    return [
        ShownTurn(
            role=message["role"],
            label=str(ROLES.get(message["role"], message["role"])),
            html=render_markdown(message["content"]),
        )
        for message in messages
    ]


def blind_answers(candidates: Iterable[Candidate], form: RankingForm) -> list[ShownAnswer]:
    """The candidates in the given order, named A, B, C …"""
    return [
        ShownAnswer(
            id=str(candidate.uuid),
            letter=letter,
            html=render_markdown(candidate.text),
            field=form[rank_field(str(candidate.uuid))],
        )
        for letter, candidate in zip(LETTERS, candidates, strict=False)
    ]


def lettered(candidates: Iterable[Candidate]) -> list[ShownText]:
    """The candidates in the given order, named A, B, C …"""
    return [
        ShownText(letter, render_markdown(candidate.text))
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
