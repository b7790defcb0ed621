"""Model text as pages show it: rendered by the one renderer, and blind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from annotate.forms import LETTERS, RankingForm, rank_field
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
