"""The part of the measurement that runs inside the product; ``bench.killed`` sets it up."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection

from annotate.enums import SnapshotKind
from annotate.export.manifest import verify_snapshot
from annotate.export.policy import Policy
from annotate.models import Campaign, Snapshot, SnapshotPart
from annotate.services import snapshot_member
from annotate.services.snapshot import request_snapshot, snapshot_folder, snapshot_store
from annotate.tasks import freeze_requested_snapshots
from bench.export_inside import say
from commons.models import Run, RunState
from commons.stores import StagedFolder

LOOK = 0.05  # seconds between two looks at what is going on
IDLE = 1.0  # seconds between two nudges, as beat gives them
LIMIT = 60.0  # seconds after which nobody may still think that the dead one lives
Figures = dict[str, object]
Worker = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Round:
    """One dataset of which somebody was killed while it was written, or nobody."""

    killed: str
    seconds: float
    taken_up_seconds: float | None
    half_made_seen: int
    sha256: str


def work(members_per_part: int) -> None:
    """What a worker does of datasets, from the line that says so to its end."""
    _cut_small(members_per_part)
    print("ready", flush=True)
    sys.stdin.readline()
    parent = os.getppid()
    while os.getppid() == parent:  # whoever measures is still there
        freeze_requested_snapshots()
        time.sleep(IDLE)


def measured(members_per_part: int) -> Figures:
    _cut_small(members_per_part)
    rounds = [_round(who, members_per_part) for who in ("nobody", "helper", "holder")]
    undisturbed, *disturbed = rounds
    kept = all(
        each.sha256 == undisturbed.sha256
        and not each.half_made_seen
        and each.taken_up_seconds is not None
        and each.taken_up_seconds < LIMIT
        for each in disturbed
    )
    return {
        "database": connection.vendor,
        "kept": kept,
        "rounds": [asdict(each) for each in rounds],
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
    }


def _cut_small(members_per_part: int) -> None:
    """So that a dataset of some thousand rows has parts enough to be killed in."""
    sizes = dict.fromkeys(SnapshotKind, members_per_part)
    snapshot_member.MEMBERS_PER_PART.update(sizes)


def _round(victim: str, members_per_part: int) -> Round:
    campaigns = list(Campaign.objects.all())
    policy = Policy(report=False)
    kind = SnapshotKind.PREFERENCE
    snapshot = request_snapshot(kind=kind, campaigns=campaigns, by=None, policy=policy)
    workers = [_started(members_per_part) for _ in range(2 if victim == "nobody" else 3)]
    for worker in workers:
        _hear(worker)
    holder, *helpers = workers  # whoever is killed, two go on
    begun = time.monotonic()
    _go(holder)
    while not snapshot.parts.exists():
        time.sleep(LOOK)
    for helper in helpers:
        _go(helper)
    watch, taken_up = _Watch(snapshot), None
    if victim != "nobody":
        taken_up = _kill(holder if victim == "holder" else helpers[0], victim, watch)
    while not watch.ended():
        time.sleep(LOOK)
    seconds = time.monotonic() - begun
    for worker in workers:
        worker.kill()
        worker.communicate()
    found = Round(victim, round(seconds, 1), taken_up, watch.half_made, _digest_of(snapshot))
    say(f"{found}")
    snapshot_store().remove(str(snapshot.uuid))
    Snapshot.objects.filter(pk=snapshot.pk).delete()
    return found


def _started(members_per_part: int) -> Worker:
    return subprocess.Popen(
        [sys.executable, "-m", "bench.killed_worker", str(members_per_part)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def _hear(worker: Worker) -> None:
    """Wait until it is ready."""
    assert worker.stdout
    worker.stdout.readline()


def _go(worker: Worker) -> None:
    assert worker.stdin
    worker.stdin.write(b"go\n")
    worker.stdin.flush()


class _Watch:
    """Looks at a dataset from outside, as whoever downloads does."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot, self.half_made = snapshot, 0

    def ended(self) -> bool:
        """Whether it has; and count what is to be seen of it before."""
        is_seen = snapshot_store().has(str(self.snapshot.uuid))
        self.snapshot.refresh_from_db()
        if is_seen and self.snapshot.state != RunState.DONE:
            self.half_made += not _is_whole(self.snapshot)
        return self.snapshot.is_over


def _is_whole(snapshot: Snapshot) -> bool:
    """The folder may appear a moment before its row says so, but only with all that it holds."""
    return (snapshot_folder(snapshot) / "manifest.json").is_file()


def _kill(worker: Worker, who: str, watch: _Watch) -> float | None:
    """Seconds from its death to the claim of all that it held; None where it was never writing."""
    while not _is_writing(worker.pid):
        if watch.ended():
            return None
        time.sleep(LOOK / 10)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    killed = time.monotonic()
    held = _held_since(watch.snapshot, who)
    while held and not watch.ended():
        held = [each for each in held if _is_still(each)]
        time.sleep(LOOK)
    return round(time.monotonic() - killed, 1)


def _is_writing(pid: int) -> bool:
    """It has a shard open that is not whole yet."""
    opened = Path(f"/proc/{pid}/fd")
    try:
        return any(str(each.readlink()).endswith(".part") for each in opened.iterdir())
    except FileNotFoundError:  # closed meanwhile, or the process has ended
        return False


def _held_since(snapshot: Snapshot, who: str) -> list[Run]:
    """The claims of whoever does not beat any more."""
    before = {each: each.heartbeat_at for each in _claims(snapshot, who)}
    time.sleep(6)  # the living beat every two
    return [each for each, then in before.items() if _is_still(each) and _beat_of(each) == then]


def _claims(snapshot: Snapshot, who: str) -> list[Run]:
    parts: list[Run] = list(snapshot.parts.filter(state=RunState.RUNNING))
    return parts + ([Snapshot.objects.get(pk=snapshot.pk)] if who == "holder" else [])


def _beat_of(run: Run) -> object:
    return type(run)._default_manager.get(pk=run.pk).heartbeat_at


def _is_still(run: Run) -> bool:
    """Nobody else has claimed it."""
    return type(run)._default_manager.filter(pk=run.pk, token=run.token).exists()


def _digest_of(snapshot: Snapshot) -> str:
    """Of the published folder, read from end to end; it holds nothing unfinished."""
    folder = snapshot_folder(snapshot)
    found = verify_snapshot(folder)
    staged = snapshot_store().staged(str(snapshot.uuid))
    assert isinstance(staged, StagedFolder)
    if [*folder.rglob("*.part")] or staged.aside.exists():
        raise SystemExit(f"{folder} holds what a dead worker left.")
    if SnapshotPart.objects.filter(snapshot=snapshot).exclude(state=RunState.DONE).exists():
        raise SystemExit(f"{snapshot} is done, and a part of it is not.")
    return found.digest
