"""What one forward pass reads: as many groups of an optimiser's step as fit a budget of tokens.

A step is a fixed number of groups, whatever the hardware; ``GroupCollator`` cuts it into batches
that fit. Groups of like length go together, and each pair's weight is its share of the whole step:
the budget changes memory and speed, and not what is learnt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Protocol, Self

import torch
from torch import Tensor

from rewards.engine.groups import Group


class Rows(Protocol):
    """What a model reads of some groups; ``ids`` are all its tokens, padding included."""

    @property
    def ids(self) -> Tensor: ...
    def to(self, device: torch.device | str) -> Self: ...


class Way(Protocol):
    """How groups are laid before a model: see ``ways``."""

    def lay(self, groups: Sequence[Group]) -> Rows: ...
    def cost(self, groups: Sequence[Group]) -> int:
        """How many tokens a pass over these groups computes, padding included."""
        ...


@dataclass(frozen=True)
class Batch:
    """N answers in P pairs, of some of a step's groups."""

    rows: Rows
    better: Tensor  # (P,): places among the answers
    worse: Tensor  # (P,)
    target: Tensor  # (P,)
    margin: Tensor  # (P,)
    weight: Tensor  # (P,): of the step
    rater: Tensor  # (P,): numbers
    vote: Tensor  # (P,): of the K - 1 independent ones that a ranking of K holds
    covariates: Tensor  # (N, C)
    place: Tensor  # (N,): how many answers of its group stand above
    group: Tensor  # (N,): numbers
    order_weight: Tensor  # (N,): of the step, for a loss of whole orders
    share: float  # these groups of the step's

    def to(self, device: torch.device | str) -> "Batch":
        moved = {
            each.name: getattr(self, each.name).to(device)
            for each in fields(self)
            if each.name != "share"
        }
        return replace(self, **moved)


def batch_of(
    groups: Sequence[Group],
    rows: Rows,
    *,
    step: int | None = None,
    raters: Mapping[str, int] | None = None,
) -> Batch:
    """Lay groups one after another; ``step`` is how many the optimiser's step has in all."""
    of = step or len(groups)
    number = raters or {}
    starts = [0]
    for group in groups:
        starts.append(starts[-1] + len(group.answers))
    shifted = list(zip(groups, starts[:-1], strict=True))
    return Batch(
        rows=rows,
        better=torch.tensor([start + at for g, start in shifted for at in g.better]),
        worse=torch.tensor([start + at for g, start in shifted for at in g.worse]),
        target=torch.tensor([target for g in groups for target in g.targets]),
        margin=torch.tensor([margin for g in groups for margin in g.margins]),
        weight=torch.tensor([weight / of for g in groups for weight in g.weights]),
        rater=torch.tensor([number.get(g.rater, 0) for g in groups for _ in g.better]),
        vote=torch.tensor([(len(g.answers) - 1) / len(g.better) for g in groups for _ in g.better]),
        covariates=torch.tensor([row for g in groups for row in g.covariates]),
        place=torch.tensor([place for g in groups for place in g.places]),
        group=torch.tensor([n for n, g in enumerate(groups) for _ in g.answers]),
        order_weight=torch.tensor(
            [sum(g.weights) / ((len(g.answers) - 1) * of) for g in groups for _ in g.answers]
        ),
        share=len(groups) / of,
    )


@dataclass(frozen=True)
class GroupCollator:
    """Cut the groups of one step into batches of at most ``tokens`` tokens, or of one group."""

    way: Way
    tokens: int
    raters: Mapping[str, int] = field(default_factory=dict)

    def __call__(self, groups: Sequence[Group]) -> list[Batch]:
        return [
            batch_of(part, self.way.lay(part), step=len(groups), raters=self.raters)
            for part in filled(groups, self.way, self.tokens)
        ]


def filled(groups: Sequence[Group], way: Way, tokens: int) -> list[list[Group]]:
    """The groups, longest first, cut wherever the next one would not fit any more."""
    parts: list[list[Group]] = []
    for group in sorted(groups, key=lambda group: way.cost([group]), reverse=True):
        if not parts or way.cost([*parts[-1], group]) > tokens:
            parts.append([])
        parts[-1].append(group)
    return parts
