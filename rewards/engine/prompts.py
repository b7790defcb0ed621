"""Read prompts out of a JSONL file of ``{"id", "messages"}`` and what may be said of each."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from commons.sentences import sentence as _
from rewards.engine.errors import BadInput, wrong_with
from rewards.engine.messages import Message, as_messages


@dataclass(frozen=True)
class Prompt:
    """``fresh`` prompts came since the last look; no model has been compared on them before.

    ``voices`` say who is to answer it, where that is asked: see ``rewards.engine.voices``.
    """

    id: str
    messages: list[Message]
    skill: str = ""
    language: str = ""
    fresh: bool = True
    voices: Sequence[object] = ()


def read_prompts(path: Path) -> list[Prompt]:
    """Every prompt of the file, in its order; refuses a broken line and an id that comes twice."""
    if not path.is_file():
        raise BadInput(_("%(file)s is not there; write the prompts to it first.", file=path))
    with path.open(encoding="utf-8") as lines:
        prompts = list(_parsed(path, lines))
    if not prompts:
        raise BadInput(_("%(file)s holds no prompts; write some to it first.", file=path))
    return prompts


def _parsed(path: Path, lines: Iterator[str]) -> Iterator[Prompt]:
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            prompt = Prompt(
                id=str(row["id"]),
                messages=as_messages(row["messages"]),
                skill=str(row.get("skill", "")),
                language=str(row.get("language", "")),
                fresh=bool(row.get("fresh", True)),
                voices=row.get("voices", ()),
            )
        except (ValueError, KeyError, TypeError, BadInput) as broken:
            raise _odd(path, number, wrong_with(broken)) from broken
        if prompt.messages[-1]["role"] == "assistant":
            raise _odd(path, number, _("a prompt must leave the last turn open."))
        if prompt.id in seen:
            raise _odd(path, number, _("prompt %(id)s is there twice.", id=prompt.id))
        seen.add(prompt.id)
        yield prompt


def _odd(path: Path, number: int, odd: str) -> BadInput:
    return BadInput(_("%(file)s, line %(number)s: %(odd)s", file=path, number=number, odd=odd))
