"""A dead engine is said so that somebody can mend it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rewards.deaths import words_for
from rewards.runner import EngineCrashed, EngineRefused, run_engine
from tests.rewards.test_runner import Listener, engine

__all__ = ["engine"]  # a fixture


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            "import os; os.kill(os.getpid(), 9)",
            r"was killed \(SIGKILL\), most often",
        ),
        ("raise MemoryError", "ran out of memory. Ask for less at once"),
        (
            "raise RuntimeError('CUDA out of memory. Tried to allocate 2.00 GiB')",
            "ran out of memory",
        ),
        (
            "out = open('/dev/full', 'wb', buffering=0); out.write(b'x')",
            "the disk is full; free some space",
        ),
        (
            "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); p = s.getsockname()\n"
            "s.close(); socket.create_connection(p)",
            "a server that the engine needs cannot be reached",
        ),
    ],
)
def test_how_a_real_child_died_is_said_with_what_to_do(
    engine: Callable[[str], Path], body: str, says: str
) -> None:
    folder = engine("")
    script = folder.parent / "engine.py"
    script.write_text(script.read_text() + "\n" + body)

    with pytest.raises(EngineCrashed, match=says):
        run_engine("train", folder, {}, Listener())


def test_the_log_follows_the_words(engine: Callable[[str], Path]) -> None:
    folder = engine("raise MemoryError")

    with pytest.raises(EngineCrashed, match=r"code 1:\nTraceback[\s\S]*MemoryError"):
        run_engine("train", folder, {}, Listener())


def test_what_is_not_known_is_left_to_the_log() -> None:
    assert words_for(1, "KeyError: 'x'") == ""


def test_a_refusal_keeps_its_own_words(engine: Callable[[str], Path]) -> None:
    folder = engine("print('refused: out of memory is not it', file=sys.stderr); sys.exit(2)")

    with pytest.raises(EngineRefused, match="^out of memory is not it$"):
        run_engine("train", folder, {}, Listener())
