"""Compare a policy with another one on held-out prompts, in the eyes of a judge.

    python -m rewards.engine.evaluate_policy RUN_DIR

1. let the policies answer every prompt, with the same seed; what is drawn is kept batch by batch
2. score all answers with the judge: a reward model that taught neither and stopped neither
3. count wins over all pairings of a prompt's answers, ties as half: on all prompts, on the fresh
   ones, with length taken out, by skill and language, and against the base
4. count what a small model gains by: refusals, answers cut off or in a loop, details that the
   prompt does not hold
5. say how surprised either policy is by held-out demonstrations, where a snapshot has some

Intervals resample prompts and are wide enough for as many looks as a year has weeks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import cast

import torch

from commons.sentences import sentence as _
from rewards.engine.chat import prompt_ids
from rewards.engine.comparison import Answer, Answers, Comparison, Looks
from rewards.engine.config import Knobs
from rewards.engine.data import open_snapshot
from rewards.engine.errors import BadConfig
from rewards.engine.jsonl import JsonRow, append_rows, keep_first, whole_rows
from rewards.engine.messages import Message
from rewards.engine.models import fast_dtype, load_policy, load_tokenizer
from rewards.engine.perplexity import compared_perplexity, surprise
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.prompts import Prompt, read_prompts
from rewards.engine.sampling import Row, draw, plain_text, seed_of
from rewards.engine.scorer import Scorer
from rewards.stats.evidence import YEAR

BATCH = 16  # prompts that are answered together
SHOWN = 20  # prompts whose answers are laid side by side, to be read


@dataclass(frozen=True)
class Config(Knobs):
    prompts: Path
    policy: Path
    against: Path
    judge: Path
    base: Path | None = None  # compared with as well, unless it is the one in service
    snapshot: Path | None = None  # of kind ``sft``; its test side is read
    demonstrations: int = 256  # at most so many of them
    max_length: int = 1024  # tokens of a demonstration
    samples: int = 2
    max_new_tokens: int = 128
    temperature: float = 0.7
    seed: int = 0
    rounds: int = 10000
    looks: int = YEAR
    alpha: float = 0.05


def main(folder: Path) -> None:
    carry_out(folder, Config, evaluate)


def evaluate(config: Config, folder: Path) -> Result:
    _refuse_nonsense(config)
    prompts = read_prompts(config.prompts)
    sides = {"policy": config.policy, "against": config.against}
    if config.base is not None and config.base != config.against:
        sides["base"] = config.base
    for name, model in sides.items():
        _draw(folder / f"{name}.jsonl", model, prompts, config)
    judge = Scorer(config.judge)
    said = {name: _scored(folder / f"{name}.jsonl", prompts, judge) for name in sides}
    looks = Looks(config.alpha, config.looks, config.rounds, config.seed)
    served = Comparison(prompts, said["policy"], said["against"], looks)
    base = Comparison(prompts, said["policy"], said["base"], looks) if "base" in said else None
    return {
        **served.win_rates(),
        "looks": config.looks,
        "against_base": base.win_rates() if base else None,
        "by_skill": served.slices(lambda prompt: prompt.skill),
        "by_language": served.slices(lambda prompt: prompt.language),
        "refusals": served.shares(lambda answer: answer.refuses),
        "cut_off": served.shares(lambda answer: not answer.finished),
        "looping": served.shares(lambda answer: answer.loops),
        "unsupported": served.details(),
        "perplexity": _perplexity(config, looks),
        "samples": [
            _side_by_side(prompt, ours[0], theirs[0])
            for prompt, ours, theirs in zip(prompts, served.ours, served.theirs, strict=True)
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
        report(at, len(ordered), _("%(policy)s: answering prompts", policy=kept.stem))
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
            report(number, len(prompts), _("%(policy)s: judging answers", policy=kept.stem))
        texts = [str(answer["text"]) for answer in said[prompt.id]]
        messages = [[Message(role="assistant", content=text)] for text in texts]
        scores = judge.score([prompt.messages] * len(texts), messages)
        ended = [bool(answer["finished"]) for answer in said[prompt.id]]
        scored.append([Answer(*each) for each in zip(texts, ended, scores, strict=True)])
    return scored


def _perplexity(config: Config, looks: Looks) -> dict[str, object] | None:
    """Of both policies on the same demonstrations; None where there are none."""
    if config.snapshot is None:
        return None
    found = open_snapshot(config.snapshot, "sft").demonstrations("test")
    shown = list(islice(found, config.demonstrations))
    surprises = [
        surprise(folder, shown, config.max_length, says)
        for folder, says in ((config.policy, "policy"), (config.against, "against"))
    ]
    return compared_perplexity(*surprises, rng=looks.rng()) if shown else None


def _side_by_side(prompt: Prompt, ours: Answer, theirs: Answer) -> dict[str, object]:
    return {
        "prompt_id": prompt.id,
        "prompt": prompt.messages,
        "policy": ours.text,
        "against": theirs.text,
        "policy_score": ours.score,
        "against_score": theirs.score,
    }


def _refuse_nonsense(config: Config) -> None:
    if config.temperature <= 0:
        raise BadConfig(_("%(name)s must be above 0.", name="'temperature'"))
    if min(config.samples, config.max_new_tokens, config.rounds, config.looks) < 1:
        raise BadConfig(_("'samples', 'max_new_tokens', 'rounds' and 'looks' must be at least 1."))
    if min(config.demonstrations, config.max_length) < 1:
        raise BadConfig(_("'demonstrations' and 'max_length' must be at least 1."))
    if not 0 < config.alpha < 1:
        raise BadConfig(_("'alpha' must be between 0 and 1."))


if __name__ == "__main__":
    start(main)
