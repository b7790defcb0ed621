"""A policy is watched by a model that taught it nothing, and stopped where that turns."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from rewards.engine import train_best_of_n, train_dpo, train_policy, train_rloo
from rewards.engine.errors import BadConfig
from rewards.engine.jsonl import whole_rows
from rewards.engine.models import load_policy
from rewards.engine.train_dpo import main
from tests.rewards.engine.conftest import Run
from tests.rewards.tiny import plant_judge

# TRL 1.16 asks transformers 5.23 by the old name
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated")


Method = tuple[Callable[[Path], None], Mapping[str, object]]
METHODS: Mapping[str, Method] = {
    "dpo": (train_dpo.main, {}),
    "best-of-n": (train_best_of_n.main, {"learning_rate": 1e-2}),
    "rloo": (train_rloo.main, {"samples": 8, "learning_rate": 2e-2}),
    "grpo": (train_policy.main, {"samples": 8, "learning_rate": 2e-2}),
}


@pytest.fixture
def turning(config: dict[str, object], base: Path, tmp_path: Path) -> dict[str, object]:
    """The reward model likes e; the stopping model dislikes it as much, so one falls as the other
    rises. (One that liked all other letters rose with it at first: spaces went before they did.)"""
    away = plant_judge(tmp_path / "away", base, letter="e", by=-10.0)
    return {**config, "stopping_model": away, "max_steps": 20, "patience": 2}


@pytest.mark.parametrize("method", METHODS)
def test_a_planted_turn_stops_training_and_the_best_weights_stay(
    run: Run, turning: dict[str, object], base: Path, tmp_path: Path, method: str
) -> None:
    """The first look after the start is worse already, and so is the second: two steps each."""
    train, knobs = METHODS[method]

    result = run(train, {**turning, **knobs})

    looks = whole_rows(tmp_path / "runs" / "run" / "looks.jsonl")
    assert [row["step"] for row in looks] == [0, 2, 4]
    assert (result["steps"], result["best_step"]) == (4, 0)
    assert (result["weights_moved"], result["stopping_gain"]) == (0.0, 0.0)
    before, after = (load_file(at / "model.safetensors") for at in (base, tmp_path / "model"))
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not list((tmp_path / "runs" / "run").glob("best-*"))


def test_both_curves_are_told_at_every_look(
    run: Run, turning: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    run(main, turning)

    said = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line[0] == "{"]
    seen = [line for line in said if line["says"] == "watching the policy" and line["metrics"]]
    assert [line["step"] for line in seen] == [0, 2, 4]
    assert sorted(seen[0]["metrics"]) == [
        "reward_gain",
        "stopping_gain",
        "watched_cut_off",
        "watched_kl",
        "watched_looping",
        "watched_tokens",
    ]
    assert seen[0]["metrics"]["watched_kl"] == 0.0
    assert seen[-1]["metrics"]["reward_gain"] > 0 > seen[-1]["metrics"]["stopping_gain"]
    assert seen[-1]["metrics"]["watched_kl"] > 0.0


def test_a_model_that_agrees_does_not_stop_it(run: Run, config: dict[str, object]) -> None:
    result = run(main, config)

    assert (result["steps"], result["looks"]) == (6, 4)
    assert result["best_step"] != 0
    assert result["reward_gain"] == pytest.approx(result["stopping_gain"])
    assert float(str(result["weights_moved"])) > 0


def test_the_prompts_that_are_watched_are_not_learned_from(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    run(main, {**config, "max_steps": 1})

    drawn = {row["prompt"] for row in whole_rows(tmp_path / "runs" / "run" / "samples.jsonl")}
    assert len(drawn) == 12  # of sixteen, four are watched


def test_without_a_stopping_model_it_is_watched_and_not_stopped(
    run: Run, turning: dict[str, object]
) -> None:
    result = run(main, {**turning, "stopping_model": None, "max_steps": 6})

    assert (result["steps"], result["looks"], result["best_step"]) == (6, 4, None)
    assert "stopping_gain" not in result


def test_nothing_is_watched_where_nobody_asks_for_it(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    result = run(main, {**config, "watch_every": 0, "max_steps": 1})

    assert "looks" not in result
    assert load_policy(tmp_path / "model", torch.float32).num_parameters() == 13008


def test_the_stopping_model_is_another_than_the_reward_model(
    run: Run, config: dict[str, object]
) -> None:
    with pytest.raises(BadConfig, match="'stopping_model' must be another model"):
        run(main, {**config, "stopping_model": config["reward_model"]})


@pytest.mark.parametrize(
    ("nonsense", "says"),
    [
        ({"samples": 1}, "'samples' must be at least 2"),
        ({"patience": 0}, "'patience' must be at least 1"),
        ({"watch_every": -1}, "'watch_every' and 'watch_prompts' must be 0 or more"),
        ({"temperature": 0.0}, "'temperature' must be above 0"),
    ],
    ids=["samples", "patience", "watch_every", "temperature"],
)
def test_nonsense_is_refused_by_name(
    run: Run, config: dict[str, object], nonsense: dict[str, object], says: str
) -> None:
    with pytest.raises(BadConfig, match=says):
        run(main, {**config, **nonsense})
