"""Several processes train one policy: what one would have made, near the numbers of one."""

from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import torch

from rewards.engine import (
    evaluate_policy,
    train_best_of_n,
    train_dpo,
    train_policy,
    train_rloo,
    train_sft,
)
from rewards.engine.errors import BadConfig
from rewards.engine.jsonl import whole_rows
from rewards.engine.models import load_policy
from rewards.engine.together import share_of_step
from tests.rewards.engine.conftest import Run, freeze_sft, sft_row, write_prompts
from tests.rewards.engine.improving.conftest import config as config
from tests.rewards.engine.launched import Done, Work, digest_of, launch_two
from tests.rewards.tiny import plant_judge

# TRL 1.16 asks transformers 5.23 by the old name
ENGINE = "rewards.engine.together.PartialState"
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("together")


@pytest.fixture(scope="module")
def asked(base: Path, place: Path) -> dict[ModuleType, dict[str, object]]:
    """What each way is asked. Forty prompts, four of them watched: three batches are drawn, two of
    them by one process. Where pairs are learned, the stopping model dislikes what the reward model
    likes, so the best look is the first."""
    texts = {f"p{number}": f"question {number}" for number in range(40)}
    rows = [sft_row(number, "z" * (number + 1)) for number in range(8)]
    improving: dict[str, object] = {
        "prompts": write_prompts(place / "prompts.jsonl", texts),
        "base": base,
        "reward_model": plant_judge(place / "rewarding", base, letter="e"),
        "stopping_model": plant_judge(place / "stopping", base, letter="e"),
        "max_steps": 6,
        "learning_rate": 1e-2,
        "samples": 4,
        "max_new_tokens": 16,
        "watch_prompts": 4,
        "watch_samples": 16,
    }
    away = plant_judge(place / "away", base, letter="e", by=-10.0)
    return {
        train_sft: {
            "snapshot": freeze_sft(place / "frozen", train=rows),
            "base": base,
            "epochs": 3,
            "learning_rate": 1e-2,
            "accumulate": 2,
        },
        train_best_of_n: improving,
        train_dpo: {
            **improving,
            "stopping_model": away,
            "learning_rate": 3e-3,
            "max_steps": 20,
            "patience": 2,
        },
        train_policy: {**improving, "learning_rate": 2e-2},
    }


@pytest.fixture(scope="module")
def together(asked: dict[ModuleType, dict[str, object]], place: Path) -> dict[ModuleType, Done]:
    """Two processes do it all."""
    works = [
        Work(way.__name__, place / way.__name__, {**config, "out": place / f"{way.__name__}.model"})
        for way, config in asked.items()
    ]
    return dict(zip(asked, launch_two(works), strict=True))


def test_two_processes_learn_the_demonstrations_that_one_learns(
    run: Run,
    asked: dict[ModuleType, dict[str, object]],
    together: dict[ModuleType, Done],
    place: Path,
    tmp_path: Path,
) -> None:
    alone = run(train_sft.main, {**asked[train_sft], "out": tmp_path / "alone"})

    done = together[train_sft]

    made = place / f"{train_sft.__name__}.model"
    assert done.steps == [1, 2, 3, 4, 5, 6]
    assert (done.result["steps"], done.result["demonstrations"]) == (6, 8)
    assert done.result["loss_first"] == pytest.approx(alone["loss_first"], abs=2e-3)
    assert done.result["loss_last"] == pytest.approx(alone["loss_last"], abs=2e-2)
    assert load_policy(made, torch.float32).num_parameters() == 13008
    assert not (place / train_sft.__name__ / "checkpoints").exists()


