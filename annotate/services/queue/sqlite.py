"""SQLite: a correlated subquery in UPDATE … RETURNING; the immediate transaction serialises."""

import json
from datetime import datetime, timedelta

from django.db import connection

from annotate.services.queue.meeting import HAS_MET, OPEN_AGAIN
from annotate.services.queue.order import presentation_order
from annotate.services.queue.types import Start, Terms, Turn, Walk
from commons.statements import as_uuid, given_uuid

TAKE = f"""
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
                  WHERE met.person_id = %s AND met.task_id = task.id AND {HAS_MET}
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

# What TAKE would find.
WAITS = f"""
SELECT 1
FROM json_each(%s) AS start
WHERE EXISTS (
    SELECT 1
    FROM annotate_task AS task
    WHERE task.lane_id = json_extract(start.value, '$[0]')
      AND task.free > 0 AND task.held = ''
      AND task.place > json_extract(start.value, '$[1]')
      AND NOT EXISTS (
          SELECT 1 FROM annotate_assignment AS met
          WHERE met.person_id = %s AND met.task_id = task.id AND {HAS_MET}
      )
)
LIMIT 1
"""

LEASE = f"""
INSERT INTO annotate_assignment (uuid, task_id, person_id, lane_id, place, state, seat, seed,
    "order", instructions_id, take_key, taken_at, expires_at, skip_reason, skip_note)
VALUES (%s, %s, %s, %s, %s, 'open', %s, %s, %s, %s, %s, %s, %s, '', '')
{OPEN_AGAIN}
RETURNING id, uuid
"""


def take_turn(terms: Terms, walk: Walk) -> Turn | None:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [terms.person, _places(walk)])
        row = cursor.fetchone()
    if row is None:
        return None
    task, lane, place, offered = row
    start = next(at for at in walk if at.lane == lane)
    return _lease(terms, start, task, place, json.loads(offered))


def task_waits(person: int, walk: Walk) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITS, [_places(walk), person])
        return cursor.fetchone() is not None


def _places(walk: Walk) -> str:
    return json.dumps([[at.lane, at.after] for at in walk])


def _lease(terms: Terms, start: Start, task: int, place: int, offered: list[str]) -> Turn:
    order = presentation_order(terms.seed, offered)
    until = terms.now + timedelta(minutes=start.minutes)
    given = [
        given_uuid(terms.uuid),
        task,
        terms.person,
        start.lane,
        place,
        terms.seat,
        terms.seed,
        json.dumps(order),
        start.instructions,
        given_uuid(terms.key),
        _written(terms.now),
        _written(until),
    ]
    with connection.cursor() as cursor:
        cursor.execute(LEASE, given)
        pk, uuid = cursor.fetchone()
    return Turn(pk, as_uuid(uuid), task, start.lane, place, order, start.instructions, until)


def _written(moment: datetime) -> str:
    """As Django writes it, so that Django can read and compare it."""
    return str(connection.ops.adapt_datetimefield_value(moment))
