"""SQLite: one transaction writes at a time, so that nobody has to wait for another here."""

from collections.abc import Mapping, Sequence

import orjson
from django.db import connection

from annotate.near.bands import Keys

# The last prompt to be looked at is looked up for each key: SQLite has no LATERAL.
FIND = """
SELECT band.key, band.prompt_id
FROM json_each(%s) AS asked JOIN annotate_promptband AS band ON band.key = asked.value
WHERE band.prompt_id < COALESCE(
    (SELECT prompt_id FROM annotate_promptband WHERE key = asked.value
     ORDER BY prompt_id LIMIT 1 OFFSET %s),
    9223372036854775807
)
"""

KEEP = "INSERT INTO annotate_promptband (key, prompt_id) VALUES (%s, %s)"

PLACE = "UPDATE annotate_prompt SET side = %s, cluster_id = %s, quarantined = %s WHERE id = %s"


def hold() -> None:
    """Nothing: whoever writes holds the database."""


def prompts_with(keys: Sequence[int], most: int) -> list[tuple[int, int]]:
    """Each key with the prompts that have it, the oldest ``most`` of them."""
    with connection.cursor() as cursor:
        cursor.execute(FIND, [orjson.dumps(keys).decode(), most])
        return list(cursor.fetchall())


def keep_keys(keys: Mapping[int, Keys]) -> None:
    """Keep the keys of prompts that have none, in the order of the index."""
    rows = sorted((key, prompt) for prompt, own in keys.items() for key in own)
    with connection.cursor() as cursor:
        cursor.executemany(KEEP, rows)


def place_prompts(rows: Sequence[tuple[int, str, int | None, bool]]) -> None:
    """Write (prompt, side, cluster, quarantined) into prompts of this transaction."""
    with connection.cursor() as cursor:
        cursor.executemany(PLACE, [(*said, prompt) for prompt, *said in rows])
