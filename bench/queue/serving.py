"""The web as production starts it, and the accidents that befall it."""

import http.client
import os
import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
from django.conf import settings

from bench.queue.processes import end, start, wait_until
from commons.supervising.ports import Door, open_door
from commons.supervising.programs import Surroundings, web

ANY_PORT = 0
PROBE = 1.0  # seconds


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[bytes]
    port: int
    workers: int
    threads: int
    log: Path

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def kill_a_worker(self, chance: random.Random) -> int | None:
        """``kill -9`` one of the workers; says which, or None when there was none."""
        found: list[int] = [child.pid for child in psutil.Process(self.process.pid).children()]
        if not found:
            return None
        victim = chance.choice(sorted(found))
        os.kill(victim, signal.SIGKILL)
        return victim

    def tracebacks(self) -> int:
        """How many exceptions its log tells of."""
        return self.log.read_text(errors="replace").count("Traceback (most recent call last)")


@contextmanager
def serving(state: Path, *, workers: int | None, threads: int | None) -> Iterator[Server]:
    """Start gunicorn with the very words of ``manage.py up`` and end it afterwards."""
    workers = workers or settings.WEB_WORKERS
    threads = threads or settings.WEB_THREADS
    log = state / "web.log"
    door = open_door("127.0.0.1", ANY_PORT)
    with closing(door.listener):
        program = web(door, Surroundings(settings.BASE_DIR, {}), workers, threads)
        process = start(
            program.argv, log=log, env=program.env, cwd=program.cwd, hands_on=program.hands_on
        )
        try:
            wait_until(partial(healthy, door), process=process, log=log, name="the web")
            yield Server(process, door.port, workers, threads, log)
        finally:
            end(process)


def healthy(door: Door) -> bool:
    probe = http.client.HTTPConnection(door.name, door.port, timeout=PROBE)
    try:
        probe.request("GET", "/healthz", headers={"Host": "localhost"})
        return probe.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        probe.close()
