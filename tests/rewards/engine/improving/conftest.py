"""A reward for the letter e, and a stopping model that is told apart from it."""

from pathlib import Path

import pytest

from tests.rewards.engine.conftest import write_prompts
from tests.rewards.tiny import plant_judge


@pytest.fixture
def config(base: Path, tmp_path: Path) -> dict[str, object]:
    texts = {f"p{number}": f"question {number}" for number in range(16)}
    return {
        "prompts": write_prompts(tmp_path / "prompts.jsonl", texts),
        "base": base,
        "reward_model": plant_judge(tmp_path / "rewarding", base, letter="e"),
        "stopping_model": plant_judge(tmp_path / "stopping", base, letter="e"),
        "out": tmp_path / "model",
        "max_steps": 6,
        "learning_rate": 3e-3,
        "samples": 16,
        "max_new_tokens": 16,
        "watch_prompts": 4,
        "watch_samples": 16,
    }
