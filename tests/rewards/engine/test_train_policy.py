"""GRPO moves the reward and the weights."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from rewards.engine import train_policy, train_rloo, training
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.models import load_policy, load_tokenizer
from rewards.engine.train_policy import main
from rewards.engine.training import Watch
from tests.rewards.engine.conftest import Run, write_prompts
from tests.rewards.tiny import CONSTANT, plant_judge

# TRL 1.16 asks transformers 5.23 by the old name
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated")


@pytest.fixture
def config(base: Path, tmp_path: Path) -> dict[str, object]:
    """A reward for the letter e: about one letter in 27 of what the base writes."""
    texts = {f"p{number}": f"question {number}" for number in range(4)}
    return {
        "prompts": write_prompts(tmp_path / "prompts.jsonl", texts),
        "base": base,
        "reward_model": plant_judge(tmp_path / "judge", base, letter="e"),
        "out": tmp_path / "model",
        "max_steps": 12,
        "learning_rate": 2e-2,
        "samples": 8,
        "max_new_tokens": 16,
    }


def test_the_reward_rises_and_the_weights_move(
    run: Run, config: dict[str, object], base: Path, tmp_path: Path
) -> None:
    result = run(main, config)

    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    before, after = (load_file(at / "model.safetensors") for at in (base, tmp_path / "model"))
    moved = sum(float((after[name] - before[name]).square().sum()) for name in before)
    norm = sum(float(weight.square().sum()) for weight in before.values())
    assert float(str(result["reward_last"])) > float(str(result["reward_first"])) + 0.5
    assert float(str(result["kl"])) > 0
    assert result["weights_moved"] == pytest.approx((moved / norm) ** 0.5, rel=1e-4)
    assert float(str(result["weights_moved"])) > 0.01
    assert (result["steps"], result["prompts"]) == (12, 4)
    assert (manifest["kind"], manifest["parent"], manifest["metrics"]) == (
        "policy",
        str(base),
        result,
    )


def test_a_killed_run_goes_on_where_it_was(
    run: Run,
    config: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    save = Watch.on_save

    def save_and_die(self: Watch, args: Any, state: Any, control: Any, **rest: object) -> None:
        save(self, args, state, control, **rest)
        if state.global_step == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    monkeypatch.setattr(Watch, "on_save", save_and_die)
    with pytest.raises(KeyboardInterrupt):
        run(main, {**config, "max_steps": 4})
    monkeypatch.undo()
    capsys.readouterr()

    result = run(main, {**config, "max_steps": 4})

    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["step"] for line in said if line["says"] == "training"] == [2, 3, 4]
    assert result["steps"] == 4


def test_prompts_over_the_limit_are_left_out_and_never_cut(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    """The template alone takes about 60 ids of a tiny base, the long question 200 more."""
    texts = {"short": "why?", "brief": "how?", "long": "w" * 200}
    prompts = write_prompts(tmp_path / "mixed.jsonl", texts)
    small = {**config, "prompts": prompts, "max_prompt_length": 128, "max_steps": 1}

    result = run(main, small)

    assert (result["prompts"], result["skipped_long"], result["skipped_unread"]) == (2, 1, 0)

    with pytest.raises(BadInput, match="0 prompts have at most 8 tokens and a step takes 2"):
        run(main, {**small, "max_prompt_length": 8, "out": tmp_path / "other"}, name="other")


def test_prompts_that_the_reward_model_does_not_read_whole_are_left_out_and_counted(
    run: Run,
    config: dict[str, object],
    base: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of 160 ids a prompt may take 120: the reward would be for the end of the question alone."""
    texts = {"short": "why?", "brief": "how?", "long": "w" * 100}
    prompts = write_prompts(tmp_path / "mixed.jsonl", texts)
    narrow = plant_judge(tmp_path / "narrow", base, letter="e", max_length=160)
    asked = {**config, "prompts": prompts, "reward_model": narrow, "max_steps": 1}

    result = run(main, asked)

    said = [json.loads(line)["says"] for line in capsys.readouterr().out.splitlines()]
    assert (result["prompts"], result["skipped_long"], result["skipped_unread"]) == (2, 0, 1)
    assert "2 prompts are read, too long: 1" in said
    tiny = plant_judge(tmp_path / "tiny", base, letter="e", max_length=40)
    with pytest.raises(BadInput, match="3 more are longer than the reward model reads whole"):
        run(main, {**asked, "reward_model": tiny, "out": tmp_path / "other"}, name="other")


@pytest.mark.parametrize("module", [train_policy, train_rloo])
def test_nothing_is_learned_from_answers_that_were_cut_off_where_they_are_masked(
    run: Run, config: dict[str, object], base: Path, tmp_path: Path, module: Any
) -> None:
    """A policy that never ends its answers: all are cut off, and the weights stay."""
    asked = {**config, "base": endless(base, tmp_path / "endless"), "max_steps": 2}

    masked = run(module.main, {**asked, "mask_cut_off": True}, name="masked")
    rewarded = run(module.main, {**asked, "out": tmp_path / "rewarded"}, name="rewarded")

    assert masked["weights_moved"] == 0.0
    assert float(str(rewarded["weights_moved"])) > 0.0


def endless(base: Path, out: Path) -> Path:
    policy, tokenizer = load_policy(base, torch.float32), load_tokenizer(base)
    with torch.no_grad():
        policy.get_output_embeddings().weight[tokenizer.eos_token_id, CONSTANT] = -20.0
    policy.save_pretrained(out)
    tokenizer.save_pretrained(out)
    return out


def test_one_sample_has_nothing_to_be_compared_with(run: Run, config: dict[str, object]) -> None:
    with pytest.raises(BadConfig, match="'samples' must be at least 2"):
        run(main, {**config, "samples": 1})
