"""Processes that a measurement starts: each leads a group, and none outlives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from commons.supervising.parent_death import tie_to

PATIENCE = 120.0  # seconds until something answers
GRACE = 10.0  # seconds between SIGTERM and SIGKILL
PROBE = 0.05


class NotMeasured(RuntimeError):
    """Why there are no figures, in words."""


def say(what: str) -> None:
    """Progress, for whoever watches."""
    print(f"[bench {time.strftime('%H:%M:%S')}] {what}", file=sys.stderr, flush=True)


def start(
    argv: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: str | os.PathLike[str] | None = None,
    hands_on: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Call from the main thread: the process dies with it."""
    with log.open("ab") as out:
        return subprocess.Popen(
            argv,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            pass_fds=tuple(hands_on),
            start_new_session=True,  # Ctrl-C reaches us alone, and we end the group
            preexec_fn=partial(tie_to, os.getpid()),  # noqa: PLW1509  # two system calls
        )


def wait_until(
    holds: Callable[[], bool], *, process: subprocess.Popen[bytes], log: Path, name: str
) -> None:
    """Return when it holds; a process that ends before that is refused with its last words."""
    until = time.monotonic() + PATIENCE
    while not holds():
        if process.poll() is not None or time.monotonic() > until:
            raise NotMeasured(f"{name} does not answer; it said last:\n{last_words(log)}")
        time.sleep(PROBE)


def end(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever is left of the group that it leads."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def last_words(log: Path, *, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
