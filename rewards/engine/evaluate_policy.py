"""Compare a policy with another one on held-out prompts, in the eyes of a judge.

    python -m rewards.engine.evaluate_policy RUN_DIR

1. let both policies answer every prompt, with the same seed; what is drawn is kept batch by batch
2. score all answers with the judge: a reward model that taught neither
3. count wins over all pairings of a prompt's answers, ties as half; the interval resamples
   prompts and is wide enough for as many looks as a year has weeks

Bonferroni's share of alpha for each look is crude but always valid (Dunn 1961, "Multiple
Comparisons Among Means").
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TypeAlias, cast

import numpy as np
import torch

from commons.stats.bootstrap import bootstrap_ratio
from commons.stats.errors import NotEnoughData
from rewards.engine.chat import Message, prompt_ids
from rewards.engine.config import Knobs
from rewards.engine.errors import BadConfig
from rewards.engine.jsonl import JsonRow, append_rows, keep_first, whole_rows
from rewards.engine.models import fast_dtype, load_policy, load_tokenizer
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.prompts import Prompt, read_prompts
from rewards.engine.sampling import Row, draw, plain_text, seed_of
from rewards.engine.scorer import Scorer
from rewards.stats.texts import refuses

BATCH = 16  # prompts that are answered together
SHOWN = 20  # prompts whose answers are laid side by side, to be read


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
        return refuses(self.text)

    def wins(self, other: "Answer") -> float:
        """1 against a worse answer, 0 against a better one; the same words are a tie."""
        if self.text == other.text or self.score == other.score:
            return 0.5
        return float(self.score > other.score)


Answers: TypeAlias = list[list[Answer]]  # of each prompt, in the order of the prompts


def main(folder: Path) -> None:
    carry_out(folder, Config, evaluate)


def evaluate(config: Config, folder: Path) -> Result:
    _refuse_nonsense(config)
    prompts = read_prompts(config.prompts)
    _draw(folder / "policy.jsonl", config.policy, prompts, config)
    _draw(folder / "against.jsonl", config.against, prompts, config)
    judge = Scorer(config.judge)
    policy = _scored(folder / "policy.jsonl", prompts, judge)
    against = _scored(folder / "against.jsonl", prompts, judge)
    return {
        "prompts": len(prompts),
        "win_rate": _win_rate(policy, against, config),
        "length_ratio": _length_ratio(policy, against),
        "refusals": {
            "policy": _share(policy, lambda answer: answer.refuses),
            "against": _share(against, lambda answer: answer.refuses),
        },
        "cut_off": {
            "policy": _share(policy, lambda answer: not answer.finished),
            "against": _share(against, lambda answer: not answer.finished),
        },
        "samples": [
            _side_by_side(prompt, ours[0], theirs[0])
            for prompt, ours, theirs in zip(prompts, policy, against, strict=True)
        ][:SHOWN],
    }


def _draw(kept: Path, policy: Path, prompts: Sequence[Prompt], config: Config) -> None:
    """Write one row a prompt with its answers to ``kept``, going on after the last whole batch."""
    done = len(whole_rows(kept)) // BATCH * BATCH
    keep_first(kept, done)
    tokenizer = load_tokenizer(policy)
    ids = {prompt.id: prompt_ids(tokenizer, prompt.messages) for prompt in prompts}
    ordered = sorted(ids, key=lambda prompt: (-len(ids[prompt]), prompt))
    model = load_policy(policy, fast_dtype())
    for at in range(done, len(ordered), BATCH):
        report(at, len(ordered), f"{kept.stem}: answering prompts")
        batch = ordered[at : at + BATCH]
        seed = seed_of(config.seed, batch[0])
        drawn = draw(
            model,
            [ids[prompt] for prompt in batch],
            [Row(n, config.temperature) for n in range(len(batch)) for _ in range(config.samples)],
            max_new_tokens=config.max_new_tokens,
            generator=torch.Generator(model.device).manual_seed(seed),
        )
        said = [{"text": plain_text(tokenizer, d), "finished": d.finished} for d in drawn]
        each = config.samples
        append_rows(
            kept,
            [{"prompt": p, "answers": said[n * each :][:each]} for n, p in enumerate(batch)],
        )


def _scored(kept: Path, prompts: Sequence[Prompt], judge: Scorer) -> Answers:
    said = {row["prompt"]: cast(list[JsonRow], row["answers"]) for row in whole_rows(kept)}
    scored: Answers = []
    for number, prompt in enumerate(prompts):
        if number % BATCH == 0:
            report(number, len(prompts), f"{kept.stem}: judging answers")
        texts = [str(answer["text"]) for answer in said[prompt.id]]
        messages = [[Message(role="assistant", content=text)] for text in texts]
        scores = judge.score([prompt.messages] * len(texts), messages)
        ended = [bool(answer["finished"]) for answer in said[prompt.id]]
        scored.append([Answer(*each) for each in zip(texts, ended, scores, strict=True)])
    return scored


def _win_rate(policy: Answers, against: Answers, config: Config) -> dict[str, float] | None:
    """The chance that the judge prefers the policy's answer, and its interval over prompts."""
    wins = [
        fmean(mine.wins(other) for mine in ours for other in theirs)
        for ours, theirs in zip(policy, against, strict=True)
    ]
    try:
        found = bootstrap_ratio(
            wins,
            np.ones(len(wins)),
            rng=np.random.default_rng(config.seed),
            rounds=config.rounds,
            level=1 - config.alpha / config.looks,
        )
    except NotEnoughData:
        return None
    return {"value": found.value, "low": found.low, "high": found.high}


def _length_ratio(policy: Answers, against: Answers) -> float | None:
    """Characters of the policy's answers for each one of the other's; null if those are empty."""
    ours, theirs = (
        sum(len(answer.text) for answers in side for answer in answers)
        for side in (policy, against)
    )
    return ours / theirs if theirs else None


def _side_by_side(prompt: Prompt, ours: Answer, theirs: Answer) -> dict[str, object]:
    return {
        "prompt_id": prompt.id,
        "prompt": prompt.messages,
        "policy": ours.text,
        "against": theirs.text,
        "policy_score": ours.score,
        "against_score": theirs.score,
    }


def _share(side: Answers, holds: Callable[[Answer], bool]) -> float:
    return fmean(holds(answer) for answers in side for answer in answers)


def _refuse_nonsense(config: Config) -> None:
    if config.temperature <= 0:
        raise BadConfig("'temperature' must be above 0.")
    if min(config.samples, config.max_new_tokens, config.rounds, config.looks) < 1:
        raise BadConfig("'samples', 'max_new_tokens', 'rounds' and 'looks' must be at least 1.")
    if not 0 < config.alpha < 1:
        raise BadConfig("'alpha' must be between 0 and 1.")


if __name__ == "__main__":
    start(main)
