"""A dead engine is said so that somebody can mend it."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from rewards.deaths import SMALLER, is_without_words, words_for
from rewards.runner import EngineCrashed, EngineKilled, EngineRefused, run_engine
from tests.rewards.test_runner import Listener, engine

__all__ = ["engine"]  # a fixture


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            "import os; os.kill(os.getpid(), 9)",
            r"was killed \(SIGKILL\), most often",
        ),
        ("raise MemoryError", "ran out of memory. Stop what else runs on this machine"),
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


@pytest.mark.parametrize("module", SMALLER)
def test_only_what_the_engine_of_a_step_can_be_told_is_advised(module: str) -> None:
    script = pytest.importorskip(f"rewards.engine.{module}")
    known = {field.name for field in fields(script.Config)}

    said = words_for(1, "MemoryError", module)

    assert set(SMALLER[module]) <= known
    assert all(name in said for name in SMALLER[module])
    assert ("lora" in said) == ("method" in known)


def test_the_curt_advice_for_a_script_that_can_be_told_nothing() -> None:
    said = words_for(1, "MemoryError", "evaluate_reward")

    assert said == (
        "the engine ran out of memory. Stop what else runs on this machine, or take a larger one; "
        "then retry: it goes on from its last checkpoint."
    )


def test_what_writes_answers_keeps_them_with_other_settings_too() -> None:
    said = words_for(1, "MemoryError", "generate")

    assert said.endswith("then retry: what was answered is kept.")
    assert "begins anew" not in said


def test_a_head_is_not_told_to_make_its_list_of_layers_smaller() -> None:
    said = words_for(1, "MemoryError", "train_head")

    assert "(a smaller max_length)" in said


def test_what_is_not_known_is_left_to_the_log() -> None:
    assert words_for(1, "KeyError: 'x'") == ""


def test_a_refusal_keeps_its_own_words(engine: Callable[[str], Path]) -> None:
    folder = engine("print('refused: out of memory is not it', file=sys.stderr); sys.exit(2)")

    with pytest.raises(EngineRefused, match="^out of memory is not it$"):
        run_engine("train", folder, {}, Listener())


@pytest.mark.parametrize(
    ("code", "log", "is_silent"),
    [
        (-9, "Connection refused; it is tried again", True),  # a log of something else
        (-15, "", True),
        (-11, "step 3 of 4", True),
        (-6, "terminate called after throwing an instance: out of memory", False),
        (-7, "[Errno 28] No space left on device", False),
        (1, "", False),
        (75, "", False),
    ],
)
def test_who_died_of_a_signal_and_said_nothing_of_why(code: int, log: str, is_silent: bool) -> None:
    assert is_without_words(code, log) == is_silent


def test_what_an_earlier_engine_said_of_its_death_is_not_this_one_s(
    engine: Callable[[str], Path],
) -> None:
    folder = engine(
        """
        if not os.path.exists(folder + "/seen"):
            open(folder + "/seen", "w").close()
            print("out of memory", file=sys.stderr, flush=True)
        os.abort()
        """
    )

    with pytest.raises(EngineCrashed) as first:
        run_engine("train", folder, {}, Listener())
    with pytest.raises(EngineKilled):
        run_engine("train", folder, {}, Listener())

    assert type(first.value) is EngineCrashed
