"""An installation of its own with tiny models, real processes over it, and ways to kill them.

Time is moved by hand, never waited for: ``past_silence`` makes what a killed process held a minute
old, so that others take it for dead, and ``a_week_later`` moves everything that happened a week
back.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from annotate.models import Snapshot, SnapshotPart
from commons.models import RunState
from commons.supervising import programs
from commons.supervising.brokers import socket_folder
from config.settings.env import BASE_DIR
from rewards.models import Cycle, CycleStep, EngineRun, Policy, Track
from rewards.services.track import create_track
from tests.factories import make_campaign
from tests.installation import Installation
from tests.rewards.tiny import make_tiny_base
from tests.test_story import KNOBS, foreign_rows

PATIENCE = 300.0  # seconds; nothing waits so long unless it fails, whatever else the machine does
LOOK = 0.05  # seconds between two looks
HELD = (CycleStep, EngineRun, Snapshot, SnapshotPart)


@dataclass
class House:
    """The installation, its one track, and the processes that were started over it."""

    installation: Installation
    base: Path
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    retries: int = 0  # of failed steps

    @property
    def env(self) -> dict[str, str]:
        known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        told = {"ENV_FILE": "", "LAUREL_VAR": str(self.installation.var)}
        told |= {"DATABASE_URL": self.installation.url, "BASE_MODEL": str(self.base)}
        return {**known, **told, "OMP_NUM_THREADS": "1", "LOG_LEVEL": "WARNING"}

    @property
    def runs(self) -> Path:
        return self.installation.var / "artifacts" / "runs"

    def furnish(self) -> None:
        """Tables, a campaign with rankings and demonstrations, a track of tiny models."""
        self.manage("migrate", "--verbosity", "0")
        file = self.installation.var / "rows.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in foreign_rows()))
        with self.installation.entered():
            campaign = make_campaign(name="Sums")
            track = create_track(name="Sums", campaigns=[campaign.uuid], by=None)
            Track.objects.filter(pk=track.pk).update(knobs=KNOBS)
        self.manage("import_prompts", str(file), "--campaign", "Sums")

    def manage(self, *command: str, **told: str) -> str:
        """A command of the product in a process of its own; what it says."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=BASE_DIR,
            env={**self.env, **told},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, argv: Sequence[str], **told: str) -> "subprocess.Popen[bytes]":
        logs = self.installation.var / "logs"
        logs.mkdir(exist_ok=True)
        with (logs / "started.log").open("ab") as log:
            process = subprocess.Popen(
                list(argv),
                cwd=BASE_DIR,
                env={**self.env, **told},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def start_train_worker(self) -> "subprocess.Popen[bytes]":
        """As ``manage.py up`` and the Procfile start it."""
        around = programs.Surroundings(BASE_DIR, {})
        return self.start(programs.train_worker(around, str).argv)

    def start_up(self) -> None:
        """All of the product, as ``make run`` starts it."""
        up = ["manage.py", "up", "--port", "0", "--skip-demo"]
        self.start([sys.executable, *up], WEB_WORKERS="1", REDIS_URL="")
        self.wait_for(lambda: bool(self.pids_of("--queues train")), "the train worker")

    def bring_prompts(self, week: int) -> None:
        """Two prompts that nobody has answered, and one that somebody has ranked."""
        rows = foreign_rows()[:1]
        rows[0] |= {"id": f"w{week}", "prompt": f"What is {week} plus a hundred?"}
        rows += [{"id": f"o{week}-{n}", "prompt": f"What is {week} times {n}?"} for n in (7, 8)]
        file = self.installation.var / "rows.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.manage("import_prompts", str(file), "--campaign", "Sums")

    def nudge(self) -> None:
        """Open a cycle, or go on with the open one, by the worker; a failed step is retried."""
        self.manage("run_cycle", "--background")

    def cycle(self) -> Cycle:
        with self.installation.entered():
            return Cycle.objects.select_related("track").latest("number")

    def wait_for(self, wanted: Callable[[], bool], what: str) -> None:
        """Look again and again, on this installation's database."""
        gives_up = time.monotonic() + PATIENCE
        while time.monotonic() < gives_up:
            with self.installation.entered():
                if wanted():
                    return
            time.sleep(LOOK)
        log = (self.installation.var / "logs" / "started.log").read_text(errors="replace")
        raise AssertionError(f"never came: {what}\n{log[-4000:]}")

    def past_silence(self) -> None:
        """Let what nobody has said anything of be a minute old; who lives says so again."""
        then = timezone.now() - timedelta(minutes=1)
        with self.installation.entered():
            for model in HELD:
                model._default_manager.filter(state=RunState.RUNNING).update(heartbeat_at=then)

    def past_silence_of_the_dead(self) -> None:
        """The same for what has been silent for longer than any living holder is (it beats every
        two seconds, every five where it freezes)."""
        then = timezone.now()
        for model in HELD:
            dead = model._default_manager.filter(
                state=RunState.RUNNING, heartbeat_at__lt=then - timedelta(seconds=12)
            )
            dead.update(heartbeat_at=then - timedelta(minutes=1))

    def a_week_later(self) -> None:
        week = timedelta(weeks=1)
        with self.installation.entered():
            Cycle.objects.update(opened_at=F("opened_at") - week)
            Cycle.objects.filter(closed_at__isnull=False).update(closed_at=F("closed_at") - week)
            EngineRun.objects.filter(finished_at__isnull=False).update(
                finished_at=F("finished_at") - week
            )
            Snapshot.objects.filter(finished_at__isnull=False).update(
                finished_at=F("finished_at") - week
            )

    def pids_of(self, part: str) -> list[int]:
        """Processes over this installation whose command line holds this; an engine that was
        forked by the one that loads has that one's, and its module as its name."""
        name = part.removeprefix("rewards.engine.").encode()
        return [
            pid
            for pid in (int(each.name) for each in Path("/proc").glob("[0-9]*"))
            if self._is_ours(pid) and (part in _line(pid) or _read(pid, "comm").strip() == name)
        ]

    def _is_ours(self, pid: int) -> bool:
        """A broker writes its title over its environment, and names its socket there."""
        told = f"LAUREL_VAR={self.installation.var}".encode()
        socket = str(socket_folder(self.installation.var) / "redis.sock")
        return told in _read(pid, "environ").split(b"\0") or socket in _line(pid)

    def kill(self, part: str) -> bool:
        """kill -9 of every process whose command line holds this; whether there was one."""
        found = self.pids_of(part)
        for pid in found:
            _kill(pid)
        return bool(found)

    def kill_all(self) -> None:
        """The machine loses its power."""
        for process in self.started:
            _kill(process.pid)
            process.wait()
        self.kill("")
        self.started.clear()

    def models(self) -> set[UUID]:
        """The runs whose weights lie on the disk."""
        return {UUID(folder.parent.name) for folder in self.runs.glob("*/model")}

    def datasets(self) -> set[UUID]:
        """Those whose files lie there."""
        folders = (self.runs.parent / "snapshots").glob("*")
        return {UUID(folder.name) for folder in folders if not folder.name.startswith(".")}


def _line(pid: int) -> str:
    return _read(pid, "cmdline").replace(b"\0", b" ").decode(errors="replace")


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:  # it has just ended, or is somebody else's
        return b""


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@contextmanager
def furnished(installation: Installation, folder: Path) -> Iterator[House]:
    installation.var.mkdir(mode=0o700, exist_ok=True)
    house = House(installation, make_tiny_base(folder / "base"))
    try:
        house.furnish()
        yield house
    finally:
        house.kill_all()


def nothing_half_made(house: House) -> None:
    """No file that is being written, no claim that nobody holds, no run of no step."""
    with house.installation.entered():
        for model in HELD:
            assert not model._default_manager.filter(state=RunState.RUNNING).exists()
        assert not EngineRun.objects.filter(
            cycle_steps__isnull=True, module__startswith="train"
        ).exists()
    partial = list(house.runs.rglob(".*.partial"))
    assert partial == []


def nothing_done_twice(house: House) -> None:
    """One run a step, one policy a cycle, one decision a policy."""
    with house.installation.entered():
        for cycle in Cycle.objects.filter(closed_at__isnull=False):
            stages = list(cycle.steps.values_list("stage", flat=True))
            assert len(stages) == len(set(stages))
            runs = [run for run in cycle.steps.values_list("run", flat=True) if run]
            assert len(runs) == len(set(runs))
        for policy in Policy.objects.filter(number__gt=0):
            assert policy.decisions.count() == 1
        assert EngineRun.objects.filter(cycle_steps__isnull=False).count() == len(
            {run for run in CycleStep.objects.values_list("run", flat=True) if run}
        )
