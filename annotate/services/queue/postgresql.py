"""PostgreSQL: LATERAL over the lanes, SKIP LOCKED so that takers never wait for one another."""

from django.db import connection

from annotate.services.queue.types import Turn, Walk

# No ORDER BY outside the LATERAL: a sort would read, and lock, one task of every lane. The
# nested loop keeps the order of unnest and stops at the first find.
TAKE = """
WITH picked AS (
    SELECT waiting.id
    FROM unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY AS start(lane, after, turn),
    LATERAL (
        SELECT task.id
        FROM annotate_task AS task
        WHERE task.lane_id = start.lane AND task.free > 0 AND task.held = ''
          AND task.place > start.after
          AND NOT EXISTS (
              SELECT 1 FROM annotate_assignment AS met
              WHERE met.person_id = %s AND met.task_id = task.id
          )
        ORDER BY task.place
        LIMIT 1
        FOR UPDATE SKIP LOCKED
    ) AS waiting
    LIMIT 1
)
UPDATE annotate_task AS task SET free = task.free - 1
FROM picked WHERE task.id = picked.id
RETURNING task.id, task.lane_id, task.place
"""


def take_turn(person: int, walk: Walk) -> Turn | None:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [[at.lane for at in walk], [at.after for at in walk], person])
        row = cursor.fetchone()
    return Turn(*row) if row else None
