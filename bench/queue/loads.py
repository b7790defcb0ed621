"""The client is started, watched and read; what went on meanwhile is measured."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
from django.conf import settings

from bench.queue.asking import Seen
from bench.queue.client import Orders
from bench.queue.cpu import Meter, Reading, postmaster, used_between
from bench.queue.options import Options
from bench.queue.processes import NotMeasured, end, last_words, say, start
from bench.queue.serving import Server
from bench.queue.watching import Watch, watching

STARTING = 1.0  # seconds that the client has before it begins
LINGERING = 60.0  # seconds that what is under way at the end may take
LONGEST = 24 * 3600.0  # seconds; where cycles end the load, not the clock
PROBE = 0.1


@dataclass(frozen=True)
class Load:
    """What was seen, and what it took between two moments of ``time.monotonic``."""

    seen: Seen
    begins: float
    ends: float
    used: Reading
    watch: Watch
    kills: int

    def within(self, act: str) -> list[float]:
        """The seconds of what was answered in the measured time."""
        samples = self.seen.samples[act]
        return [seconds for at, seconds in samples if self.begins <= at < self.ends]


def timed_load(options: Options, server: Server, tokens: Sequence[str], state: Path) -> Load:
    """Let everybody work; measure after the warm-up."""
    opens = time.monotonic() + STARTING
    begins = opens + options.warm_up
    ends = begins + options.seconds
    orders = orders_for(options, server, tokens, begins=opens, ends=ends, cycles=None)
    master = postmaster()
    with watching() as watch, client(orders, state) as process:
        meter = Meter(server.process.pid, process.pid, master, watch.backend, watch.strangers)
        wait_till(begins, server, process)
        say(f"measuring {options.seconds:g} s with {options.annotators} annotators")
        before = meter.read()
        kills = 0
        for due in moments_to_kill(begins, ends, options.kill_every):
            wait_till(due, server, process)
            victim = server.kill_a_worker(random.Random(f"{options.seed} {kills}"))
            kills += victim is not None
            say(f"killed worker {victim}")
        wait_till(ends, server, process)
        used = used_between(before, meter.read())
        seen = seen_by(process, state)
    return Load(seen, begins, ends, used, watch, kills)


def counted_load(
    options: Options, server: Server, tokens: Sequence[str], state: Path, *, cycles: int
) -> Seen:
    """Let everybody do so many cycles, however long it takes."""
    now = time.monotonic()
    orders = orders_for(options, server, tokens, begins=now, ends=now + LONGEST, cycles=cycles)
    with client(orders, state) as process:
        while process.poll() is None:
            wait_till(time.monotonic() + PROBE, server, process)
        return seen_by(process, state)


def orders_for(
    options: Options,
    server: Server,
    tokens: Sequence[str],
    *,
    begins: float,
    ends: float,
    cycles: int | None,
) -> Orders:
    return Orders(
        port=server.port,
        tokens=list(tokens),
        begins=begins,
        ends=ends,
        cycles=cycles,
        think=options.think,
        next=options.next,
        keys=options.keys,
        seed=options.seed,
    )


def moments_to_kill(begins: float, ends: float, every: float | None) -> Iterator[float]:
    due = begins + every if every else ends
    while every and due < ends:
        yield due
        due += every


@contextmanager
def client(orders: Orders, state: Path) -> Iterator[subprocess.Popen[bytes]]:
    (state / "orders.json").write_bytes(orjson.dumps(asdict(orders)))
    argv = [sys.executable, "-m", "bench.queue.client"]
    process = start(
        [*argv, str(state / "orders.json"), str(state / "seen.json")],
        log=state / "client.log",
        cwd=settings.BASE_DIR,
    )
    try:
        yield process
    finally:
        end(process)


def seen_by(process: subprocess.Popen[bytes], state: Path) -> Seen:
    try:
        code = process.wait(LINGERING)
    except subprocess.TimeoutExpired as endless:
        raise NotMeasured("the client does not end.") from endless
    if code != 0:
        raise NotMeasured(f"the client broke:\n{last_words(state / 'client.log')}")
    return Seen(**orjson.loads((state / "seen.json").read_bytes()))


def wait_till(moment: float, server: Server, process: subprocess.Popen[bytes]) -> None:
    """Sleep; wake up at once where there is nothing left to wait for."""
    while (left := moment - time.monotonic()) > 0:
        if not server.alive:
            raise NotMeasured(f"the web ended:\n{last_words(server.log)}")
        if process.poll() not in (None, 0):
            return
        time.sleep(min(left, PROBE))
