"""Improve a policy against a reward model, by GRPO.

    python -m rewards.engine.train_policy RUN_DIR
    accelerate launch -m rewards.engine.train_policy RUN_DIR

1. read the prompts; leave out those that are longer than the limit or than the reward model reads
   whole, never cut them
2. fit with TRL's GRPOTrainer; each answer is rewarded by the scorer that also writes report cards
3. look at the policy every few steps, and stop where the stopping model turns (``improving``)
4. write the policy in float32: bfloat16 would round away what a small learning rate moved

GRPO after Shao et al. 2024 ("DeepSeekMath", section 4.1). Answers that were cut off at the limit
are rewarded as if they had ended there, unless ``mask_cut_off`` says that nothing is learned from
them. It is off by default: within the short limits that two cores allow nearly all are cut, and
nothing would be learnt. Where answers have room to end, turn it on.
"""

from dataclasses import dataclass
from pathlib import Path

from datasets import Dataset
from trl.trainer.grpo_config import GRPOConfig
from trl.trainer.grpo_trainer import GRPOTrainer

from rewards.engine.improving.online import Online, OnlineArguments, improve
from rewards.engine.improving.outcome import Improvement
from rewards.engine.process import Result, carry_out, start
from rewards.engine.scorer import RewardFunction


@dataclass(frozen=True, kw_only=True)
class Config(Online):
    beta: float = 0.04  # of the divergence in the loss


def main(folder: Path) -> None:
    carry_out(folder, Config, train, together=True)


def train(config: Config, folder: Path) -> Result:
    return improve(config, folder, _trainer)


def _trainer(
    under_way: Improvement, reward: RewardFunction, asked: Dataset, arguments: OnlineArguments
) -> GRPOTrainer:
    return GRPOTrainer(
        model=under_way.model,
        reward_funcs=reward,
        args=GRPOConfig(**arguments),
        train_dataset=asked,
        processing_class=under_way.tokenizer,
    )


if __name__ == "__main__":
    start(main)
