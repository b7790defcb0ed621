"""Tell the workers that there is something to do."""

import logging
from functools import partial

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

STALE = 600.0  # seconds; one that nobody took by then has been repeated by beat


def nudge(task: "Task[[], None]") -> None:
    """Nudge a worker once the transaction is committed.

    The row is the queue: while the broker is away the nudge is lost and nothing else, because
    beat repeats it every minute.
    """
    transaction.on_commit(partial(_send, task))


def _send(task: "Task[[], None]") -> None:
    try:
        task.apply_async(retry=False, expires=STALE)
    except OperationalError as away:
        logger.warning("the broker is away; %s waits for the next beat (%s)", task.name, away)
