"""Compare a policy with another one on held-out prompts, in the eyes of a judge.

    python -m rewards.engine.evaluate_policy RUN_DIR

1. let both policies answer every prompt, with the same seed
2. score all answers with the judge: a reward model that taught neither
3. count wins over all pairings of a prompt's answers, ties as half; the interval resamples
   prompts and is wide enough for as many looks as a year has weeks

Bonferroni's share of alpha for each look is crude but always valid (Dunn 1961, "Multiple
Comparisons Among Means").
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from commons.stats.bootstrap import bootstrap_ratio
from commons.stats.errors import NotEnoughData
from rewards.engine.chat import Message, prompt_ids
from rewards.engine.config import Knobs
from rewards.engine.errors import BadConfig
from rewards.engine.models import fast_dtype, load_policy, load_tokenizer
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.prompts import Prompt, read_prompts
from rewards.engine.sampling import Row, draw, plain_text
from rewards.engine.scorer import Scorer

SHOWN = 20  # prompts whose answers are laid side by side, to be read
BATCH = 16  # prompts that are answered together
REFUSAL = re.compile(
    r"\b(?:I(?:['’]m| am) (?:sorry|unable|not able)|I (?:can(?:not|['’]t)|won['’]t) "
    r"(?:help|assist|provide|answer|do that|fulfill|comply))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Config(Knobs):
    prompts: Path
    policy: Path
    against: Path
    judge: Path
    samples: int = 2
    max_new_tokens: int = 128
    temperature: float = 0.7
    seed: int = 0
    rounds: int = 10000
    looks: int = 52
    alpha: float = 0.05


@dataclass(frozen=True)
class Answer:
    text: str
    finished: bool
    score: float

    @property
    def refuses(self) -> bool:
        return REFUSAL.search(self.text[:200]) is not None


Answers = list[list[Answer]]  # of each prompt


def main(folder: Path) -> None:
    carry_out(folder, Config, evaluate)


def evaluate(config: Config, folder: Path) -> Result:
    _refuse_nonsense(config)
    prompts = read_prompts(config.prompts)
    judge = Scorer(config.judge)
    policy = _answers(config.policy, prompts, judge, config)
    against = _answers(config.against, prompts, judge, config)
    return {
        "prompts": len(prompts),
        "win_rate": _win_rate(policy, against, config),
        "length_ratio": _length_ratio(policy, against),
        "refusals": {
            "policy": _share(answer.refuses for answer in _flat(policy)),
            "against": _share(answer.refuses for answer in _flat(against)),
        },
        "cut_off": {
            "policy": _share(not answer.finished for answer in _flat(policy)),
            "against": _share(not answer.finished for answer in _flat(against)),
        },
        "samples": [
            _side_by_side(prompt, ours[0], theirs[0])
            for prompt, ours, theirs in zip(prompts, policy, against, strict=True)
        ][:SHOWN],
    }
