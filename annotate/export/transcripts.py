r"""Pairs as two transcripts, as Anthropic's helpful and harmless data have them.

    {"chosen": "\n\nHuman: Hi\n\nAssistant: Hello!", "rejected": "\n\nHuman: Hi\n\nAssistant: No."}

(Bai et al. 2022, "Training a Helpful and Harmless Assistant"; ``annotate.importing.hh`` reads
them.) A transcript knows turns of two people and nothing else: instructions to the system and
calls of tools are refused, and so is a text that itself begins a turn, since no reader could tell.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from annotate.export.batches import Row
from annotate.export.columns import Column, Shape
from annotate.export.errors import NotInForm
from annotate.export.shared import Shared
from annotate.export.texts import Said
from commons.sentences import sentence as _

_WHO = {"user": "Human", "assistant": "Assistant"}
_TURN = re.compile(r"\n\n(Human|Assistant):")
_MEANINGS = {
    "chosen": "the conversation with the answer that was preferred",
    "rejected": "the conversation with the answer that it was preferred to",
}


def transcript_columns(kind: str, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(
        replace(column, shape=Shape.TRANSCRIPT, meaning=_MEANINGS[column.name])
        if column.name in _MEANINGS
        else column
        for column in columns
        if column.name != "prompt"
    )


def transcript_rows(kind: str, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows without ``prompt``, which both transcripts begin with; ``NotInForm``."""
    whole = _Transcripts()
    for row in rows:
        about = dict(row)
        prompt = about.pop("prompt")
        try:
            chosen, rejected = whole.of(prompt, row["chosen"]), whole.of(prompt, row["rejected"])
        except _Untold as untold:
            raise NotInForm("transcript", row["prompt_id"], untold.args[0]) from None
        yield about | {"chosen": chosen, "rejected": rejected}


class _Untold(Exception):
    """What a transcript cannot say."""


class _Transcripts:
    """The texts of answers behind their prompt, as long as rows have the same prompt."""

    def __init__(self) -> None:
        self._prompt: Said | None = None
        self._whole: Shared[Said, str] = Shared(_transcript)

    def of(self, prompt: Said, answer: Said) -> str:
        if prompt is not self._prompt:
            before = _transcript(prompt)
            self._prompt = prompt
            self._whole = Shared(lambda said: before + _transcript(said))
        return self._whole(answer)


def _transcript(messages: Said) -> str:
    return "".join(map(_turn, messages))


def _turn(message: dict[str, object]) -> str:
    role, content = str(message["role"]), str(message["content"])
    if role not in _WHO or message.get("tool_calls"):
        said = (
            _("a call of a tool")
            if message.get("tool_calls")
            else _("a message of role %(role)s", role=repr(role))
        )
        raise _Untold(_("a transcript has no place for %(said)s", said=said))
    if _TURN.search(content):
        raise _Untold(_("one of its texts begins a turn itself"))
    return f"\n\n{_WHO[role]}: {content}"
