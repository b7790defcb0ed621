import os
import re
import select
import signal
import subprocess
import sys
import time

import pytest

from commons.supervising.child import Life
from config.settings.env import BASE_DIR

SOON = 20.0  # seconds; no test waits so long unless it fails

SPEAKS_AND_WAITS = """
import signal
def stop(*_): raise SystemExit
signal.signal(signal.SIGTERM, stop)
print("up", flush=True)
signal.pause()
"""
WILL_NOT_STOP = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
while True: signal.pause()
"""


def said(supervisor, child, text: str) -> bool:
    """Whether the child comes to say this in time."""
    return supervisor.run_until(lambda: text in child.journal.path.read_text(), within=SOON)


def pids(screen) -> list[int]:
    return [int(pid) for pid in re.findall(r"process (\d+)", screen.getvalue())]


def all_gone(reads: int) -> bool:
    """Whether everybody who held the other end of this pipe has ended in time."""
    ready, _, _ = select.select([reads], [], [], SOON)
    os.close(reads)
    return bool(ready)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_child_that_dies_is_restarted_after_a_growing_pause_and_that_is_shown(
    supervisor, script, screen
):
    with supervisor.running():
        supervisor.add(script("print('no such table'); raise SystemExit(3)"))

        assert supervisor.run_until(lambda: screen.getvalue().count("again") == 4, within=SOON)

    deaths = [line.split(";")[:2] for line in screen.lines if "again" in line]
    assert deaths == [
        ["fake     ended with status 3", " again in 0.01 s"],
        ["fake     ended with status 3", " again in 0.02 s"],
        ["fake     ended with status 3", " again in 0.04 s"],
        ["fake     ended with status 3", " again in 0.04 s"],
    ]
    assert "fake       no such table" in screen.lines


def test_a_child_that_was_killed_is_said_to_have_been(supervisor, script, screen):
    with supervisor.running():
        supervisor.add(script("import os; os.kill(os.getpid(), 9)"))

        assert supervisor.run_until(lambda: "again" in screen.getvalue(), within=SOON)

    assert "fake     was killed by SIGKILL; again in 0.01 s" in screen.getvalue()


@pytest.mark.parametrize("ask", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_every_child_and_nobody_else(supervisor, script, screen, ask):
    bystander = subprocess.Popen([sys.executable, "-ISc", SPEAKS_AND_WAITS], stdout=subprocess.PIPE)
    with supervisor.running():
        children = [supervisor.add(script(SPEAKS_AND_WAITS, name)) for name in ("a", "b")]
        assert all(said(supervisor, child, "up") for child in children)
        os.kill(os.getpid(), ask)
        supervisor.serve()

    assert [child.life for child in children] == [Life.DONE, Life.DONE]
    assert [pid for pid in pids(screen) if is_alive(pid)] == []
    assert bystander.poll() is None
    bystander.kill()
    bystander.communicate()


def test_a_child_that_will_not_stop_is_killed_after_its_grace(supervisor, script, screen):
    with supervisor.running():
        child = supervisor.add(script(WILL_NOT_STOP, grace=0.05))
        assert said(supervisor, child, "up")

    assert "fake     did not stop in time: killed" in screen.lines
    assert [pid for pid in pids(screen) if is_alive(pid)] == []


def test_a_second_signal_ends_the_grace_at_once(supervisor, script, screen):
    with supervisor.running():
        child = supervisor.add(script(WILL_NOT_STOP, grace=3600.0))
        assert said(supervisor, child, "up")
        os.kill(os.getpid(), signal.SIGINT)
        supervisor.serve()
        os.kill(os.getpid(), signal.SIGINT)

    assert "fake     did not stop in time: killed" in screen.lines


def test_what_a_child_started_ends_with_it(supervisor, script, tmp_path):
    """The grandchild keeps a pipe open: its end of file shows that it is gone."""
    reads, writes = os.pipe()
    parent = f"""
import os, signal
if os.fork() == 0:
    signal.pause()
os.close({writes})
print("up", flush=True)
signal.pause()
"""
    with supervisor.running():
        child = supervisor.add(script(parent, hands_on=(writes,)))
        os.close(writes)
        assert said(supervisor, child, "up")

    assert all_gone(reads)


def test_what_others_need_while_they_stop_stops_last(supervisor, script, screen, tmp_path):
    order = tmp_path / "order"
    stops = """
