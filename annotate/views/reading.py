"""Model text as pages show it: rendered by the one renderer, and blind."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.forms import BoundField
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotate.attachments import attachments_in
from annotate.conversation import Flaw, plain_answer
from annotate.forms.ranking import APART, LETTERS, RankingForm, rank_field, ranks_of
from annotate.models import Candidate, Prompt
from annotate.prose import calls_of, markdown_of
from annotate.tools import name_of
from commons.markdown import kept_markdown, render_markdown

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
class ShownPicture:
    """A picture that is asked about, in its own size so that nothing moves when it comes."""

    src: str
    alt: str  # empty: nobody has said what is to be seen
    width: int
    height: int


@dataclass(frozen=True)
class ShownTurn:
    """One message of a conversation; its flaws keep it from being handed in."""

    role: str
    label: str
    html: SafeString
    tool: str = ""  # whose result it is
    calls: Sequence[ShownCall] = ()
    flaws: Sequence[Flaw] = ()
    pictures: Sequence[ShownPicture] = ()


@dataclass(frozen=True)
class ShownAnswer:
    """A candidate as its rater sees it: a letter and a text, never whence it came."""

    id: str
    letter: str
    html: SafeString
    field: BoundField
    questions: Sequence[object] = ()


@dataclass(frozen=True)
class ShownText:
    """An answer to be read and not judged: a letter and a text, never whence it came."""

    letter: str
    html: SafeString


Rendered = Callable[[Sequence[str]], Sequence[SafeString]]


def rendered_anew(texts: Sequence[str]) -> list[SafeString]:
    """What is still being typed: each version of it is shown once, so none is kept."""
    return [render_markdown(text) for text in texts]


def conversation(
    messages: Iterable[Mapping[str, Any]],
    flaws: Mapping[int, Sequence[Flaw]] | None = None,
    *,
    rendered: Rendered = kept_markdown,
) -> list[ShownTurn]:
    """The messages as they read, with what is wrong with each by its place."""
    said = list(messages)
    html = iter(rendered([text for message in said for text in markdown_of(message)]))
    return [_shown(message, html, (flaws or {}).get(at, ())) for at, message in enumerate(said)]


def asked(prompt: Prompt) -> list[ShownTurn]:
    """A prompt as it reads; its pictures stand with the first turn, as trainers have it."""
    turns = conversation(prompt.messages)
    at = next((at for at, turn in enumerate(turns) if turn.role == "user"), None)
    if prompt.attachments and at is not None:
        turns[at] = replace(turns[at], pictures=pictures_of(prompt))
    return turns


def pictures_of(prompt: Prompt) -> list[ShownPicture]:
    return [
        ShownPicture(
            src=reverse("annotate:picture", args=[each["sha256"]]),
            alt=each["alt"],
            width=each["width"],
            height=each["height"],
        )
        for each in attachments_in(prompt.attachments)
    ]


def _shown(
    message: Mapping[str, Any], html: Iterator[SafeString], flaws: Sequence[Flaw]
) -> ShownTurn:
    """``html`` gives what ``markdown_of`` the message became, in its order."""
    role = str(message.get("role", ""))
    return ShownTurn(
        role=role,
        label=str(ROLES.get(role, role)),
        html=next(html),
        tool=str(message.get("name", "")) if role == "tool" else "",
        calls=[ShownCall(name_of(call), next(html)) for call in calls_of(message)],
        flaws=flaws,
    )


def answers_html(candidates: Sequence[Candidate]) -> list[SafeString]:
    """Candidates as they read: the text alone, or the calls and results as blocks before it."""
    plain = {one.pk: one.text for one in candidates if plain_answer(one.messages) is not None}
    html = dict(zip(plain, kept_markdown(list(plain.values())), strict=True))
    return [html[one.pk] if one.pk in html else _in_blocks(one) for one in candidates]


def _in_blocks(candidate: Candidate) -> SafeString:
    turns = conversation(candidate.messages)
    return render_to_string("annotate/_conversation.html", {"turns": turns})


def blind_answers(candidates: Iterable[Candidate], form: RankingForm) -> list[ShownAnswer]:
    """The candidates in the given order, named A, B, C …"""
    shown = list(candidates)
    return [
        ShownAnswer(
            id=str(candidate.uuid),
            letter=letter,
            html=html,
            field=form[rank_field(str(candidate.uuid))],
        )
        for letter, candidate, html in zip(LETTERS, shown, answers_html(shown), strict=False)
    ]


def lettered(candidates: Iterable[Candidate]) -> list[ShownText]:
    """The candidates in the given order, named A, B, C …"""
    html = answers_html(list(candidates))
    return [ShownText(letter, each) for letter, each in zip(LETTERS, html, strict=False)]


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
