"""RLOO moves the reward and the weights."""

from pathlib import Path

import pytest
from safetensors.torch import load_file

from rewards.engine.errors import BadConfig
from rewards.engine.train_rloo import main
from tests.rewards.engine.conftest import Run
from tests.rewards.engine.improving.conftest import config as config
from tests.rewards.engine.killing import run_killed_at

# TRL 1.16 asks transformers 5.23 by the old name
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated")


def test_the_reward_rises_and_the_weights_move(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    result = run(main, {**config, "samples": 8, "max_steps": 12, "learning_rate": 2e-2})

    assert float(str(result["reward_last"])) > float(str(result["reward_first"])) + 0.5
    assert float(str(result["weights_moved"])) > 0.01
    assert result["prompts"] == 12  # four of sixteen are watched
    assert (tmp_path / "model" / "model.safetensors").exists()


def test_a_killed_run_goes_on_and_ends_with_the_same_weights(
    run: Run, config: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {**config, "max_steps": 4}
    run(main, {**asked, "out": tmp_path / "whole"}, name="whole")
    run_killed_at(2, run, main, asked, monkeypatch)

    run(main, asked)

    one, other = (load_file(tmp_path / at / "model.safetensors") for at in ("whole", "model"))
    assert all(one[name].equal(other[name]) for name in one)


def test_one_sample_has_nothing_to_be_compared_with(run: Run, config: dict[str, object]) -> None:
    with pytest.raises(BadConfig, match="'samples' must be at least 2"):
        run(main, {**config, "samples": 1})
