"""All answers of one ranking travel together: what a batch of the reward model is made of.

Pairs of one ranking share their answers. Split over batches, an answer would be seen K - 1 times
in an epoch and be learnt by heart (InstructGPT, section 3.5); together, each is encoded once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.utils.data import Dataset
from transformers import PreTrainedTokenizerBase

from commons.stats.pairs import pairs_of, ties_of
from rewards.engine.chat import Rendered, prompt_room, render
from rewards.engine.data import Ranking, Snapshot, in_share
from rewards.engine.errors import BadConfig, BadInput

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


class Groups(Dataset[Group]):
    """The rankings that this run learns from, and what became of those it could not read whole."""

    def __init__(self, digest: str, groups: list[Group], skipped_long: int, cut_long: int) -> None:
        self.digest = digest
        self.groups = groups
        self.skipped_long = skipped_long  # rankings left out: their prompt alone is too long
        self.cut_long = cut_long  # answers that lost their end

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, at: int) -> Group:
        return self.groups[at]

    def counts(self) -> dict[str, int]:
        targets = [target for group in self.groups for target in group.targets]
        return {
            "groups": len(self.groups),
            "pairs": sum(target != TIE for target in targets),
            "ties": sum(target == TIE for target in targets),
            "skipped_long": self.skipped_long,
            "cut_long": self.cut_long,
        }


def read_groups(
    snapshot: Snapshot,
    tokenizer: PreTrainedTokenizerBase,
    *,
    share: tuple[int, ...],
    limit: int,
) -> Groups:
    """The rankings of the train side whose prompts fall into ``share``: part i of n."""
    if len(share) != 2 or not 0 <= share[0] < share[1]:
        raise BadConfig(f"'share' must be [i, n] with 0 <= i < n, not {list(share)}.")
    groups, skipped, cut = [], 0, 0
    for ranking in snapshot.rankings("train"):
        if len(ranking.placed) < 2 or not in_share(ranking.prompt_id, *share):
            continue
        rendered = render_placed(ranking, tokenizer)
        if len(rendered[0].prompt) > prompt_room(limit):
            skipped += 1
            continue
        cut += sum(answer.is_cut_at(limit) for answer in rendered)
        groups.append(group_of(ranking, rendered, limit))
    if not groups:
        raise BadInput(
            f"{snapshot.folder} has no ranking to learn from in share {share[0]} of {share[1]} "
            f"that fits into {limit} tokens; collect more, or raise 'max_length'."
        )
    return Groups(snapshot.digest, groups, skipped, cut)


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
