"""How surprised a policy is by what experts wrote: what it forgets shows here first.

Perplexity is exp(mean of -log p) over the tokens of the answers; 1 is no surprise at all.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from commons.sentences import sentence as _
from commons.stats.bootstrap import bootstrap_difference
from commons.stats.errors import NotEnoughData
from rewards.engine.chat import prompt_room, render
from rewards.engine.data import Demonstration
from rewards.engine.models import load_policy, load_tokenizer
from rewards.engine.progress import report


@dataclass(frozen=True)
class Surprise:
    """Of each demonstration: its prompt, the sum of -log p of its answer, its tokens."""

    prompts: list[str]
    sums: list[float]
    tokens: list[int]

    @property
    def mean(self) -> float:
        return sum(self.sums) / sum(self.tokens)

    def by_prompt(self) -> tuple[list[float], list[float]]:
        """Both columns summed over the demonstrations of a prompt, in the order of the prompts."""
        totals: dict[str, tuple[float, float]] = {}
        for prompt, lost, tokens in zip(self.prompts, self.sums, self.tokens, strict=True):
            before = totals.get(prompt, (0.0, 0.0))
            totals[prompt] = before[0] + lost, before[1] + tokens
        lost_by, tokens_by = zip(*totals.values(), strict=True)
        return list(lost_by), list(tokens_by)


@torch.inference_mode()
def surprise(
    folder: Path, shown: Sequence[Demonstration], limit: int, says: str = "policy"
) -> Surprise:
    """The policy's surprise at every answer, in float32, each within ``limit`` ids."""
    tokenizer, model = load_tokenizer(folder), load_policy(folder, torch.float32)
    found = Surprise([], [], [])
    for number, one in enumerate(shown):
        if number % 16 == 0:
            report(number, len(shown), _("%(policy)s: reading demonstrations", policy=says))
        rendered = render(tokenizer, one.prompt, one.answer, one.tools)
        ids = rendered.within(limit)
        answer = len(ids) - min(len(rendered.prompt), prompt_room(limit))
        row = torch.tensor([ids], device=model.device)  # (1, T)
        logits = model(input_ids=row, logits_to_keep=answer + 1).logits[0, :-1]  # (answer, V)
        chosen = logits.float().log_softmax(-1).gather(1, row[0, -answer:, None])
        found.prompts.append(one.prompt_id)
        found.sums.append(-float(chosen.sum()))
        found.tokens.append(answer)
    return found


def compared_perplexity(
    ours: Surprise, theirs: Surprise, *, rng: np.random.Generator
) -> dict[str, object]:
    """Both perplexities, and the ratio of ours to theirs with its 95 % interval by prompt."""
    return {
        "policy": math.exp(ours.mean),
        "against": math.exp(theirs.mean),
        "demonstrations": len(ours.sums),
        "ratio": _ratio(ours, theirs, rng),
    }


def _ratio(ours: Surprise, theirs: Surprise, rng: np.random.Generator) -> dict[str, float] | None:
    """exp of the difference of means; None for fewer than two prompts."""
    try:
        found = bootstrap_difference(*ours.by_prompt(), *theirs.by_prompt(), rng=rng)
    except NotEnoughData:
        return None
    return {name: math.exp(getattr(found, name)) for name in ("value", "low", "high")}
