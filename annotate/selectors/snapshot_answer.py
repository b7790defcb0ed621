"""The answers that rankings of a snapshot place, each read once."""

from collections.abc import Collection, Iterable

import orjson
from django.db import connection

from annotate.export.texts import Said, plain

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
                     AND NOT messages->0 ?| '{name,tool_calls}'
                THEN messages->0 END AS said
    OFFSET 0
) AS single
WHERE prompt_id = ANY(%s::bigint[]) AND uuid = ANY(%s::uuid[])
"""
_ANSWERS_ON_SQLITE = """
SELECT uuid, source, NULL, messages FROM annotate_candidate
WHERE uuid IN (SELECT replace(value, '-', '') FROM json_each(%s))
"""


def answers_of(prompts: Collection[int], wanted: Collection[str]) -> dict[str, tuple[Said, str]]:
    """By id: what each of the wanted answers says, and what wrote it. ``prompts``: those asked."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_ANSWERS, [_array(map(str, prompts)), _array(wanted)])
        else:
            cursor.execute(_ANSWERS_ON_SQLITE, [orjson.dumps(list(wanted)).decode()])
        return {
            with_dashes(uuid): (_said(role, text), source)
            for uuid, source, role, text in cursor.fetchall()
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
