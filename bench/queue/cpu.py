"""CPU seconds by who used them, from the system's own books.

A process's books hold its ended children once it has waited for them, so workers that were killed
and backends that went away are found in those of their parents.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass

import psutil
from django.conf import settings
from django.db import connection
from redis import Redis

from bench.queue.processes import say

IDLE = ("idle", "iowait", "steal", "guest", "guest_nice")  # guests are in user and nice already


SERVER, POSTGRES, REDIS, CLIENT, OWN = "server", "postgresql", "redis", "client", "bench"
STRANGERS, MACHINE, STOLEN = "other_databases", "machine", "stolen"

Reading = dict[str, float]
"""CPU seconds (user and system) since each began; what cannot be seen from here is left out."""


class Strangers:
    """Backends of other databases of the same PostgreSQL, whose work is not ours.

    One that came and went between two looks is not known.
    """

    def __init__(self) -> None:
        self._used: dict[int, float] = {}  # by process id; what has ended keeps its last value

    def notice(self, pids: Iterable[int]) -> None:
        for pid in pids:
            self._used[pid] = max(self._used.get(pid, 0.0), used_by(pid))

    def used(self) -> float:
        self.notice(list(self._used))
        return sum(self._used.values())


@dataclass(frozen=True)
class Meter:
    """Whose CPU is read, by process id."""

    server: int
    client: int
    postmaster: int | None
    watcher: int | None  # the backend that we watch by: it counts as ours
    strangers: Strangers

    def read(self) -> Reading:
        machine = psutil.cpu_times()._asdict()
        watcher = used_by(self.watcher) if self.watcher else 0.0
        found = {
            SERVER: used_by_tree(self.server),
            CLIENT: used_by(self.client),
            OWN: used_by(os.getpid()) + watcher,
            MACHINE: sum(value for name, value in machine.items() if name not in IDLE),
            STOLEN: machine.get("steal", 0.0),
        }
        if self.postmaster:
            found[STRANGERS] = self.strangers.used()
            found[POSTGRES] = used_by_tree(self.postmaster) - watcher - found[STRANGERS]
        if settings.REDIS_URL:
            found[REDIS] = used_by_redis(settings.REDIS_URL)
        return found


def used_between(before: Reading, after: Reading) -> Reading:
    return {name: after[name] - before[name] for name in after}


def used_by(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def used_by_tree(pid: int) -> float:
    """A process, its ended children and its living ones with theirs."""
    total = 0.0
    root = psutil.Process(pid)
    for process in [*root.children(recursive=True), root]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:  # ended meanwhile: its parent has it
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def used_by_redis(url: str) -> float:
    with Redis.from_url(url) as redis:
        told = redis.info("cpu")
    return float(told["used_cpu_sys"]) + float(told["used_cpu_user"])


def postmaster() -> int | None:
    """The process that all of PostgreSQL's descend from, if it runs on this machine."""
    if connection.vendor != "postgresql":
        return None
    backend = backend_pid()
    parent = psutil.Process(backend).parent() if psutil.pid_exists(backend) else None
    if parent is None or not psutil.Process(backend).name().startswith("postgres"):
        say("PostgreSQL is not on this machine: its CPU is not counted")
        return None
    return int(parent.pid)


def backends_of_others() -> list[int]:
    """The processes that serve other databases of the same PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname <> current_database()")
        return [pid for (pid,) in cursor.fetchall()]


def backend_pid() -> int:
    """The server process of this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
