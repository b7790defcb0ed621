"""All answers of one ranking travel together: what a batch of the reward model is made of.

Pairs of one ranking share their answers. Split over batches, an answer would be seen K - 1 times
in an epoch and be learnt by heart (InstructGPT, section 3.5); together, each is encoded once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from commons.stats.pairs import pairs_of, ties_of
from rewards.engine.chat import Rendered, render
from rewards.engine.data import Ranking

TIE = 0.5


@dataclass(frozen=True)
class Group:
    """A ranking as ids: one sequence an answer, and who beat whom by place among them."""

    sequences: list[list[int]]
    better: list[int]
    worse: list[int]
    targets: list[float]


def render_placed(ranking: Ranking, tokenizer: PreTrainedTokenizerBase) -> list[Rendered]:
    """Every answer that the rater could place, rendered under the prompt."""
    return [render(tokenizer, ranking.prompt, ranking.answers[at]) for at in ranking.placed]


def group_of(ranking: Ranking, rendered: Sequence[Rendered], limit: int) -> Group:
    """The group that a ranking of at least two answers makes, each within ``limit`` ids."""
    at = {place: number for number, place in enumerate(ranking.placed)}
    strict, ties = pairs_of(ranking.tiers), ties_of(ranking.tiers)
    return Group(
        sequences=[answer.within(limit) for answer in rendered],
        better=[at[pair.better] for pair in strict] + [at[one] for one, _ in ties],
        worse=[at[pair.worse] for pair in strict] + [at[other] for _, other in ties],
        targets=[1.0] * len(strict) + [TIE] * len(ties),
    )


def padded(sequences: Sequence[Sequence[int]], pad: int) -> tuple[Tensor, Tensor]:
    """Ids and attention mask (N, T), padded on the right: the last real token is pooled."""
    width = max(map(len, sequences))
    ids = torch.tensor([[*s, *[pad] * (width - len(s))] for s in sequences])
    mask = torch.tensor([[1] * len(s) + [0] * (width - len(s)) for s in sequences])
    return ids, mask


@dataclass(frozen=True)
class GroupCollator:
    """Lay groups one after another into one batch of answers and one list of pairs."""

    pad: int

    def __call__(self, groups: Sequence[Group]) -> dict[str, Tensor]:
        starts, rows = [], 0
        for group in groups:
            starts.append(rows)
            rows += len(group.sequences)
        ids, mask = padded([s for group in groups for s in group.sequences], self.pad)
        shifted = list(zip(groups, starts, strict=True))
        shares = [1 / (len(g.targets) * len(groups)) for g in groups for _ in g.targets]
        return {
            "input_ids": ids,  # (N, T)
            "attention_mask": mask,  # (N, T)
            "better": torch.tensor([start + at for g, start in shifted for at in g.better]),  # (P,)
            "worse": torch.tensor([start + at for g, start in shifted for at in g.worse]),  # (P,)
            "target": torch.tensor([t for g in groups for t in g.targets]),  # (P,)
            "weight": torch.tensor(shares),  # (P,)
        }
