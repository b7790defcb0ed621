"""Workers say that they live by a row, so that the dashboard needs no broker to know.

A worker that stops in order takes its row away; one that was killed leaves the time when it was
last seen.
"""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Protocol

from celery import Celery, bootsteps
from celery.utils.timer2 import Timer
from django.db import DatabaseError, connection
from django.utils import timezone

from commons.models import WorkerHeartbeat

logger = logging.getLogger(__name__)

EVERY = timedelta(seconds=15)


class Worker(Protocol):
    """What a beat needs to know of Celery's worker."""

    app: Celery
    hostname: str
    timer: Timer


def say_alive(*, name: str, queues: str, started_at: datetime) -> None:
    """Keep one row for the worker of this name."""
    now = timezone.now()
    WorkerHeartbeat.objects.update_or_create(
        name=name,
        defaults={
            "queues": queues,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "started_at": started_at,
            "seen_at": now,
        },
    )


def say_goodbye(*, name: str) -> None:
    """Take the row away, if it is still this process's own: a successor may have taken it over."""
    WorkerHeartbeat.objects.filter(name=name, pid=os.getpid()).delete()


class Heartbeats(bootsteps.StartStopStep):
    """A part of every worker: beats by the worker's own timer, so a worker that hangs is silent."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, parent: Worker, **options: object) -> None:
        super().__init__(parent, **options)
        self.started_at = timezone.now()

    def start(self, parent: Worker) -> None:
        self.beat(parent)
        self.timer = parent.timer.call_repeatedly(EVERY.total_seconds(), self.beat, (parent,))

    def stop(self, parent: Worker) -> None:
        self.timer.cancel()
        with may_fail("its goodbye"):
            say_goodbye(name=parent.hostname)

    def terminate(self, parent: Worker) -> None:
        self.stop(parent)

    def beat(self, parent: Worker) -> None:
        queues = ",".join(sorted(parent.app.amqp.queues.consume_from))
        with may_fail("its sign of life"):
            say_alive(name=parent.hostname, queues=queues, started_at=self.started_at)


@contextmanager
def may_fail(what: str) -> Iterator[None]:
    """A worker outlives its database's restart, and keeps no connection between two beats: a
    forked child would inherit it."""
    try:
        yield
    except DatabaseError as away:
        logger.warning("this worker could not write %s: %s", what, away)
    finally:
        connection.close()
