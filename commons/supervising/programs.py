"""Laurel's processes. ``Procfile`` says the same for production, where each may run many times.

broker, web, worker (queues default, answers), train (queue train, one at a time), beat
"""

import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

from commons.supervising.child import Program
from commons.supervising.ports import Door

# What the train worker cannot work without (requirements-ml.txt).
TRAINING_NEEDS = ("torch", "transformers", "trl", "datasets")

CELERY = (sys.executable, "-m", "celery", "--app", "config")
# Workers tell of themselves by rows (commons/heartbeats.py), not to each other over the broker.
ALONE = ("--without-gossip", "--without-mingle")


@dataclass(frozen=True)
class Surroundings:
    """What all processes have in common."""

    root: Path  # the folder of manage.py
    env: Mapping[str, str]


def web(door: Door, around: Surroundings, workers: int, threads: int) -> Program:
    handle = door.listener.fileno()
    gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{handle}"]
    gunicorn += ["--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)]
    gunicorn += ["--timeout", "60", "--graceful-timeout", "8", "--access-logfile", "-"]
    gunicorn += ["--preload"]  # loaded once and forked: faster to the first page, and less memory
    gunicorn += ["--no-control-socket"]  # it would lie in the user's home folder
    return Program("web", gunicorn, around.env, around.root, hands_on=(handle,))


def worker(around: Surroundings) -> Program:
    """Short work: freezing, expiring, counting; and listening to the models that people talk with,
    whose engine is a process apart. Threads, for it waits for the database mostly."""
    celery = [*CELERY, "worker", "--queues", "default,answers", "--hostname", "default@%h"]
    celery += ["--pool", "threads", "--concurrency", "4", *ALONE]
    return Program("worker", celery, around.env, around.root)


def train_worker(around: Surroundings, waits_for: Callable[[], str]) -> Program:
    """Long work, one at a time, in a process that ends with it and so gives all memory back.

    Stopped by SIGQUIT it does not wait for the run it is in: the row is the queue, and the run is
    resumed from its last checkpoint.
    """
    celery = [*CELERY, "worker", "--queues", "train", "--hostname", "train@%h"]
    celery += ["--pool", "prefork", "--concurrency", "1", "--max-tasks-per-child", "1"]
    celery += ALONE
    return Program(
        "train", celery, around.env, around.root, stops_by=signal.SIGQUIT, waits_for=waits_for
    )


def beat(around: Surroundings) -> Program:
    return Program("beat", [*CELERY, "beat"], around.env, around.root)


def base_model(around: Surroundings, waits_for: Callable[[], str]) -> Program:
    """Asks the train worker for the base model, which makes it once."""
    argv = [sys.executable, "manage.py", "fetch_base_model", "--background"]
    return Program("model", argv, around.env, around.root, once=True, waits_for=waits_for)


def errand(name: str, argv: Sequence[str], around: Surroundings) -> Program:
    """Something that is to be done once."""
    return Program(name, argv, around.env, around.root, once=True)


def missing_for_training() -> str:
    """Which packages are not there yet, in words; empty when training can start."""
    invalidate_caches()  # they may be installed while we run
    missing = [name for name in TRAINING_NEEDS if find_spec(name) is None]
    if not missing:
        return ""
    return f"{', '.join(missing)} not installed (`make training` installs what training needs)"
