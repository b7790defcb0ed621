"""Improve a policy against a reward model, by REINFORCE with a leave-one-out baseline.

    python -m rewards.engine.train_rloo RUN_DIR
    accelerate launch -m rewards.engine.train_rloo RUN_DIR

1. read the prompts; leave out those that are longer than the limit or than the reward model reads
   whole, never cut them
2. fit with TRL's RLOOTrainer; an answer's baseline is the mean reward of its prompt's others
3. look at the policy every few steps, and stop where the stopping model turns (``improving``)
4. write the policy in float32: bfloat16 would round away what a small learning rate moved

RLOO after Ahmadian et al. 2024 ("Back to Basics"). Other than in GRPO, rewards are not divided by
their spread, and the divergence of the whole answer is taken off its reward. Answers that were
cut off are rewarded, or masked, as in ``train_policy``.
"""

from dataclasses import dataclass
from pathlib import Path

from datasets import Dataset
from trl.trainer.rloo_config import RLOOConfig
from trl.trainer.rloo_trainer import RLOOTrainer

from rewards.engine.improving.online import Online, OnlineArguments, improve
from rewards.engine.improving.outcome import Improvement
from rewards.engine.process import Result, carry_out, start
from rewards.engine.scorer import RewardFunction


@dataclass(frozen=True, kw_only=True)
class Config(Online):
    beta: float = 0.05  # of the divergence in the reward


def main(folder: Path) -> None:
    carry_out(folder, Config, train, together=True)


def train(config: Config, folder: Path) -> Result:
    return improve(config, folder, _trainer)


def _trainer(
    under_way: Improvement, reward: RewardFunction, asked: Dataset, arguments: OnlineArguments
) -> RLOOTrainer:
    return RLOOTrainer(
        model=under_way.model,
        reward_funcs=reward,
        args=RLOOConfig(**arguments),
        train_dataset=asked,
        processing_class=under_way.tokenizer,
    )


if __name__ == "__main__":
    start(main)
