"""The Markdown that messages are shown as. PURE: no database, no Django.

Whoever draws them, renders them beforehand or forgets what they were rendered to asks here, so that
all mean the same texts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import orjson

from annotate.conversation import arguments_of, plain_answer, text_of

Said: TypeAlias = Mapping[str, Any]


def markdown_of(message: Said) -> Iterator[str]:
    """Its content, then the arguments of each call."""
    content = str(message.get("content") or "")
    is_data = message.get("role") == "tool" and _is_json(content)
    yield _code(content) if is_data else content
    for call in calls_of(message):
        yield _code(arguments_of(call))


def markdown_of_answer(messages: Sequence[Said]) -> list[str]:
    """The text alone, or that of each message where there are calls, results or further turns."""
    if plain_answer(messages) is not None:
        return [text_of(messages)]
    return [text for message in messages for text in markdown_of(message)]


def calls_of(message: Said) -> list[Any]:
    """A draft may hold anything."""
    calls = message.get("tool_calls")
    return calls if isinstance(calls, list) else []


def _is_json(text: str) -> bool:
    """Whether a tool gave back an object or a list, which Markdown would tear apart."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _code(text: str) -> str:
    """A text as JSON in colours, in Markdown; a longer fence than any in it closes it."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}json\n{text}\n{fence}"
