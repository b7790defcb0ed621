"""A chunk of items with its texts taken out of their messages, once for all sections."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from annotate.export.preflight.items import Item
from annotate.export.rows import Messages

PROMPT = -1  # stands for the prompt where a place in ``answers`` is expected
BETWEEN = "\n\n"  # messages, as spans count them


class Piece(NamedTuple):
    """One text of one message; offsets count its code points."""

    item: int  # place in the chunk
    answer: int  # place in the item's answers, or PROMPT
    message: int
    field: str  # "content", "content[1]" (a part of it) or "tool_calls[0]" (its arguments)
    text: str


class Said(NamedTuple):
    """Some messages as one text, and what tells them from all others."""

    text: str
    roles: tuple[str, ...]
    digest: int  # 64 bits of roles and texts
    is_empty: bool  # nothing but white space, and no call


@dataclass(frozen=True, slots=True)
class Heard:
    """Items with all their texts; ``prompts`` and ``answers`` run beside ``items``."""

    items: Sequence[Item]
    prompts: Sequence[Said]
    answers: Sequence[Sequence[Said]]
    pieces: Sequence[Piece]


def heard(items: Sequence[Item]) -> Heard:
    pieces: list[Piece] = []
    prompts, answers = [], []
    for at, item in enumerate(items):
        prompts.append(_said(item.prompt, at, PROMPT, pieces))
        answers.append(
            [_said(answer, at, place, pieces) for place, answer in enumerate(item.answers)]
        )
    return Heard(items, prompts, answers, pieces)


def digest64(text: str) -> int:
    """64 bits of BLAKE2b: the same on every host; two of n texts meet with odds of n² / 2⁶⁵."""
    raw = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(raw, "little")


def _said(messages: Messages, item: int, answer: int, pieces: list[Piece]) -> Said:
    texts, roles, calls = [], [], False
    for place, message in enumerate(messages):
        roles.append(str(message.get("role", "")))
        for field, text in _texts(message):
            texts.append(text)
            calls = calls or field.startswith("tool_calls")
            if text:
                pieces.append(Piece(item, answer, place, field, text))
    whole = texts[0] if len(texts) == 1 else BETWEEN.join(texts)
    digest = digest64(f"{','.join(roles)}\x1f{whole}")
    return Said(whole, tuple(roles), digest, not calls and not whole.strip())


def _texts(message: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    content = message.get("content")
    if isinstance(content, str):
        yield "content", content
    elif isinstance(content, Sequence):  # parts: text, image
        for place, part in enumerate(content):
            if isinstance(part, Mapping) and isinstance(part.get("text"), str):
                yield f"content[{place}]", part["text"]
    for place, call in enumerate(message.get("tool_calls") or ()):
        yield f"tool_calls[{place}]", _call(call)


def _call(call: Mapping[str, Any]) -> str:
    function = call.get("function", {})
    arguments = function.get("arguments", "")
    if not isinstance(arguments, str):
        arguments = orjson.dumps(arguments, option=orjson.OPT_SORT_KEYS).decode()
    return f"{function.get('name', '')} {arguments}"
