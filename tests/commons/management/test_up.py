"""The one command, as a user runs it: real processes over a state folder of its own."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from commons.supervising.state import State
from config.settings.env import BASE_DIR

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class Up:
    """``manage.py up`` over one state folder, on any free port and without training."""

    def __init__(self, var: Path) -> None:
        self.var = var
        known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", "0", "--no-train", "--skip-demo"],
            cwd=BASE_DIR,
            env={**known, "ENV_FILE": "", "LAUREL_VAR": str(var), "WEB_WORKERS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def reads(self, wanted: str) -> str:
        """The next line that holds this."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            if wanted in line:
                return line
        pytest.fail(f"never said {wanted!r}:\n{''.join(self.said)}")

    def stop(self, by: signal.Signals) -> str:
        """What it says until it has ended."""
        self.process.send_signal(by)
        return self.process.communicate()[0]

    def children(self) -> set[int]:
        """Everything alive that was started over this folder, by its environment."""
        processes = {int(folder.name) for folder in Path("/proc").glob("[0-9]*")}
        return {pid for pid in processes if self._is_ours(pid)}

    def _is_ours(self, pid: int) -> bool:
        try:
            told = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:  # it has just ended, or is somebody else's
            return False
        return f"LAUREL_VAR={self.var}".encode() in told.split(b"\0")


@pytest.fixture
def up(tmp_path) -> Iterator[Up]:
    running = Up(tmp_path / "var")
    yield running
    if running.process.poll() is None:
        running.stop(signal.SIGKILL)


def test_one_command_serves_pages_and_stops_everything_it_started(up):
    address = re.search(r"http://([^/ ]+)", up.reads("ready: "))
    assert address
    page = http.client.HTTPConnection(address[1])
    page.request("GET", "/healthz")
    assert json.loads(page.getresponse().read()) == {"status": "ok", "database": "ok"}
    page.close()
    up.reads("beat     started")
    there = State(up.var).read()
    assert there
    assert (there.pid, there.address) == (up.process.pid, address[0])

    last_words = up.stop(signal.SIGINT)

    assert last_words.splitlines()[-1].endswith("laurel   everything is stopped")
    assert up.process.returncode == 0
    assert up.children() == set()
    assert State(up.var).read() is None


def test_killed_it_starts_again_and_leaves_nothing(up):
    up.reads("beat     started")
    assert len(up.children()) >= 5  # itself, broker, web, worker, beat
    up.stop(signal.SIGKILL)

    again = Up(up.var)
    try:
        again.reads("ready: ")
    finally:
        last_words = again.stop(signal.SIGTERM)

    assert last_words.splitlines()[-1].endswith("laurel   everything is stopped")
    assert again.process.returncode == 0
    assert up.children() == set()