import signal
def stop(*_):
    with open({order!r}, "a") as out: out.write({name!r})
    raise SystemExit
signal.signal(signal.SIGTERM, stop)
print("up", flush=True)
signal.pause()
"""
    with supervisor.running():
        for name, last in (("broker ", True), ("worker ", False)):
            lines = stops.format(order=str(order), name=name)
            child = supervisor.add(script(lines, name.strip(), stops_last=last))
            assert said(supervisor, child, "up")

    assert order.read_text() == "worker broker "


def test_an_errand_is_run_until_it_succeeds_and_then_never_again(supervisor, script, tmp_path):
    tries = tmp_path / "tries"
    errand = f"""
from pathlib import Path
tries = Path({str(tries)!r})
done = tries.read_text() if tries.exists() else ""
tries.write_text(done + ".")
raise SystemExit(0 if len(done) == 2 else 1)
"""
    with supervisor.running():
        child = supervisor.add(script(errand, once=True))
        assert supervisor.run_until(lambda: child.life is Life.DONE, within=SOON)
        supervisor.run_until(lambda: False, within=0.1)

    assert tries.read_text() == "..."


def test_a_child_waits_for_what_it_needs_and_says_for_what_once(supervisor, script, screen):
    answers = iter(["torch is not installed", "torch is not installed", ""])
    with supervisor.running():
        child = supervisor.add(script(SPEAKS_AND_WAITS, waits_for=lambda: next(answers)))
        assert child.life is Life.WAITING
        assert said(supervisor, child, "up")

    assert screen.lines[0] == "fake     waits: torch is not installed"
    assert screen.lines[1].startswith("fake     started")


def test_errors_and_words_to_the_user_are_shown_and_everything_is_logged(
    supervisor, script, screen
):
    with supervisor.running():
        child = supervisor.add(
            script(
                "import signal\n"
                "print('2026-03-02 08:00:00,123 INFO celery: ready')\n"
                "print('2026-03-02 08:00:01,123 ERROR django.request: broken')\n"
                "print('[2026-03-02 08:00:02 +0000] [7] [CRITICAL] WORKER TIMEOUT')\n"
                "print('== fetching torch')\n"
                "print('GET /?q= ERROR ', flush=True)\n"
                "signal.pause()"
            )
        )
        assert said(supervisor, child, "GET")

    assert screen.lines[1:4] == [
        "fake     2026-03-02 08:00:01,123 ERROR django.request: broken",
        "fake     [2026-03-02 08:00:02 +0000] [7] [CRITICAL] WORKER TIMEOUT",
        "fake     == fetching torch",
    ]
    assert len(child.journal.path.read_text().splitlines()) == 5
    assert "GET" not in screen.getvalue()


def test_it_gives_up_waiting_when_time_is_up(supervisor):
    with supervisor.running():
        began = time.monotonic()

        assert supervisor.run_until(lambda: False, within=0.05) is False
        assert time.monotonic() - began < SOON


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties children to their parent")
def test_children_die_with_a_supervisor_that_is_killed(tmp_path):
    """Each child keeps the pipe open: its end of file shows that all of them are gone."""
    reads, writes = os.pipe()
    program = f"""
import sys
from pathlib import Path
from commons.supervising.child import Program
from commons.supervising.journal import Terminal
from commons.supervising.supervisor import Supervisor

supervisor = Supervisor(logs=Path({str(tmp_path)!r}), terminal=Terminal(sys.stdout))
with supervisor.running():
    argv = [sys.executable, "-ISc", {SPEAKS_AND_WAITS!r}]
    child = supervisor.add(Program("a", argv, hands_on=({writes},)))
    supervisor.run_until(lambda: "up" in child.journal.path.read_text())
    print("it is up", flush=True)
    supervisor.serve()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=BASE_DIR, stdout=subprocess.PIPE, pass_fds=(writes,)
    )
    os.close(writes)
    assert process.stdout is not None
    assert b"it is up\n" in process.stdout

    process.kill()
    process.communicate()

    assert all_gone(reads)
