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
from typing import IO, TypeAlias

from commons.sentences import Sentence, restored
from commons.sentences import sentence as _
from rewards.deaths import is_without_words, words_for
from rewards.nursery import ROOT, Forked, NurseryGone, nursery_for

BEAT = 2.0  # seconds of the child's silence after which the listener is called all the same
PATIENCE = 10.0  # seconds that a child has to end by itself once it is told to
REFUSED = 2
LAUNCHER = "rewards.engine.launching"
STOPPED = _("stopped: the run was cancelled or another worker has taken it over")
REFUSAL = "refused: "  # begins the line of the log that says what to do
KEYS = "GENERATOR_KEY_"  # begins the variable of a server's key
TAIL = 2000  # characters of the log that a crash report quotes


class EngineError(Exception):
    """The child did not end well; the message may be shown as it is."""


class EngineRefused(EngineError):
    """The run cannot be done as it was asked for; the message says what to change."""


class EngineCrashed(EngineError):
    """The child died; the message ends with the tail of its log."""


class EngineKilled(EngineCrashed):
    """A signal has ended the child, and it said nothing of why: begun again it may well end."""


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
Child: TypeAlias = "subprocess.Popen[bytes] | Forked"


def run_engine(
    module: str,
    folder: Path,
    config: Mapping[str, object],
    on_progress: Listener,
    environment: Mapping[str, str] | None = None,
    accelerate: Path | None = None,
) -> dict[str, object]:
    """Run ``rewards.engine.<module>`` on ``folder`` to its end and return its result.

    ``on_progress`` hears each line of progress, and the last one again while the child is silent;
    when it returns False the child is stopped. Started anew on the same folder the child goes on
    from its checkpoint, or finds its result and does nothing. ``environment`` is for what must not
    be written down: the child has it beside ours. ``accelerate`` is the config by which the run is
    spread over several processes; the child is then the one that starts them.
    """
    folder = folder.resolve()
    _write_config(folder, config)
    with (folder / "engine.log").open("ab") as log:
        begun_at, code = log.tell(), None
        if accelerate is None:
            code = _code_of_forked(module, folder, on_progress, environment or {}, log)
        if code is None:
            words = _words(module, folder, accelerate)
            code = _followed(_started(words, environment or {}, log), on_progress)
    _raise_for(code, folder, module, begun_at)
    return dict(json.loads((folder / "result.json").read_text(encoding="utf-8")))


def _code_of_forked(
    module: str,
    folder: Path,
    on_progress: Listener,
    environment: Mapping[str, str],
    log: IO[bytes],
) -> int | None:
    """How a forked child ended; None where there was none, or nobody is left who could say: what
    is started then goes on from its checkpoint, or finds its result."""
    child = _forked(module, folder, on_progress, environment, log)
    if child is None:
        return None
    code = _followed(child, on_progress)
    return None if child.is_lost else code


def _followed(child: Child, on_progress: Listener) -> int:
    """Listen to a child to its end, and say its exit code."""
    listened = False
    try:
        listened = _listen(child, on_progress)
    finally:
        _end(child, by_itself=listened)
    if not listened:
        raise EngineStopped(STOPPED)
    assert child.returncode is not None  # it has been waited for
    return child.returncode


def _words(module: str, folder: Path, accelerate: Path | None) -> list[str]:
    """What a run is started by: its script, or what starts that one in several processes."""
    script = f"rewards.engine.{module}"
    if accelerate is None:
        return [script, str(folder), "--leashed"]
    return [LAUNCHER, str(accelerate), script, str(folder)]


def _started(
    words: list[str], environment: Mapping[str, str], log: IO[bytes]
) -> "subprocess.Popen[bytes]":
    """The child, in a process that loads what it needs."""
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env={**_inherited(), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        bufsize=0,
        start_new_session=True,
    )


def _forked(
    module: str,
    folder: Path,
    on_progress: Listener,
    environment: Mapping[str, str],
    log: IO[bytes],
) -> Forked | None:
    """The child, out of a process that has loaded all; None where there is no such process."""
    nursery = nursery_for(module, _inherited())
    if nursery is None:
        return None
    while (may_fork := nursery.is_ready(BEAT)) is None:
        if not on_progress(Progress()):
            raise EngineStopped(STOPPED)
    try:
        return nursery.fork(module, folder, environment, log.fileno()) if may_fork else None
    except NurseryGone:
        return None


def _inherited() -> dict[str, str]:
    """Our environment without the keys of servers: a child that asks them is given those apart."""
    return {name: said for name, said in os.environ.items() if not name.startswith(KEYS)}


def _listen(child: Child, on_progress: Listener) -> bool:
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
        said = parsed(line)
        last = said or Progress(last.step, last.of, last.says)  # a point is measured once
        if not on_progress(last):
            return False


def _read(stream: IO[bytes], lines: "queue.SimpleQueue[bytes | None]") -> None:
    with stream:
        for line in iter(stream.readline, b""):
            lines.put(line)
    lines.put(None)


def parsed(line: bytes) -> Progress | None:
    """A line of progress; a library's stray print is none."""
    try:
        said = json.loads(line)
        made = restored(said.get("said"))
        says = made if isinstance(made, Sentence) else said["says"]
        return Progress(said["step"], said["of"], says, said["metrics"])
    except (ValueError, TypeError, KeyError):
        return None


def _end(child: Child, *, by_itself: bool) -> None:
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


def _refusal(folder: Path, line: str) -> str:
    """The line of the log as the sentence that it was, where the child has left that."""
    try:
        said = restored(json.loads((folder / "refusal.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return line
    return said if isinstance(said, Sentence) and said.startswith(line) else line


def _raise_for(code: int, folder: Path, module: str, begun_at: int) -> None:
    """Say in words how a child ended that did not end well; its log begins at this byte."""
    if code == 0 and (folder / "result.json").exists():
        return
    log = (folder / "engine.log").read_bytes()
    said = log.decode(errors="replace").strip()
    refusals = [line for line in said.splitlines() if line.startswith(REFUSAL)]
    if code == REFUSED and refusals:
        raise EngineRefused(_refusal(folder, refusals[-1].removeprefix(REFUSAL)))
    tail = said[-TAIL:]
    without_words = is_without_words(code, log[begun_at:].decode(errors="replace"))
    crashed = EngineKilled if without_words else EngineCrashed
    known = words_for(code, tail, module)
    if not known:
        raise crashed(_("the engine ended with code %(code)s:\n%(log)s", code=code, log=tail))
    raise crashed(
        _("%(why)s\nThe engine ended with code %(code)s:\n%(log)s", why=known, code=code, log=tail)
    )
