"""PostgreSQL: LATERAL over the lanes, SKIP LOCKED so that takers never wait for one another."""

import json

from django.db import connection

from annotate.services.queue.types import Terms, Turn, Walk

# No ORDER BY outside the LATERAL: a sort would read, and lock, one task of every lane. The
# nested loop keeps the order of unnest and stops at the first find.
TAKE = """
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
              WHERE met.person_id = %(person)s AND met.task_id = task.id
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
RETURNING id, task_id, lane_id, place, "order", instructions_id, expires_at
"""


def take_turn(terms: Terms, walk: Walk) -> Turn | None:
    given = terms._asdict() | {
        "lanes": [at.lane for at in walk],
        "after": [at.after for at in walk],
        "instructions": [at.instructions for at in walk],
        "minutes": [at.minutes for at in walk],
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, given)
        row = cursor.fetchone()
    if row is None:
        return None
    assignment, task, lane, place, order, instructions, expires_at = row
    return Turn(assignment, task, lane, place, json.loads(order), instructions, expires_at)
