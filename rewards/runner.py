"""Start an engine module as a child process, listen to it, and never leave it behind.

    config.json in, one JSON object a line of progress out, result.json last

The child holds a leash: its standard input is a pipe from here, and when this process dies,
however it dies, the child ends too. It leads a process group of its own, so that a Ctrl-C meant
for us cannot hit it in the middle of a write. Its standard error is the folder's ``engine.log``.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from rewards.deaths import words_for

BEAT = 2.0  # seconds of the child's silence after which the listener is called all the same
PATIENCE = 10.0  # seconds that a child has to end by itself once it is told to
ROOT = Path(__file__).resolve().parents[1]  # where ``rewards.engine`` can be imported from
REFUSED = 2
REFUSAL = "refused: "  # begins the line of the log that says what to do
TAIL = 2000  # characters of the log that a crash report quotes


class EngineError(Exception):
    """The child did not end well; the message may be shown as it is."""


class EngineRefused(EngineError):
    """The run cannot be done as it was asked for; the message says what to change."""


class EngineCrashed(EngineError):
    """The child died; the message ends with the tail of its log."""


class EngineStopped(EngineError):
    """The listener said stop: the claim was lost or the run cancelled."""


@dataclass(frozen=True)
class Progress:
    """What the child said last: ``step`` of ``of``, in words, and what it measured there."""

    step: int = 0
    of: int = 0
    says: str = "starting"
    metrics: Mapping[str, float] = field(default_factory=dict)


Listener = Callable[[Progress], bool]


def run_engine(
    module: str,
    folder: Path,
    config: Mapping[str, object],
    on_progress: Listener,
    environment: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Run ``rewards.engine.<module>`` on ``folder`` to its end and return its result.

    ``on_progress`` hears each line of progress, and the last one again while the child is silent;
    when it returns False the child is stopped. Started anew on the same folder the child goes on
    from its checkpoint, or finds its result and does nothing. ``environment`` is for what must not
    be written down: the child has it beside ours.
    """
    folder = folder.resolve()
    _write_config(folder, config)
    command = [sys.executable, "-m", f"rewards.engine.{module}", str(folder), "--leashed"]
    with (folder / "engine.log").open("ab") as log:
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            bufsize=0,
            start_new_session=True,
        )
        listened = False
        try:
            listened = _listen(child, on_progress)
        finally:
            _end(child, by_itself=listened)
    if not listened:
        raise EngineStopped("stopped: the run was cancelled or another worker has taken it over")
    _raise_for(child.returncode, folder)
    return dict(json.loads((folder / "result.json").read_text(encoding="utf-8")))


def _listen(child: "subprocess.Popen[bytes]", on_progress: Listener) -> bool:
    """Pass the child's lines on until its end of file; False when the listener had enough."""
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    assert child.stdout is not None  # it was asked for as a pipe
    threading.Thread(target=_read, args=(child.stdout, lines), daemon=True).start()
    last = Progress()
    while True:
        try:
            line = lines.get(timeout=BEAT)
        except queue.Empty:
            line = b""
        if line is None:
            return True
        said = _parsed(line)
        last = said or Progress(last.step, last.of, last.says)  # a point is measured once
        if not on_progress(last):
            return False


def _read(stream: IO[bytes], lines: "queue.SimpleQueue[bytes | None]") -> None:
    with stream:
        for line in iter(stream.readline, b""):
            lines.put(line)
    lines.put(None)


def _parsed(line: bytes) -> Progress | None:
    """A line of progress; a library's stray print is none."""
    try:
        said = json.loads(line)
        return Progress(said["step"], said["of"], said["says"], said["metrics"])
    except (ValueError, TypeError, KeyError):
        return None


def _end(child: "subprocess.Popen[bytes]", *, by_itself: bool) -> None:
    """Wait for a child that has said all; drop the leash of any other. Who stays is killed."""
    assert child.stdin is not None
    if not by_itself:
        child.stdin.close()
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)  # and what it may have started
        child.wait()
    finally:
        child.stdin.close()


def _write_config(folder: Path, config: Mapping[str, object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / "config.json.part"
    aside.write_text(json.dumps(config, indent=1), encoding="utf-8")
    aside.replace(folder / "config.json")


def _raise_for(code: int, folder: Path) -> None:
    if code == 0 and (folder / "result.json").exists():
        return
    said = (folder / "engine.log").read_text(encoding="utf-8", errors="replace").strip()
    refusals = [line for line in said.splitlines() if line.startswith(REFUSAL)]
    if code == REFUSED and refusals:
        raise EngineRefused(refusals[-1].removeprefix(REFUSAL))
    tail = said[-TAIL:]
    known = words_for(code, tail)
    begins = f"{known}\nThe engine ended with code" if known else "the engine ended with code"
    raise EngineCrashed(f"{begins} {code}:\n{tail}")
