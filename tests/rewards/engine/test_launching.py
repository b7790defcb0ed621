"""A training in several processes is one child to the runner: one leash, one end, one result."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from torch.distributed.elastic.multiprocessing.errors import ProcessFailure

from annotate.export.batches import Row
from commons.sentences import Sentence, said_by
from rewards import runner
from rewards.engine import train_reward
from rewards.engine.errors import BadConfig
from rewards.engine.launching import ANY, code_of, read
from rewards.runner import (
    LAUNCHER,
    EngineCrashed,
    EngineKilled,
    EngineRefused,
    EngineStopped,
    Progress,
    run_engine,
)
from tests.rewards.engine import spread
from tests.rewards.engine.conftest import Run, freeze_ranked, ranked_row

TWO = "distributed_type: MULTI_GPU\nnum_machines: 1\nnum_processes: 2\nmixed_precision: 'no'\n"


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config for two processes, which find no GPU and meet on the CPU."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    config = tmp_path / "two.yaml"
    config.write_text(TWO)
    return config


Spread = Callable[..., dict[str, object]]


@pytest.fixture
def spread_over(two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Spread:
    """Let two processes do these things, or wait."""
    monkeypatch.setattr(runner, "_words", spread.words)

    def carry_out(
        *each: str, listen: Callable[[Progress], bool] = lambda said: True
    ) -> dict[str, object]:
        asked = {"each": each}
        return run_engine("train_reward", tmp_path / "run", asked, listen, accelerate=two)

    return carry_out


def test_a_run_that_is_spread_is_started_by_the_launcher(tmp_path: Path) -> None:
    script = "rewards.engine.train_sft"

    assert runner._words("train_sft", Path("/run"), None) == [script, "/run", "--leashed"]
    assert runner._words("train_sft", Path("/run"), Path("/two.yaml")) == [
        LAUNCHER,
        "/two.yaml",
        script,
        "/run",
    ]


def test_one_of_them_is_killed_and_both_begin_again_where_they_were(
    two: Path,
    run: Run,
    base: Path,
    letters: list[Row],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second dies of -9 behind the third step of six. Begun again they go on from there, and
    end near the numbers of one process that was left alone: two rankings of a step for each."""
    texts = ["eeee eeee", "aeae aeae", "aaaa aaaa"]
    held_out = [ranked_row(number, texts, [[0], [1], [2]]) for number in range(100, 110)]
    asked: dict[str, object] = {
        "snapshot": str(freeze_ranked(tmp_path / "frozen", train=letters, validation=held_out)),
        "base": str(base),
        "learning_rate": 3e-3,
        "groups": 4,
        "max_steps": 6,
        "path": "padded",
    }
    alone = run(train_reward.main, {**asked, "out": tmp_path / "alone"}, name="alone")
    folder, told = tmp_path / "spread", {**asked, "out": str(tmp_path / "together")}
    dying = [LAUNCHER, str(two), "tests.rewards.engine.dying_together", str(folder)]
    monkeypatch.setattr(runner, "_words", lambda *_: dying)
    first: list[Progress] = []
    second: list[Progress] = []

    with pytest.raises(EngineKilled, match="killed"):
        run_engine("train_reward", folder, told, heard_by(first), accelerate=two)
    result = run_engine("train_reward", folder, told, heard_by(second), accelerate=two)

    assert (folder / "died").exists()
    assert steps_of(first) == [1, 2, 3]
    assert steps_of(second) == [4, 5, 6]
    losses = {said.step: said.metrics["loss"] for said in first + second if "loss" in said.metrics}
    theirs = json.loads((tmp_path / "runs" / "alone" / "result.json").read_text())
    assert result["loss"] == pytest.approx(theirs["loss"], abs=2e-3)
    assert result["validation_loss"] == pytest.approx(alone["validation_loss"], abs=2e-3)
    assert sorted(losses) == [1, 2, 3, 4, 5, 6]
    assert (tmp_path / "together" / "manifest.json").exists()


def test_a_refusal_of_one_comes_back_in_its_own_words(spread_over: Spread) -> None:
    with pytest.raises(EngineRefused, match=r"^the base is missing; bring it\.$") as raised:
        spread_over("wait", "refuse")

    said = said_by(raised.value)
    assert isinstance(said, Sentence)
    assert said.given == {"what": "the base"}


