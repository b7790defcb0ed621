"""PostgreSQL: LATERAL over the lanes, SKIP LOCKED so that takers never wait for one another."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Field

from annotate.models import Judgement, Tally
from annotate.services.queue.meeting import HAS_MET, OPEN_AGAIN
from annotate.services.queue.types import Terms, Turn, Walk
from annotate.services.tally import COUNTED
from commons.statements import rows_of

# No ORDER BY outside the LATERAL: a sort would read, and lock, one task of every lane. The
# nested loop keeps the order of unnest and stops at the first find.
TAKE = f"""
WITH picked AS MATERIALIZED (
    SELECT waiting.id, waiting.place, waiting.offered,
        start.lane, start.instructions, start.minutes
    FROM unnest(%(lanes)s::bigint[], %(after)s::bigint[], %(instructions)s::bigint[],
            %(minutes)s::integer[]) AS start(lane, after, instructions, minutes),
    LATERAL (
        SELECT task.id, task.place, task.offered
        FROM annotate_task AS task
        WHERE task.lane_id = start.lane AND task.free > 0 AND task.held = ''
          AND task.place > start.after
          AND NOT EXISTS (
              SELECT 1 FROM annotate_assignment AS met
              WHERE met.person_id = %(person)s AND met.task_id = task.id AND {HAS_MET}
          )
        ORDER BY task.place
        LIMIT 1
        FOR UPDATE SKIP LOCKED
    ) AS waiting
    LIMIT 1
),
lowered AS (
    UPDATE annotate_task AS task SET free = task.free - 1
    FROM picked WHERE task.id = picked.id
)
INSERT INTO annotate_assignment (uuid, task_id, person_id, lane_id, place, state, seat, seed,
    "order", instructions_id, take_key, taken_at, expires_at, skip_reason, skip_note)
SELECT %(uuid)s, picked.id, %(person)s, picked.lane, picked.place, 'open', %(seat)s, %(seed)s,
    (
        SELECT COALESCE(
            jsonb_agg(name ORDER BY sha256((%(seed)s::text || ' ' || name)::bytea)), '[]'
        )
        FROM jsonb_array_elements_text(picked.offered) AS name
    ),
    picked.instructions, %(key)s, %(now)s,
    %(now)s + picked.minutes * interval '1 minute', '', ''
FROM picked
{OPEN_AGAIN}
RETURNING id, uuid, task_id, lane_id, place, "order", instructions_id, expires_at
"""

# What TAKE would find, with nothing of it locked.
WAITS = f"""
SELECT waiting.id
FROM unnest(%(lanes)s::bigint[], %(after)s::bigint[]) AS start(lane, after),
LATERAL (
    SELECT task.id
    FROM annotate_task AS task
    WHERE task.lane_id = start.lane AND task.free > 0 AND task.held = ''
      AND task.place > start.after
      AND NOT EXISTS (
          SELECT 1 FROM annotate_assignment AS met
          WHERE met.person_id = %(person)s AND met.task_id = task.id AND {HAS_MET}
      )
    ORDER BY task.place
    LIMIT 1
) AS waiting
LIMIT 1
"""

# The prompt before the turn, as an erasure has it: the database looks at it at the end anyway.
CLOSE = """
WITH held AS (
    SELECT 1 FROM annotate_prompt WHERE id = %(prompt_id)s FOR KEY SHARE
),
closed AS (
    UPDATE annotate_assignment
    SET state = 'submitted', closed_at = %(now)s, closing_key = %(key_of_turn)s
    WHERE id = %(turn)s AND state = 'open' AND EXISTS (SELECT FROM held)
    RETURNING id
),
kept AS (
    INSERT INTO {table} ({columns})
    SELECT {values} FROM closed
    RETURNING id
),
counted AS (
    INSERT INTO annotate_tally AS tally (campaign_id, day, slot, {tallied})
    SELECT %(campaign_id)s, %(day)s, %(slot)s, {counts} FROM closed
    ON CONFLICT (campaign_id, day, slot) DO UPDATE SET {sums}
)
SELECT id FROM kept
"""


def take_turn(terms: Terms, walk: Walk) -> Turn | None:
    given = terms._asdict() | {
        "lanes": [at.lane for at in walk],
        "after": [at.after for at in walk],
        "instructions": [at.instructions for at in walk],
        "minutes": [at.minutes for at in walk],
    }
    rows = rows_of(TAKE, given)
    if not rows:
        return None
    assignment, uuid, task, lane, place, order, instructions, expires_at = rows[0]
    return Turn(assignment, uuid, task, lane, place, orjson.loads(order), instructions, expires_at)


def task_waits(person: int, walk: Walk) -> bool:
    lanes, after = [at.lane for at in walk], [at.after for at in walk]
    return bool(rows_of(WAITS, {"person": person, "lanes": lanes, "after": after}))


def close_and_keep(row: Judgement, turn: int, key: UUID | None, counts: Mapping[str, int]) -> bool:
    columns = _columns(row)
    at = columns["created_at"]
    found = rows_of(
        _closing(type(row)),
        columns
        | dict.fromkeys(COUNTED, 0)
        | dict(counts)
        | {
            "turn": turn,
            "key_of_turn": key,
            "now": at,
            "day": at.date(),
            "slot": turn % Tally.SLOTS,
        },
    )
    if found:
        row.pk, row._state.adding = found[0][0], False
    return bool(found)


@cache
def _closing(kept: type[Judgement]) -> str:
    """The statement for one kind of judgement, its columns as the model has them."""
    names = [str(field.column) for field in _fields(kept)]
    return CLOSE.format(
        table=kept._meta.db_table,
        columns=", ".join(names),
        values=", ".join(f"%({name})s" for name in names),
        tallied=", ".join(COUNTED),
        counts=", ".join(f"%({name})s::integer" for name in COUNTED),
        sums=", ".join(f"{name} = tally.{name} + excluded.{name}" for name in COUNTED),
    )


def _fields(kept: type[Judgement]) -> list[Field[object, object]]:
    return [field for field in kept._meta.local_concrete_fields if not field.primary_key]


def _columns(row: Judgement) -> dict[str, Any]:
    """The row's values as ``save`` would send them."""
    return {
        str(field.column): field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for field in _fields(type(row))
    }
