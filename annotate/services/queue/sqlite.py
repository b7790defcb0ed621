"""SQLite: a correlated subquery in UPDATE … RETURNING; the immediate transaction serialises."""

import json
from datetime import timedelta

from django.db import connection

from annotate.models import Assignment
from annotate.services.queue.order import presentation_order
from annotate.services.queue.types import Start, Terms, Turn, Walk

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
RETURNING id, lane_id, place, offered
"""


def take_turn(terms: Terms, walk: Walk) -> Turn | None:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [terms.person, json.dumps([[at.lane, at.after] for at in walk])])
        row = cursor.fetchone()
    if row is None:
        return None
    task, lane, place, offered = row
    start = next(at for at in walk if at.lane == lane)
    return _lease(terms, start, task, place, json.loads(offered))


def _lease(terms: Terms, start: Start, task: int, place: int, offered: list[str]) -> Turn:
    made = Assignment.objects.create(
        uuid=terms.uuid,
        task_id=task,
        person_id=terms.person,
        lane_id=start.lane,
        place=place,
        seat=terms.seat,
        seed=terms.seed,
        order=presentation_order(terms.seed, offered),
        instructions_id=start.instructions,
        take_key=terms.key,
        expires_at=terms.now + timedelta(minutes=start.minutes),
    )
    assert made.expires_at
    return Turn(made.pk, task, start.lane, place, made.order, made.instructions_id, made.expires_at)
