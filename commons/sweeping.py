"""Find the runs whose holder has died, of every kind, and call somebody who takes them up.

A holder is taken for dead after ``SILENCE`` (45 s); beat sweeps every 15 s, so that a dead run is
claimed anew within a minute. The sweep changes no row: whoever is called claims by a filtered
update, and a run that is taken up twice is taken up once.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from celery import Task
from django.utils import timezone

from commons.models import Run, RunState
from commons.nudges import nudge
from commons.runs import SILENCE

logger = logging.getLogger(__name__)

SWEPT_FOR = timedelta(days=1)  # beat nudges for what is dead for longer as for what waits

Call = Callable[[], object]
_calls: dict[type[Run], Call] = {}


def sweep_by(task: "Task[[], None]", *kinds: type[Run]) -> None:
    """Let this task be nudged where a run of one of these kinds is found dead."""
    sweep_by_call(partial(nudge, task), *kinds)


def sweep_by_call(call: Call, *kinds: type[Run]) -> None:
    """The same for what is no task."""
    _calls.update(dict.fromkeys(kinds, call))


def swept_kinds() -> frozenset[type[Run]]:
    return frozenset(_calls)


def sweep() -> dict[str, int]:
    """Call somebody for every kind that has dead runs; how many each has."""
    before, found, called = timezone.now() - SILENCE, {}, set()
    since = before - SWEPT_FOR
    for kind, call in _calls.items():
        dead = kind._default_manager.filter(
            state=RunState.RUNNING, heartbeat_at__range=(since, before)
        )
        if count := dead.count():
            found[kind._meta.label] = count
            called.add(call)
    for call in called:
        call()
    if found:
        words = ", ".join(f"{count} of {label}" for label, count in sorted(found.items()))
        logger.warning("runs whose holder fell silent: %s; they are taken up anew", words)
    return found
