"""What GRPO and RLOO share: the policy answers, is rewarded and moves, step by step."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TypeAlias

from datasets import Dataset
from transformers import Trainer

from rewards.engine.improving.outcome import Improvement, begin, made_before
from rewards.engine.improving.settings import Improving
from rewards.engine.messages import with_system
from rewards.engine.process import Result
from rewards.engine.scorer import RewardFunction, as_reward_function
from rewards.engine.training import CommonArguments, common_arguments


@dataclass(frozen=True, kw_only=True)
class Online(Improving):
    """``mask_cut_off``: nothing is learned from answers that were cut off at the limit."""

    beta: float
    prompts_per_step: int = 2
    mask_cut_off: bool = False


class OnlineArguments(CommonArguments):
    beta: float
    num_generations: int
    max_completion_length: int
    temperature: float
    mask_truncated_completions: bool


TrainerOf: TypeAlias = Callable[[Improvement, RewardFunction, Dataset, OnlineArguments], Trainer]


def improve(config: Online, folder: Path, trainer_of: TrainerOf) -> Result:
    """One run by one of the two trainers, from the prompts to the model folder."""
    if made := made_before(config, folder):
        return made
    began = time.monotonic()
    under_way = begin(config, folder, at_least=config.prompts_per_step)
    asked = [{"prompt": with_system(a.prompt.messages)} for a in under_way.parted.learned]
    trainer = trainer_of(
        under_way,
        as_reward_function(under_way.reward),
        Dataset.from_list(asked),
        _arguments(config, folder),
    )
    seen = under_way.train(trainer)
    return under_way.keep(
        {
            **_course(trainer.state.log_history),
            **seen,
            "prompts": len(asked),
            "seconds": time.monotonic() - began,  # of this start of the run
        }
    )


def _course(history: Sequence[Mapping[str, float]]) -> dict[str, float | int]:
    """Rewards over the first and the last quarter of the steps, and the divergence at the end."""
    steps = [entry for entry in history if "reward" in entry]
    quarter = max(1, len(steps) // 4)
    return {
        "steps": len(steps),
        "reward_first": fmean(entry["reward"] for entry in steps[:quarter]),
        "reward_last": fmean(entry["reward"] for entry in steps[-quarter:]),
        "kl": fmean(entry.get("kl", 0.0) for entry in steps[-quarter:]),
    }


def _arguments(config: Online, folder: Path) -> OnlineArguments:
    return OnlineArguments(
        beta=config.beta,
        num_generations=config.samples,
        max_completion_length=config.max_new_tokens,
        temperature=config.temperature,
        mask_truncated_completions=config.mask_cut_off,
        **common_arguments(
            folder,
            seed=config.seed,
            max_steps=config.max_steps,
            learning_rate=config.learning_rate,
            batch_size=config.samples * config.prompts_per_step,
        ),
    )
