"""The form of OpenAI's fine-tuning: chat for ``sft``, direct preference optimization for pairs.

    {"messages": [...], "tools": [...]}
    {"input": {"messages": [...], "tools": [...]}, "preferred_output": [...],
     "non_preferred_output": [...]}

(developers.openai.com/api/docs/guides/supervised-fine-tuning and direct-preference-optimization.)

A row has these keys and no others, and ``tools`` only where there are any. All else that is known
of it stands ``apart``. Calls of tools get the ids by which their results name them. What the
assistant said before the written answer has weight 0: nobody wrote it to be learnt.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from annotate.export.batches import Row
from annotate.export.columns import Column, Shape
from annotate.export.shared import Shared
from annotate.export.texts import Said

_TOOLS = "the functions that the assistant may call; absent where there are none"
_SFT = (
    Column("messages", Shape.CHAT, "the conversation with the written answer at its end"),
    Column("tools", Shape.TOOLS, _TOOLS),
)
_PAIR = (
    Column("input", Shape.INPUT, "the conversation up to the open turn, and its tools if any"),
    Column("preferred_output", Shape.CHAT, "the answer that was preferred"),
    Column("non_preferred_output", Shape.CHAT, "the answer that it was preferred to"),
)
_INSTEAD = {"sft": ("messages", "tools"), "preference": ("prompt", "chosen", "rejected", "tools")}


def openai_columns(kind: str, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    data = _SFT if kind == "sft" else _PAIR
    return data + tuple(
        replace(column, apart=True) for column in columns if column.name not in _INSTEAD[kind]
    )


def openai_rows(kind: str, rows: Iterable[Row]) -> Iterable[Row]:
    return map(_demonstration, rows) if kind == "sft" else _pairs(rows)


def _demonstration(row: Row) -> Row:
    about = dict(row)
    tools = _fragment(about.pop("tools"))
    messages = _numbered(about.pop("messages"), heard=row["answer_from"])
    return {"messages": messages, "tools": tools, **about}


def _pairs(rows: Iterable[Row]) -> Iterator[Row]:
    answer: Shared[Said, Said] = Shared(_answer)
    asked: Shared[Said, Mapping[str, Any]] | None = None
    of_tools: str | None = None
    for row in rows:
        about = dict(row)
        prompt, tools = about.pop("prompt"), about.pop("tools")
        if asked is None or tools != of_tools:
            asked, of_tools = Shared(_inputs(tools)), tools
        yield {
            "input": asked(prompt),
            "preferred_output": answer(about.pop("chosen")),
            "non_preferred_output": answer(about.pop("rejected")),
            **about,
        }


def _inputs(tools: str | None) -> Any:
    """How a conversation that offers these tools becomes an input."""

    def made(prompt: Said) -> Mapping[str, Any]:
        messages = {"messages": _numbered(prompt)}
        return messages if tools is None else {**messages, "tools": _fragment(tools)}

    return made


def _answer(answer: Said) -> Said:
    """Its ids are told from those of the conversation before it, which it does not know."""
    return _numbered(answer, prefix="answer_call")


def _fragment(tools: str | None) -> orjson.Fragment | None:
    return None if tools is None else orjson.Fragment(tools)


def _numbered(
    messages: Sequence[Mapping[str, Any]], *, heard: int = 0, prefix: str = "call"
) -> Said:
    """The messages with ids in their calls and results; of the first ``heard`` nothing is learnt.

    Results follow the calls of one message in their order.
    """
    said, waiting, count = Said(), [], 0
    for place, message in enumerate(messages):
        turned: dict[str, Any] = {"role": message["role"], "content": message["content"]}
        if calls := message.get("tool_calls"):
            ids = [f"{prefix}_{count + number}" for number, _ in enumerate(calls, start=1)]
            turned["tool_calls"] = [
                {"id": each, **call} for each, call in zip(ids, calls, strict=True)
            ]
            count, waiting = count + len(ids), ids
            if not turned["content"]:
                del turned["content"]
        if message["role"] == "tool" and waiting:
            turned["tool_call_id"] = waiting.pop(0)
        if message["role"] == "assistant" and place < heard:
            turned["weight"] = 0
        said.append(turned)
    return said
