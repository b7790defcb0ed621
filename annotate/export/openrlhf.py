"""The form of OpenRLHF 0.11, whose options name the columns that it reads.

    sft          --data.input_key input --data.output_key output
    preference   --data.prompt_key prompt --data.chosen_key chosen --data.rejected_key rejected
    prompts      --data.input_key input

each with ``--data.apply_chat_template``. Pairs are the same rows as TRL's, ``margin`` included. A
``datasource`` is what OpenRLHF reports rewards of prompts by. There is no ``label_key``: nobody
gives a prompt an answer to be checked against.
"""

from collections.abc import Iterable, Iterator

from annotate.export.batches import Row
from annotate.export.columns import Column, Shape
from annotate.export.texts import Said

_INPUT = "the conversation up to the open turn"
_SFT = (
    Column("input", Shape.CONVERSATION, _INPUT),
    Column("output", Shape.CONVERSATION, "the answer that was written"),
)
_PROMPTS = (
    Column("input", Shape.CONVERSATION, _INPUT),
    Column("datasource", Shape.TEXT, "the skill, or `default` where none is said"),
)


def openrlhf_columns(kind: str, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    if kind == "sft":
        return _SFT + _without(columns, "messages", "answer_from")
    if kind == "prompts":
        return _PROMPTS + _without(columns, "prompt")
    return columns


def openrlhf_rows(kind: str, rows: Iterable[Row]) -> Iterable[Row]:
    if kind == "sft":
        return map(_demonstration, rows)
    return _prompts(rows) if kind == "prompts" else rows


def _without(columns: tuple[Column, ...], *names: str) -> tuple[Column, ...]:
    return tuple(column for column in columns if column.name not in names)


def _demonstration(row: Row) -> Row:
    about = dict(row)
    messages, begins = about.pop("messages"), about.pop("answer_from")
    return {"input": Said(messages[:begins]), "output": Said(messages[begins:]), **about}


def _prompts(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        about = dict(row)
        prompt = about.pop("prompt")
        yield {"input": prompt, "datasource": row["skill"] or "default", **about}
