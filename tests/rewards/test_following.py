"""The script of docs/candidates.md that starts a server anew: run with signed promotions."""

import base64
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from socket import create_server
from uuid import uuid4

import pytest

from commons.notices.signing import PREFIX, signed_headers

SECRET = PREFIX + base64.b64encode(bytes(range(32))).decode()
TRACK, POLICY = str(uuid4()), str(uuid4())
FOLDER = f"runs/{uuid4()}/model"
PROMOTED = {
    "type": "cycle.promoted",
    "data": {"track": TRACK, "policy": POLICY, "folder": FOLDER},
}


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The script listens there; a restart writes down what it was told to start with."""
    page = Path("docs/candidates.md").read_text()
    (block,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    script, env = tmp_path / "follow.py", tmp_path / "vllm.env"
    script.write_text(block)
    with create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    told = {
        **{name: os.environ[name] for name in ("PATH",)},
        "SECRET": SECRET,
        "TRACK": TRACK,
        "ARTIFACTS": "/shared/laurel",
        "BASE": "org/base",
        "ENV_FILE": str(env),
        "RESTART": f"cp {env} {tmp_path}/started",
        "PORT": str(port),
    }
    running = subprocess.Popen([sys.executable, script], env=told, stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        running.kill()
        running.wait()


def sent(port: int, event: object, *, secret: str = SECRET, age: float = 0) -> int:
    body = json.dumps(event).encode()
    headers = signed_headers(secret, message="msg_1", timestamp=int(time.time() - age), body=body)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with suppress(ConnectionRefusedError, RemoteDisconnected):
            line = HTTPConnection("127.0.0.1", port, timeout=30)
            line.request("POST", "/", body, headers)
            return line.getresponse().status
        time.sleep(0.05)
    raise AssertionError("it does not listen")


def test_the_script_starts_the_server_with_the_policy_that_was_promoted(
    port: int, tmp_path: Path
) -> None:
    """And with the base model where one goes back to that; other events change nothing."""
    started = tmp_path / "started"
    back = {**PROMOTED["data"], "folder": ""}  # type: ignore[dict-item]  # it is a mapping

    assert sent(port, PROMOTED) == 204
    assert started.read_text() == f"MODEL=/shared/laurel/{FOLDER}\nNAME={POLICY}\n"
    started.unlink()
    assert sent(port, {**PROMOTED, "type": "cycle.held"}) == 204
    elsewhere = {**PROMOTED["data"], "track": str(uuid4())}  # type: ignore[dict-item]
    assert sent(port, {**PROMOTED, "data": elsewhere}) == 204
    assert not started.exists()
    assert sent(port, {**PROMOTED, "data": back}) == 204
    assert started.read_text() == f"MODEL=org/base\nNAME={POLICY}\n"


def test_the_script_does_nothing_for_what_is_not_ours(port: int, tmp_path: Path) -> None:
    """Signed by others, old, or no path of a policy."""
    others = PREFIX + base64.b64encode(bytes(32)).decode()
    odd = {**PROMOTED["data"], "folder": "runs/x; reboot"}  # type: ignore[dict-item]

    assert sent(port, PROMOTED, secret=others) == 401
    assert sent(port, PROMOTED, age=3600) == 401
    assert sent(port, {**PROMOTED, "data": odd}) == 500
    assert not (tmp_path / "started").exists()
    assert not (tmp_path / "vllm.env").exists()


def test_the_script_answers_what_it_cannot_read_and_goes_on(port: int) -> None:
    """No length, one that would fill the memory, and a signed message of another shape."""
    assert sent(port, [PROMOTED]) == 500
    for length, status in (("many", 500), ("-1", 413), (str(10**12), 413)):
        line = HTTPConnection("127.0.0.1", port, timeout=5)
        line.putrequest("POST", "/")
        line.putheader("Content-Length", length)
        line.endheaders()
        assert line.getresponse().status == status
    assert sent(port, PROMOTED) == 204
