"""Benchmarks are asked for by a command, carried out, and kept with their revision."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from commons.models import RunState
from rewards.engine.benchmarks import BENCHMARKS
from rewards.enums import BenchmarkName
from rewards.models import Benchmark, EngineRun, RewardModel, Track
from rewards.services.reward_model import request_reward_model
from tests.rewards.services.conftest import FakeEngine
from tests.rewards.services.test_reward_model import frozen

FOUND: dict[str, object] = {
    "revision": "c0ffee",
    "prompts": 3,
    "cut": 1,
    "numbers": {
        "score": {"value": 0.5, "low": 0.25, "high": 0.75, "items": 3},
        "Chat": {"value": 1.0, "low": None, "high": None, "items": 1},
    },
}


@pytest.fixture
def model(track: Track, engine: FakeEngine) -> RewardModel:
    model = request_reward_model(snapshot=frozen(track), track=track, by=None)
    EngineRun.objects.update(state=RunState.DONE, finished_at=model.created_at)
    engine.results["run_benchmark"] = FOUND
    return model


def test_what_can_be_asked_for_is_what_the_engine_knows() -> None:
    assert set(BenchmarkName.values) == set(BENCHMARKS)


@pytest.mark.django_db
def test_the_command_measures_and_says_every_number(
    model: RewardModel, engine: FakeEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command(
        "benchmark_reward_model", model.uuid, benchmark="rm-bench", folder=tmp_path / "x" / ".."
    )

    said = capsys.readouterr().out
    kept = Benchmark.objects.get()
    assert "revision   c0ffee" in said
    assert "3 prompts, 1 answers cut" in said
    assert "score                    0.500 [0.250, 0.750]" in said
    assert "Chat                     1.000\n" in said
    assert (kept.name, kept.run.result) == ("rm-bench", FOUND)
    assert engine.asked[-1] == (
        "run_benchmark",
        {
            "model": str(engine.asked[-1][1]["model"]),
            "benchmark": "rm-bench",
            "folder": str(tmp_path),
        },
    )


@pytest.mark.django_db
def test_a_revision_that_is_asked_for_reaches_the_engine(
    model: RewardModel, engine: FakeEngine, tmp_path: Path
) -> None:
    call_command(
        "benchmark_reward_model", model.uuid, benchmark="own", folder=tmp_path, revision="c0ff"
    )

    assert engine.asked[-1][1]["revision"] == "c0ff"


@pytest.mark.django_db
def test_in_the_background_it_waits_for_the_worker(
    model: RewardModel, engine: FakeEngine, tmp_path: Path
) -> None:
    call_command(
        "benchmark_reward_model", model.uuid, benchmark="own", folder=tmp_path, background=True
    )

    assert Benchmark.objects.get().run.state == RunState.REQUESTED


@pytest.mark.django_db
def test_what_is_not_there_or_not_trained_is_refused(
    model: RewardModel, track: Track, tmp_path: Path
) -> None:
    untrained = request_reward_model(snapshot=frozen(track), track=track, by=None)

    with pytest.raises(CommandError, match="no reward model"):
        call_command("benchmark_reward_model", uuid4(), benchmark="own", folder=tmp_path)
    with pytest.raises(CommandError, match="not trained yet"):
        call_command("benchmark_reward_model", untrained.uuid, benchmark="own", folder=tmp_path)
    assert not Benchmark.objects.exists()
