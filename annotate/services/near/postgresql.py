"""PostgreSQL: the keys of a chunk in one statement, and one transaction after the other."""

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from django.db import connection

from annotate.near.bands import Keys

# Held to the end of the transaction; whoever comes next sees what was kept under it. Taken after
# prompts, candidates and places, and before raters, works and lanes, so that nobody waits in a
# ring. The number is ours; ``services.erasure_lock`` has the next.
HOLD = "SELECT pg_advisory_xact_lock(7234017283807667300)"

FIND = """
SELECT asked.key, standing.prompt_id
FROM unnest(%s::bigint[]) AS asked (key)
CROSS JOIN LATERAL (
    SELECT prompt_id FROM annotate_promptband WHERE key = asked.key
    ORDER BY prompt_id LIMIT %s
) AS standing
"""

KEEP = "COPY annotate_promptband (key, prompt_id) FROM STDIN (FORMAT binary)"
# As COPY reads it: how many columns, then the length and the bytes of each, the highest first.
HEAD, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
ROW = np.dtype(
    [
        ("columns", ">i2"),
        ("length", ">i4"),
        ("key", ">i8"),
        ("length_too", ">i4"),
        ("prompt", ">i8"),
    ]
)

PLACE = """
UPDATE annotate_prompt
SET side = placed.side, cluster_id = placed.cluster, quarantined = placed.quarantined
FROM unnest(%s::bigint[], %s::varchar[], %s::bigint[], %s::boolean[])
    AS placed (id, side, cluster, quarantined)
WHERE annotate_prompt.id = placed.id
"""


def hold() -> None:
    """Let no other transaction settle prompts until this one has ended."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD)


def prompts_with(keys: Sequence[int], most: int) -> list[tuple[int, int]]:
    """Each key with the prompts that have it, the oldest ``most`` of them."""
    asked = ",".join(map(str, keys))  # as a list, each would be looked at by the driver
    with connection.cursor() as cursor:
        cursor.execute(FIND, [f"{{{asked}}}", most])
        return list(cursor.fetchall())


def keep_keys(keys: Mapping[int, Keys]) -> None:
    """Keep the keys of prompts that have none, in the order of the index."""
    flat = np.fromiter(chain.from_iterable(keys.values()), np.int64)
    owners = np.repeat(np.fromiter(keys, np.int64), np.fromiter(map(len, keys.values()), np.int64))
    order = np.argsort(flat, kind="stable")
    rows = np.empty(len(flat), ROW)
    rows["columns"], rows["length"], rows["length_too"] = 2, 8, 8
    rows["key"], rows["prompt"] = flat[order], owners[order]
    with connection.cursor() as cursor, cursor.copy(KEEP) as copy:
        copy.write(HEAD + rows.tobytes() + END)


def place_prompts(rows: Sequence[tuple[int, str, int | None, bool]]) -> None:
    """Write (prompt, side, cluster, quarantined) into prompts of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(PLACE, [list(column) for column in zip(*rows, strict=True)])
