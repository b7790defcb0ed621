"""Improve a policy against a reward model.

    python -m rewards.engine.train_policy RUN_DIR

1. read the prompts; leave out those that are longer than the limit, never cut them
2. fit with TRL's GRPOTrainer; each answer is rewarded by the scorer that also writes report cards
3. write the policy in float32: bfloat16 would round away what a small learning rate moved

GRPO after Shao et al. 2024 ("DeepSeekMath", section 4.1). Answers that were cut off at the limit
are rewarded as if they had ended there and are not masked: within the short limits that two
cores allow nearly all are cut, and nothing would be learnt.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import torch
from datasets import Dataset
from transformers import PreTrainedModel, PreTrainedTokenizerBase, set_seed
from trl.trainer.grpo_config import GRPOConfig
from trl.trainer.grpo_trainer import GRPOTrainer

from rewards.engine.chat import prompt_ids, with_system
from rewards.engine.config import Knobs
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.models import (
    descent,
    finished_before,
    load_policy,
    load_tokenizer,
    save_model,
)
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.prompts import Prompt, read_prompts
from rewards.engine.scorer import as_reward_function
from rewards.engine.training import common_arguments, fit, forget_checkpoints


@dataclass(frozen=True)
class Config(Knobs):
    prompts: Path
    base: Path
    reward_model: Path
    out: Path
    seed: int = 0
    max_steps: int = 8
    learning_rate: float = 1e-6
    beta: float = 0.04
    samples: int = 4
    prompts_per_step: int = 2
    max_prompt_length: int = 384
    max_new_tokens: int = 64
    temperature: float = 1.0


def main(folder: Path) -> None:
    carry_out(folder, Config, train)


def train(config: Config, folder: Path) -> Result:
    if made := finished_before(config.out, config):
        forget_checkpoints(folder)
        return made
    if config.samples < 2:
        raise BadConfig("'samples' must be at least 2: GRPO compares the answers of one prompt.")
    set_seed(config.seed)
    began = time.monotonic()
    tokenizer = load_tokenizer(config.base)
    prompts = _short_enough(read_prompts(config.prompts), tokenizer, config)
    report(0, 1, f"{len(prompts)} prompts are read")
    model = load_policy(config.base, torch.float32)
    trainer = GRPOTrainer(
        model=model,
        reward_funcs=as_reward_function(config.reward_model),
        args=_arguments(config, folder),
        train_dataset=Dataset.from_list([{"prompt": with_system(p.messages)} for p in prompts]),
        processing_class=tokenizer,
    )
    fit(trainer)
    metrics = {
        **_course(trainer.state.log_history),
        "prompts": len(prompts),
        "weights_moved": _moved(model, config.base),
        "seconds": time.monotonic() - began,  # of this start of the run
    }
    manifest = descent(config, config.base, kind="policy", metrics=metrics)
    save_model(config.out, model, tokenizer, manifest)
    forget_checkpoints(folder)
    return metrics


def _short_enough(
    prompts: Sequence[Prompt], tokenizer: PreTrainedTokenizerBase, config: Config
) -> list[Prompt]:
    limit = config.max_prompt_length
    kept = [p for p in prompts if len(prompt_ids(tokenizer, p.messages)) <= limit]
    if len(kept) < config.prompts_per_step:
        raise BadInput(
            f"{len(kept)} prompts have at most {limit} tokens and a step takes "
            f"{config.prompts_per_step}; add shorter prompts, or raise 'max_prompt_length'."
        )
    return kept


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


@torch.no_grad()
def _moved(model: PreTrainedModel, base: Path) -> float:
    """How far the weights are from the base's, relative to their norm (L2)."""
    before = dict(load_policy(base, torch.float32).named_parameters())
    moved = sum((now - before[name]).square().sum() for name, now in model.named_parameters())
    norm = sum(weight.square().sum() for weight in before.values())
    return float(moved / norm) ** 0.5


def _arguments(config: Config, folder: Path) -> GRPOConfig:
    return GRPOConfig(
        beta=config.beta,
        num_generations=config.samples,
        max_completion_length=config.max_new_tokens,
        temperature=config.temperature,
        **common_arguments(
            folder,
            seed=config.seed,
            max_steps=config.max_steps,
            learning_rate=config.learning_rate,
            batch_size=config.samples * config.prompts_per_step,
        ),
    )


if __name__ == "__main__":
    start(main)
