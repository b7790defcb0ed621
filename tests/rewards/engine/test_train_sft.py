"""A policy learns demonstrations."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from rewards.engine import train_sft
from rewards.engine.chat import render
from rewards.engine.data import open_snapshot
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.improving.answers import IGNORED
from rewards.engine.models import load_policy, load_tokenizer
from rewards.engine.train_sft import _rendered, main
from tests.rewards.engine.conftest import Run, asks, freeze_sft, says, sft_row
from tests.rewards.engine.killing import run_killed_at

# TRL 1.16 asks transformers 5.23 by the old name
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated")


@pytest.fixture
def config(base: Path, tmp_path: Path) -> dict[str, object]:
    rows = [sft_row(number, "zzzz") for number in range(8)]
    return {
        "snapshot": freeze_sft(tmp_path / "frozen", train=rows),
        "base": base,
        "out": tmp_path / "model",
        "epochs": 3,
        "learning_rate": 1e-2,
        "accumulate": 1,
    }


def test_the_answer_becomes_likelier_and_the_folder_says_where_from(
    run: Run, config: dict[str, object], base: Path, tmp_path: Path
) -> None:
    result = run(main, config)

    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    assert float(str(result["loss_last"])) < float(str(result["loss_first"])) - 1
    assert (result["demonstrations"], result["steps"], result["cut_long"]) == (8, 12, 0)
    assert manifest["kind"] == "policy"
    assert manifest["parent"] == manifest["base"] == str(base)
    assert manifest["metrics"] == result
    assert manifest["snapshot"] == open_snapshot(tmp_path / "frozen", "sft").digest
    assert load_policy(tmp_path / "model", torch.float32).num_parameters() == 13008
    assert not (tmp_path / "runs" / "run" / "checkpoints").exists()


def test_only_the_answer_carries_loss(config: dict[str, object], base: Path) -> None:
    tokenizer = load_tokenizer(base)
    snapshot = open_snapshot(Path(str(config["snapshot"])), "sft")

    rows, cut = _rendered(snapshot, tokenizer, 1024)

    rendered = render(tokenizer, asks("question 0"), says("zzzz"))
    assert rows[0] == {
        "input_ids": rendered.prompt + rendered.answer,
        "labels": [IGNORED] * len(rendered.prompt) + rendered.answer,
    }
    assert cut == 0


def test_a_run_killed_between_its_model_and_its_result_does_not_train_again(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    result = run(main, config)
    (tmp_path / "runs" / "run" / "result.json").unlink()
    weights = (tmp_path / "model" / "model.safetensors").stat().st_mtime_ns

    again = run(main, config)

    assert again == result
    assert (tmp_path / "model" / "model.safetensors").stat().st_mtime_ns == weights


@pytest.mark.parametrize("method", ["full", "lora"])
def test_a_run_killed_in_the_middle_goes_on_and_ends_at_the_same_numbers(
    run: Run,
    config: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
) -> None:
    asked = {**config, "method": method, "lora_rank": 4}
    undisturbed = run(main, {**asked, "out": tmp_path / "whole"}, name="whole")
    run_killed_at(5, run, main, asked, monkeypatch)

    resumed = run(main, asked)

    ours, theirs = (load_file(tmp_path / at / "model.safetensors") for at in ("model", "whole"))
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert {**resumed, "seconds": 0} == {**undisturbed, "seconds": 0}


def test_a_process_killed_by_9_goes_on_and_ends_at_the_same_numbers(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    undisturbed = run(main, {**config, "out": tmp_path / "whole"}, name="whole")
    folder = tmp_path / "runs" / "run"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config, default=str))
    dying = [sys.executable, "-m", "tests.rewards.engine.dying", "5", train_sft.__name__]
    died = subprocess.run([*dying, str(folder)], capture_output=True, check=False)

    resumed = run(main, config)

    ours, theirs = (load_file(tmp_path / at / "model.safetensors") for at in ("model", "whole"))
    assert died.returncode == -signal.SIGKILL
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert {**resumed, "seconds": 0} == {**undisturbed, "seconds": 0}
    assert not (folder / "checkpoints").exists()


def test_a_base_that_is_not_there_is_refused(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match="holds no model; make or fetch one first"):
        run(main, {**config, "base": tmp_path / "nowhere"})


def test_the_model_of_another_run_is_never_overwritten(run: Run, config: dict[str, object]) -> None:
    run(main, config, name="first")

    with pytest.raises(BadInput, match="made by another run"):
        run(main, {**config, "seed": 1}, name="second")


def test_packed_rows_are_learned_as_if_each_stood_alone(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    """All eight in one step: packed into one sequence, or padded to one batch, the loss is one.

    Were a row to see the one before it, the loss of its answer would be another.
    """
    rows = [sft_row(number, "z" * (number + 1)) for number in range(8)]
    snapshot = freeze_sft(tmp_path / "uneven", train=rows)
    one = {**config, "snapshot": snapshot, "batch_size": 8, "epochs": 1, "max_length": 1024}

    padded = run(main, {**one, "out": tmp_path / "padded"}, name="padded")
    packed = run(main, {**one, "out": tmp_path / "packed", "packing": True}, name="packed")

    assert (padded["steps"], packed["steps"]) == (1, 1)
    assert packed["loss_first"] == pytest.approx(float(str(padded["loss_first"])), rel=1e-4)
    assert packed["demonstrations"] == 8


def test_adapters_learn_and_leave_a_plain_model(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    result = run(main, {**config, "method": "lora", "lora_rank": 4, "epochs": 6})

    model = load_policy(tmp_path / "model", torch.float32)
    assert float(str(result["loss_last"])) < float(str(result["loss_first"])) - 0.2
    assert model.num_parameters() == 13008
    assert not [name for name, _ in model.named_parameters() if "lora" in name]


def test_a_method_that_nobody_knows_is_refused_by_name(run: Run, config: dict[str, object]) -> None:
    with pytest.raises(BadConfig, match="'method' must be one of full, lora, not 'half'"):
        run(main, {**config, "method": "half"})
