"""Runs of one block share what they load, and are otherwise as if each were started by itself."""

import os
import signal
import time
from pathlib import Path

import pytest

from rewards import nursery
from rewards.engine import nursery as engine_nursery
from rewards.nursery import FORKED, SHARED, Nursery, shared_starts
from rewards.runner import EngineCrashed, EngineRefused, EngineStopped, Progress, run_engine
from tests.rewards.tiny import make_tiny_base


def generating(folder: Path, base: Path, answers: int = 2, **more: object) -> dict[str, object]:
    prompts = folder / "prompts.jsonl"
    prompts.write_text('{"id": "1", "messages": [{"role": "user", "content": "Why?"}]}\n')
    config = {"prompts": str(prompts), "out": str(folder / "out.jsonl"), "model": str(base)}
    return {**config, "answers": answers, "max_new_tokens": 4, **more}


def listen(said: Progress) -> bool:
    return True


def the_nursery() -> Nursery:
    shared = SHARED.get()
    assert shared is not None
    assert shared.nursery is not None
    return shared.nursery


def test_both_sides_know_the_same_scripts() -> None:
    assert frozenset(engine_nursery.SCRIPTS) == FORKED


def test_runs_of_a_block_have_one_start_and_ends_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that ends well, one that is refused and one that is stopped, of one process; then that
    process dies, and the next run is started by itself."""
    base = make_tiny_base(tmp_path / "base")
    monkeypatch.setenv("GENERATOR_KEY_GPU", "ours")
    with shared_starts():
        written = run_engine("generate", tmp_path / "a", generating(tmp_path, base), listen)
        one = the_nursery()
        assert one.may_fork
        environ = Path(f"/proc/{one.process.pid}/environ").read_bytes()

        (tmp_path / "out.jsonl").unlink()
        with pytest.raises(EngineRefused, match="'answers'.* must be at least 1"):
            run_engine("generate", tmp_path / "b", generating(tmp_path, base, answers=0), listen)

        with pytest.raises(EngineStopped):
            run_engine("generate", tmp_path / "c", generating(tmp_path, base), lambda said: False)

        assert the_nursery() is one
        os.kill(one.process.pid, signal.SIGKILL)
        again = run_engine("generate", tmp_path / "d", generating(tmp_path, base), listen)

    assert written["answers"] == again["answers"] == 2
    assert b"GENERATOR_KEY" not in environ
    assert one.process.returncode is not None  # it has gone with the block
    assert SHARED.get() is None


def test_a_child_leads_its_own_group_on_its_own_leash_and_has_what_it_is_given(
    tmp_path: Path,
) -> None:
    """Killed, it is said to be; whoever holds its leash may die without a word."""
    base = make_tiny_base(tmp_path / "base")
    config = generating(tmp_path, base, answers=16, max_new_tokens=1900, rows=1)
    seen: list[int] = []

    def kill(said: Progress) -> bool:
        (child,) = children_of(the_nursery().process.pid)
        seen.append(os.getpgid(child) - child)
        assert Path(f"/proc/{child}/comm").read_text() == "generate\n"
        assert b"GENERATOR_KEY" not in Path(f"/proc/{child}/environ").read_bytes()
        os.kill(child, signal.SIGKILL)
        return True

    def begun(said: Progress) -> bool:
        return kill(said) if said.says == "loading the model" else True

    with shared_starts():
        with pytest.raises(EngineCrashed, match="the engine was killed"):
            run_engine("generate", tmp_path / "run", config, begun)
        log = (tmp_path / "run" / "log").open("wb")
        forked = the_nursery().fork("generate", tmp_path / "run", {}, log.fileno())
        log.close()
        forked.stdin.close()
        code = forked.wait(30)
        forked.stdout.close()

    assert (seen, code) == ([0], 75)


def test_a_run_whose_nursery_dies_in_its_middle_is_started_by_itself(tmp_path: Path) -> None:
    """However it ended, nobody can say; it might have ended well."""
    base = make_tiny_base(tmp_path / "base")
    gone: list[int] = []

    def kill(said: Progress) -> bool:
        if said.says == "loading the model" and not gone:
            gone.append(the_nursery().process.pid)
            os.kill(gone[0], signal.SIGKILL)
        return True

    with shared_starts():
        result = run_engine("generate", tmp_path / "run", generating(tmp_path, base), kill)

    assert gone
    assert result["answers"] == 2


def children_of(pid: int) -> list[int]:
    """Asked again for a second: a process that was just begun may have none yet."""
    for _ in range(50):
        said = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if said:
            return [int(each) for each in said]
        time.sleep(0.02)
    return []


def test_loading_is_waited_for_with_a_beating_heart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says nothing at first, then that nothing may be forked here: the run begins by itself."""
    base = make_tiny_base(tmp_path / "base")
    ready = iter([None, None, False])
    monkeypatch.setattr(nursery.Nursery, "is_ready", lambda self, timeout: next(ready))
    heard: list[Progress] = []

    def hear(said: Progress) -> bool:
        heard.append(said)
        return True

    with shared_starts():
        result = run_engine("generate", tmp_path / "run", generating(tmp_path, base), hear)

    assert heard[:2] == [Progress(), Progress()]
    assert result["answers"] == 2
