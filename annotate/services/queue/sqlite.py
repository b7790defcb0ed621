"""SQLite: a correlated subquery in UPDATE … RETURNING; the immediate transaction serialises."""

import json

from django.db import connection

from annotate.services.queue.types import Turn, Walk

TAKE = """
UPDATE annotate_task SET free = free - 1
WHERE id = (
    SELECT picked FROM (
        SELECT (
            SELECT task.id
            FROM annotate_task AS task
            WHERE task.lane_id = json_extract(start.value, '$[0]')
              AND task.free > 0 AND task.held = ''
              AND task.place > json_extract(start.value, '$[1]')
              AND NOT EXISTS (
                  SELECT 1 FROM annotate_assignment AS met
                  WHERE met.person_id = %s AND met.task_id = task.id
              )
            ORDER BY task.place
            LIMIT 1
        ) AS picked
        FROM json_each(%s) AS start
    )
    WHERE picked IS NOT NULL
    LIMIT 1
)
RETURNING id, lane_id, place
"""


def take_turn(person: int, walk: Walk) -> Turn | None:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [person, json.dumps([[at.lane, at.after] for at in walk])])
        row = cursor.fetchone()
    return Turn(*row) if row else None
