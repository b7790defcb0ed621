"""The measuring half of ``bench.cycle``: inside Django, on a database of its own."""

import json
import os
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from statistics import median

from django.core.management import call_command
from django.db import connection

from rewards.models import Cycle, Track
from rewards.nursery import shared_starts
from rewards.runner import Progress, run_engine
from rewards.services import run as runs
from rewards.services.cycle import advance_cycle, open_cycle
from rewards.services.track import create_track
from tests.factories import make_campaign
from tests.rewards.tiny import make_tiny_base
from tests.test_story import KNOBS, foreign_rows

Listener = Callable[[Progress], bool]


@dataclass
class Watch:
    """Runs the real engine, and keeps how long its processes took."""

    engine: float = 0.0  # seconds from start to end, of all
    starting: float = 0.0  # of them, until each said its first word
    modules: list[str] = field(default_factory=list)

    def __call__(
        self,
        module: str,
        folder: Path,
        config: Mapping[str, object],
        on_progress: Listener,
        environment: Mapping[str, str] | None = None,
    ) -> dict[str, object]:
        began = time.perf_counter()
        spoke: list[float] = []

        def hear(said: Progress) -> bool:
            if said.says != "starting" and not spoke:
                spoke.append(time.perf_counter() - began)
            return on_progress(said)

        try:
            return run_engine(module, folder, config, hear, environment)
        finally:
            took = time.perf_counter() - began
            self.engine += took
            self.starting += spoke[0] if spoke else took
            self.modules.append(module)


def measured(folder: Path, rounds: int) -> dict[str, object]:
    """The medians over the rounds; each is two more weeks of the same track."""
    track = _laid_out(folder)
    apart, shared = [], []
    for _ in range(rounds):
        apart.append(_one(track, nullcontext()))
        shared.append(_one(track, shared_starts()))
    return {
        "bench": "cycle",
        "database": connection.vendor,
        "rounds": rounds,
        "apart": _middle(apart),
        "shared": _middle(shared),
        "load": [round(each, 1) for each in os.getloadavg()],
    }


def _middle(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: round(median(each[name] for each in found), 2) for name in found[0]}


def _laid_out(folder: Path) -> Track:
    call_command("migrate", verbosity=0)
    make_tiny_base(folder / "base")
    rows = folder / "rows.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in foreign_rows()))
    campaign = make_campaign(name="Sums")
    call_command("import_prompts", str(rows), campaign="Sums", stdout=StringIO())
    track = create_track(name="Sums", campaigns=[campaign.uuid], by=None)
    Track.objects.filter(pk=track.pk).update(knobs=KNOBS)
    track.refresh_from_db()
    return track


def _one(track: Track, starts: AbstractContextManager[None]) -> dict[str, float]:
    watch = Watch()
    setattr(runs, "run_engine", watch)  # noqa: B010  # the name by which the services start it
    began, before = time.perf_counter(), _cpu()
    with starts:
        cycle: Cycle = open_cycle(track=track)
        while advance_cycle(cycle=cycle):
            pass
    wall = time.perf_counter() - began
    cycle.refresh_from_db()
    if cycle.closed_at is None:
        raise SystemExit(f"the cycle stands at {cycle.stage}: {cycle.reasons}")
    return {
        "wall_s": wall,
        "engine_s": watch.engine,
        "engine_starting_s": watch.starting,
        "engine_runs": float(len(watch.modules)),
        "overhead_s": wall - watch.engine,
        "beyond_s": wall - watch.engine + watch.starting,
        "cpu_s": _cpu() - before,
    }


def _cpu() -> float:
    """Seconds of a processor, of this process and of all that have ended under it."""
    both = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)
