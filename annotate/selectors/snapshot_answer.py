"""The answers that rankings of a snapshot place, each read once."""

from collections.abc import Collection, Iterable

import orjson
from django.db import connection

from annotate.export.errors import LostAnswer
from annotate.export.texts import Said, plain
from commons.statements import fetched

# One text for all ids: naming each costs more than finding what it names. Of an answer that is a
# single message and has nothing to do with tools, role and content come as they are: writing JSON
# and reading it again took longer than all else. The prompts lead to the rows, as the answers of
# one stand together.
_ANSWERS = """
SELECT uuid::text, source, said->>'role',
       CASE WHEN said IS NULL THEN messages::text ELSE said->>'content' END
FROM annotate_candidate
CROSS JOIN LATERAL (
    SELECT CASE WHEN jsonb_array_length(messages) = 1
                     AND jsonb_typeof(messages->0->'content') = 'string'
                     AND NOT messages->0 ?| '{{name,tool_calls}}'
                THEN messages->0 END AS said
    OFFSET 0
) AS single
WHERE {}uuid = ANY(%s::uuid[])
"""
_OF_THESE = _ANSWERS.format("prompt_id = ANY(%s::bigint[]) AND ")
_OF_OTHERS = _ANSWERS.format("")
_ANSWERS_ON_SQLITE = """
SELECT uuid, source, NULL, messages FROM annotate_candidate
WHERE uuid IN (SELECT replace(value, '-', '') FROM json_each(%s))
"""


def answers_of(prompts: Collection[int], wanted: Collection[str]) -> dict[str, tuple[Said, str]]:
    """By id: what each of the wanted answers says, and what wrote it. ``prompts``: those asked.

    Rankings that are made here place answers to their own prompt. One that was carried in from a
    file may not: its answer is looked for everywhere. ``LostAnswer`` where there is none.
    """
    if connection.vendor != "postgresql":
        found = _answers(_ANSWERS_ON_SQLITE, [orjson.dumps(list(wanted)).decode()])
    else:
        found = _answers(_OF_THESE, [_array(map(str, prompts)), _array(wanted)])
        if others := [name for name in wanted if name not in found]:
            found |= _answers(_OF_OTHERS, [_array(others)])
    if lost := next((name for name in wanted if name not in found), None):
        raise LostAnswer(lost)
    return found


def _answers(statement: str, given: list[str]) -> dict[str, tuple[Said, str]]:
    return {
        with_dashes(uuid): (_said(role, text), source)
        for uuid, source, role, text in fetched(statement, given)
    }


def with_dashes(uuid: str) -> str:
    """A uuid as all others write it; SQLite keeps it without."""
    if len(uuid) == 36:
        return uuid
    return f"{uuid[:8]}-{uuid[8:12]}-{uuid[12:16]}-{uuid[16:20]}-{uuid[20:]}"


def _said(role: str | None, text: str) -> Said:
    if role is None:
        return plain(orjson.loads(text))
    return Said(({"role": role, "content": text},))


def _array(items: Iterable[str]) -> str:
    return f"{{{','.join(items)}}}"
