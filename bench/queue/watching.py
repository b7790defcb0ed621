"""Look, several times a second, whether any task is given out more often than it is wanted."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from django.db import connection, connections

from bench.queue.cpu import Strangers, backend_pid, backends_of_others

EVERY = 0.2  # seconds
SELDOM = 5  # looks between two at who else is there
OVERLAP = 100  # rankings looked at again: numbers are drawn before they are committed

# One statement, so one moment. Tasks that somebody holds or has just handed in, and no others.
TURNS = """
WITH active AS (
    SELECT turn.task_id FROM annotate_assignment AS turn WHERE turn.state IN ('open', 'reserved')
    UNION
    SELECT turn.task_id
    FROM annotate_ranking AS ranking
    JOIN annotate_assignment AS turn ON turn.id = ranking.assignment_id
    WHERE ranking.id > %s
)
SELECT task.id, task.wanted, (
    SELECT COUNT(*) FROM annotate_assignment AS turn
    WHERE turn.task_id = task.id AND turn.state IN ('open', 'reserved')
), (
    SELECT COUNT(*)
    FROM annotate_assignment AS turn
    JOIN annotate_ranking AS ranking ON ranking.assignment_id = turn.id
    WHERE turn.task_id = task.id AND ranking.current AND ranking.counts_as <> 'surplus'
), (SELECT MAX(ranking.id) FROM annotate_ranking AS ranking)
FROM active JOIN annotate_task AS task ON task.id = active.task_id
"""


@dataclass(frozen=True)
class Excess:
    """A moment at which leases and counted judgements were more than wanted."""

    at: float  # of time.monotonic
    task: int
    wanted: int
    live: int
    counted: int


@dataclass
class Watch:
    """What was seen so far."""

    samples: int = 0
    looked_at: int = 0  # tasks, those of all samples together
    found: list[Excess] = field(default_factory=list)
    backend: int | None = None  # of PostgreSQL, by which it looks
    is_whole: bool = False  # it looked until the end
    strangers: Strangers = field(default_factory=Strangers)
    _newest: int = 0

    def look(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(TURNS, [self._newest - OVERLAP])
            rows = cursor.fetchall()
        now = monotonic()
        for task, wanted, live, counted, newest in rows:
            self._newest = newest or 0
            if live + counted > wanted:
                self.found.append(Excess(now, task, wanted, live, counted))
        if self.backend is not None and self.samples % SELDOM == 0:
            self.strangers.notice(backends_of_others())
        self.samples += 1
        self.looked_at += len(rows)


@contextmanager
def watching() -> Iterator[Watch]:
    """Look from now on until the end, in a thread with a connection of its own."""
    watch, over, ready = Watch(), threading.Event(), threading.Event()

    def keep_looking() -> None:
        try:
            if connection.vendor == "postgresql":
                watch.backend = backend_pid()
            watch.look()
            ready.set()
            while not over.wait(EVERY):
                watch.look()
            watch.look()
            watch.is_whole = True
        finally:
            ready.set()
            connections.close_all()

    thread = threading.Thread(target=keep_looking, name="watch")
    thread.start()
    ready.wait()
    try:
        yield watch
    finally:
        over.set()
        thread.join()