def test_a_crash_of_one_is_told_with_its_log(spread_over: Spread) -> None:
    with pytest.raises(EngineCrashed, match="ran out of memory(?s:.*)MemoryError: no room") as why:
        spread_over("crash", "wait")

    assert type(why.value) is EngineCrashed


def test_who_is_called_off_leaves_nobody_behind(spread_over: Spread, tmp_path: Path) -> None:
    """Not even one that hears neither its leash nor SIGTERM."""

    def until_both_are_there(said: Progress) -> bool:
        return len(spread.pids(tmp_path / "run")) < 2

    with pytest.raises(EngineStopped):
        spread_over("wait", "deaf", listen=until_both_are_there)

    assert [each for each in spread.pids(tmp_path / "run") if lives(each)] == []


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_who_started_them_is_killed_and_none_of_them_goes_on(
    spread_over: Spread, tmp_path: Path, by: signal.Signals
) -> None:
    """As where one process is killed: it is begun again by whoever asked for it. They would wait
    for much longer than we do."""
    gives_up = time.monotonic() + 60

    def kill_once_both_are_there(said: Progress) -> bool:
        begun = spread.pids(tmp_path / "run")
        if len(begun) == 2 and lives(begun[0]):
            with suppress(psutil.NoSuchProcess):
                psutil.Process(begun[0]).parent().send_signal(by)
        return time.monotonic() < gives_up

    with pytest.raises(EngineKilled, match=f"code -{by.value}"):
        spread_over("wait", "wait", listen=kill_once_both_are_there)

    assert waited_for(lambda: not any(map(lives, spread.pids(tmp_path / "run"))), 5)


def test_all_of_them_die_with_the_worker_that_holds_them(two: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with subprocess.Popen([sys.executable, "-m", spread.SCRIPT, str(two), str(folder)]) as worker:
        assert waited_for(lambda: len(spread.pids(folder)) == 2, 60)
        begun = spread.pids(folder)
        assert all(map(lives, begun))

        worker.kill()

    assert waited_for(lambda: not any(map(lives, begun)), 15)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (None, "does not exist"),
        (TWO + "num_gpus: 2\n", r"unknown keys \(\['num_gpus'\]\)"),
        ("num_processes: 2", "`distributed_type` must be specified"),
        ("- [", "while parsing"),
        ("1", "no attribute"),
    ],
)
def test_a_config_that_accelerate_does_not_read_is_refused(
    tmp_path: Path, said: str | None, why: str
) -> None:
    file = tmp_path / "odd.yaml"
    if said is not None:
        file.write_text(said)

    with pytest.raises(BadConfig, match=f"accelerate does not read {file}, (?s:.*){why}"):
        read(file, ANY)


def test_more_processes_than_gpus_are_refused(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rewards.engine.launching.torch.cuda.device_count", lambda: 1)

    with pytest.raises(BadConfig, match="asks for 2 processes on this host, which has 1 GPUs"):
        read(two, ANY)


def test_where_no_port_is_said_a_free_one_is_taken(two: Path) -> None:
    other = two.with_name("port.yaml")
    other.write_text(TWO + "main_process_port: 29123\n")

    assert read(two, ANY).main_process_port == 0
    assert read(other, ANY).main_process_port is None  # accelerate takes it from the file


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ([(1, 5), (-15, 5)], 1),  # the other was ended by torchrun
        ([(-9, 5), (1, 5)], -9),  # the other lost its neighbour
        ([(1, 5), (-9, 36)], 1),  # the other had to be ended by force
        ([(1, 5), (2, 5)], 2),
        ([(-6, 7), (1, 5)], 1),
        ([(-15, 5), (-15, 5)], -15),
    ],
)
def test_of_several_ends_the_one_that_says_why(ends: list[tuple[int, int]], code: int) -> None:
    """Exit codes with the seconds at which they were seen."""
    failures = [ProcessFailure(rank, 100 + rank, each, "") for rank, (each, _) in enumerate(ends)]
    for failure, (_, at) in zip(failures, ends, strict=True):
        failure.timestamp = at

    assert code_of(failures) == code


def heard_by(said: list[Progress]) -> Callable[[Progress], bool]:
    def listen(progress: Progress) -> bool:
        said.append(progress)
        return True

    return listen


def steps_of(said: list[Progress]) -> list[int]:
    """Those whose loss was told, each as often as it was."""
    return [each.step for each in said if "loss" in each.metrics]


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


def waited_for(is_so: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.05)
    return is_so()
