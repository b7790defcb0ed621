"""The figures under their names. What is not known is null, never 0."""

import os
import platform
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.db import connection

from bench.queue.asking import NEXT, SUBMIT, TAKE, Seen
from bench.queue.cpu import (
    CLIENT,
    MACHINE,
    OWN,
    POSTGRES,
    REDIS,
    SERVER,
    STOLEN,
    STRANGERS,
    Reading,
)
from bench.queue.facts import Facts
from bench.queue.growing import Size
from bench.queue.loads import Load
from bench.queue.options import Options
from bench.queue.serving import Server
from bench.queue.statements import Sent
from bench.queue.verdict import percentiles
from bench.queue.watching import Excess

PACKAGES = ("Django", "djangorestframework", "gunicorn", "psycopg", "redis", "orjson")
SETTINGS = ("server_version", "shared_buffers", "fsync", "synchronous_commit")
SHOWN = 5  # errors, moments of excess
MUST_BE_ZERO = (
    "excess",
    "over_wanted",
    "same_person_twice",
    "lost",
    "altered",
    "counter_drift",
    "errors",
)

Figures = dict[str, Any]


def is_exact(figures: Mapping[str, Any]) -> bool:
    return not any(figures[name] for name in MUST_BE_ZERO)


def asked_for(options: Options) -> Figures:
    return {
        "bench": "queue",
        "database": connection.vendor,
        "annotators": options.annotators,
        "overlap": options.overlap,
        "tasks": options.tasks,
        "seconds": options.seconds,
        "warm_up_s": options.warm_up,
        "think_s": options.think,
        "next": options.next,
        "keys": options.keys,
        "kill_every_s": options.kill_every,
    }


def speed(load: Load, options: Options) -> Figures:
    done = len(load.within(SUBMIT))
    return {
        "submissions": done,
        "submissions_per_s": round(done / options.seconds, 1),
        "take_ms": percentiles(load.within(TAKE)),
        "submit_ms": percentiles(load.within(SUBMIT)),
        "next_ms": percentiles(load.within(NEXT)),
        **cost(load.used, cycles=done, seconds=options.seconds),
        "kills": load.kills,
        "samples": load.watch.samples,
        "tasks_looked_at": load.watch.looked_at,
    }


def cost(used: Reading, *, cycles: int, seconds: float) -> Figures:
    """``other_cores`` is what neither we nor what we measure used: whoever else was at work."""

    def per_cycle(*names: str) -> float | None:
        if not cycles or not all(name in used for name in names):
            return None
        return round(1000 * sum(used[name] for name in names) / cycles, 2)

    ours = sum(used.get(name, 0.0) for name in (SERVER, POSTGRES, REDIS, CLIENT, OWN))
    database = [POSTGRES] if connection.vendor == "postgresql" else []
    return {
        "cpu_ms_per_cycle": per_cycle(SERVER, *database),
        "cpu_ms_per_cycle_of": {name: per_cycle(name) for name in (SERVER, POSTGRES, REDIS)},
        "client_cpu_ms_per_cycle": per_cycle(CLIENT),
        "cores": {
            name: round(used[name] / seconds, 3)
            for name in (SERVER, POSTGRES, REDIS, CLIENT, OWN, STRANGERS, STOLEN)
            if name in used
        },
        "other_cores": round((used[MACHINE] - ours) / seconds, 3),
    }


def statements(sent: Mapping[str, Sent]) -> Figures:
    return {
        "sql_per_take": sent[TAKE].counted(),
        "sql_per_submit": sent[SUBMIT].counted(),
        "sql_per_next": sent[NEXT].counted(),
        "sql": {act: each.per_request() for act, each in sent.items()},
    }


def exactness(facts: Facts, *, seen: Sequence[Seen], found: Sequence[Excess]) -> Figures:
    verdict, errors = facts.verdict, [error for each in seen for error in each.errors]
    sampled = {each.task for each in found}
    return {
        "excess": verdict.excess,
        "excess_judgements": verdict.excess_judgements,
        "surplus": verdict.surplus,
        "over_wanted": len(sampled | set(verdict.over_wanted)),
        "over_wanted_of": {"sampled": len(sampled), "swept": len(verdict.over_wanted)},
        "over_wanted_first": [str(each) for each in found[:SHOWN]],
        "same_person_twice": verdict.same_person_twice + facts.judged_twice,
        "lost": facts.kept.lost,
        "altered": facts.kept.altered,
        "acknowledged": facts.acknowledged,
        "stored": facts.stored,
        "exported": facts.exported,
        "counter_drift": sum(abs(n) for n in facts.tally_drift.values())
        + verdict.free_drift
        + facts.short_untouched,
        "counter_drift_of": {
            **facts.tally_drift,
            "free": verdict.free_drift,
            "free_untouched": facts.short_untouched,
        },
        "errors": len(errors),
        "first_errors": errors[:SHOWN],
        "retries": sum(each.retries for each in seen),
        "ran_dry": sum(each.ran_dry for each in seen),
    }


def growth(sizes: Sequence[Size]) -> list[Figures]:
    return [
        {
            "tasks": each.tasks,
            "take_ms": each.take,
            "submit_ms": each.submit,
            "take_p50_ratio": round(each.take["p50"] / sizes[0].take["p50"], 2)
            if each.take and sizes[0].take
            else None,
        }
        for each in sizes
    ]


def about(server: Server) -> Figures:
    return {
        "laurel": commit(),
        "workers": server.workers,
        "threads": server.threads,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "database": about_database(),
        "cache": "redis" if settings.REDIS_URL else "files",
        "server_tracebacks": server.tracebacks(),
        **{name: version(name) for name in PACKAGES},
    }


def about_database() -> dict[str, str]:
    if connection.vendor != "postgresql":
        return {"sqlite": sqlite3.sqlite_version}
    told = {}
    with connection.cursor() as cursor:
        for name in SETTINGS:
            cursor.execute(f"SHOW {name}")
            told[name] = cursor.fetchone()[0]
    return told


def commit() -> str | None:
    """Which Laurel this is, where git can say so."""
    argv = ["git", "describe", "--always", "--dirty"]
    try:
        told = subprocess.run(
            argv, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return told.stdout.strip()
