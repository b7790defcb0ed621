"""DPO teaches what was preferred: by a reward model among own samples, or by people."""

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file

from annotate.export.policy import Policy
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.jsonl import whole_rows
from rewards.engine.train_dpo import main
from tests.rewards.engine.conftest import Run, freeze_pairs, pair_row
from tests.rewards.engine.improving.conftest import config as config
from tests.rewards.engine.killing import run_killed_at

# TRL 1.16 asks transformers 5.23 by the old name
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated")


def test_own_samples_raise_the_reward_and_are_kept(
    run: Run, config: dict[str, object], base: Path, tmp_path: Path
) -> None:
    result = run(main, {**config, "max_steps": 10})

    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    samples = whole_rows(tmp_path / "runs" / "run" / "samples.jsonl")
    assert float(str(result["reward_gain"])) > 0.2
    assert float(str(result["loss_last"])) < float(str(result["loss_first"]))
    assert (manifest["kind"], manifest["parent"], manifest["snapshot"]) == (
        "policy",
        str(base),
        None,
    )
    assert manifest["metrics"] == result
    assert len(samples) == 12
    assert sorted(samples[0]) == ["answers", "messages", "prompt"]
    assert not (tmp_path / "runs" / "run" / "checkpoints").exists()


def test_what_people_preferred_becomes_likelier(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    """Thirty pairs, in each of which the answer in e beats the one in q."""
    rows = [pair_row(number, "eeee eeee", "qqqq qqqq") for number in range(30)]
    snapshot = freeze_pairs(tmp_path / "frozen", Policy(), train=rows)

    result = run(main, {**config, "pairs": "preference", "snapshot": snapshot, "max_steps": 12})

    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    assert (result["pairs"], result["left_out"]) == (30, 0)
    assert result["pairs_told_apart"] == 1.0
    assert float(str(result["reward_gain"])) > 0.2
    assert manifest["snapshot"] is not None
    assert not (tmp_path / "runs" / "run" / "samples.jsonl").exists()


def test_a_pair_that_does_not_fit_whole_is_left_out_and_counted(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    rows = [pair_row(0, "e", "q"), pair_row(1, "e" * 300, "q")]
    snapshot = freeze_pairs(tmp_path / "frozen", Policy(), train=rows)
    asked = {**config, "pairs": "preference", "snapshot": snapshot, "max_steps": 1}

    result = run(main, {**asked, "max_length": 200})

    assert (result["pairs"], result["left_out"]) == (1, 1)
    with pytest.raises(BadInput, match="no pair to learn from that fits into 8 tokens"):
        run(main, {**asked, "max_length": 8, "out": tmp_path / "other"}, name="other")


def test_a_killed_run_goes_on_and_ends_with_the_same_weights(
    run: Run, config: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = run(main, {**config, "out": tmp_path / "whole"}, name="whole")
    run_killed_at(3, run, main, config, monkeypatch)

    resumed = run(main, config)

    one, other = (load_file(tmp_path / at / "model.safetensors") for at in ("whole", "model"))
    assert all(one[name].equal(other[name]) for name in one)
    assert {**resumed, "seconds": 0} == {**undisturbed, "seconds": 0}


def test_samples_that_were_drawn_are_not_drawn_again(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    run(main, {**config, "max_steps": 1})
    kept = tmp_path / "runs" / "run" / "samples.jsonl"
    before = kept.read_bytes()
    (tmp_path / "runs" / "run" / "result.json").unlink()

    run(main, {**config, "max_steps": 1})

    assert kept.read_bytes() == before


@pytest.mark.parametrize(
    ("nonsense", "says"),
    [
        ({"pairs": "dice"}, "'pairs' must be one of samples, preference, not 'dice'"),
        ({"pairs": "preference"}, "'snapshot' belongs to 'pairs' preference"),
        ({"pairs_per_step": 3}, "'pairs_per_step' must be a multiple of 'pairs_at_once'"),
        ({"beta": 0.0}, "'beta' must be above 0"),
        ({"bta": 0.1}, "unknown key 'bta'"),
    ],
    ids=["source", "snapshot", "multiple", "beta", "unknown"],
)
def test_a_wrong_config_is_refused_by_name(
    run: Run, config: dict[str, object], nonsense: dict[str, object], says: str
) -> None:
    with pytest.raises(BadConfig, match=says):
        run(main, {**config, **nonsense})