def test_two_processes_draw_the_samples_of_one_and_learn_as_much(
    run: Run,
    asked: dict[ModuleType, dict[str, object]],
    together: dict[ModuleType, Done],
    place: Path,
    tmp_path: Path,
) -> None:
    alone = run(train_best_of_n.main, {**asked[train_best_of_n], "out": tmp_path / "alone"})

    result, folder = together[train_best_of_n].result, place / train_best_of_n.__name__

    theirs = tmp_path / "runs" / "run" / "samples.jsonl"
    assert (folder / "samples.jsonl").read_bytes() == theirs.read_bytes()
    assert together[train_best_of_n].steps == [1, 2, 3, 4, 5, 6]
    assert (result["steps"], result["looks"]) == (6, 4)
    assert result["loss_first"] == pytest.approx(alone["loss_first"], abs=2e-3)
    assert result["loss_last"] == pytest.approx(alone["loss_last"], abs=2e-2)
    assert result["reward_gain"] == pytest.approx(alone["reward_gain"], abs=0.1)
    assert (place / f"{train_best_of_n.__name__}.model" / "manifest.json").exists()
    assert (folder / "ended-0").read_text() == (folder / "ended-1").read_text()


def test_all_processes_end_with_the_best_weights_where_pairs_went_too_far(
    run: Run,
    asked: dict[ModuleType, dict[str, object]],
    together: dict[ModuleType, Done],
    base: Path,
    place: Path,
    tmp_path: Path,
) -> None:
    alone = run(train_dpo.main, {**asked[train_dpo], "out": tmp_path / "alone"})

    result, folder = together[train_dpo].result, place / train_dpo.__name__

    assert [row["step"] for row in whole_rows(folder / "looks.jsonl")] == [0, 2, 4]
    assert (result["steps"], result["best_step"], result["weights_moved"]) == (4, 0, 0.0)
    assert (result["pairs"], result["left_out"]) == (alone["pairs"], alone["left_out"])
    assert result["loss_first"] == pytest.approx(alone["loss_first"], abs=2e-3)
    assert result["loss_last"] == pytest.approx(alone["loss_last"], abs=2e-2)
    begun = digest_of(load_policy(base, torch.float32))
    assert [(folder / f"ended-{rank}").read_text() for rank in (0, 1)] == [begun, begun]
    assert not list(folder.glob("best-*"))
    assert not (folder / "checkpoints").exists()


def test_two_processes_are_rewarded_for_what_they_say(
    together: dict[ModuleType, Done], place: Path
) -> None:
    """Each draws other answers than one process would, so the numbers are its own."""
    result, folder = together[train_policy].result, place / train_policy.__name__

    assert together[train_policy].steps == [1, 2, 3, 4, 5, 6]
    assert (result["steps"], result["looks"], result["prompts"]) == (6, 4, 36)
    assert result["reward_gain"] > 0.2
    assert (folder / "ended-0").read_text() == (folder / "ended-1").read_text()


@pytest.mark.parametrize(
    ("processes", "share"), [(1, (2, 6)), (2, (2, 3)), (4, (1, 3)), (12, (1, 1))]
)
def test_a_step_is_shared_by_turns_first_and_then_by_rows(
    processes: int, share: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six times two rows at once: each process so many, so often, and together the same twelve."""
    monkeypatch.setattr(ENGINE, lambda: SimpleNamespace(num_processes=processes))

    assert share_of_step(2, 6) == share


def test_a_step_that_cannot_be_shared_evenly_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ENGINE, lambda: SimpleNamespace(num_processes=5))

    with pytest.raises(BadConfig, match="a step of 12 .* cannot be shared evenly by 5 processes"):
        share_of_step(2, 6)


def test_a_policy_is_not_trained_in_shards(
    run: Run, config: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")

    for module in (train_sft, train_dpo, train_policy, train_rloo, train_best_of_n):
        with pytest.raises(BadConfig, match="not trained in shards"):
            run(module.main, _of_its_own(module, config))


def test_what_is_work_for_one_process_is_refused_to_several(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("LOCAL_RANK", "0")

    with pytest.raises(BadConfig, match="work for one process and 2 were launched"):
        run(evaluate_policy.main, {})


def _of_its_own(module: Any, config: dict[str, object]) -> dict[str, object]:
    if module is train_sft:
        return {"snapshot": "/nowhere", "base": config["base"], "out": config["out"]}
    return config
