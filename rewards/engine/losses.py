"""Losses as pure functions of rewards; the model returns rewards, never a loss."""

from torch import Tensor
from torch.nn import functional


def group_loss(
    rewards: Tensor, better: Tensor, worse: Tensor, target: Tensor, weight: Tensor
) -> Tensor:
    """Weighted negative log-likelihood of pairs, by Bradley and Terry on differences of rewards.

        -sum_p w_p [ t_p log s(r_better - r_worse) + (1 - t_p) log s(r_worse - r_better) ]

    ``rewards`` (N,) are those of all answers of a batch, each scored once; ``better`` and
    ``worse`` (P,) are places in it. ``target`` (P,) is the chance that better wins: 1 for a
    preference, 1/2 for a tie. ``weight`` (P,) is 1 / (pairs of the group * groups), so that a
    ranking counts the same whatever its K (InstructGPT, eq. 1, with its mean over K (K - 1) / 2
    pairs). Ties as soft labels are ours: the paper leaves them out.
    """
    gap = rewards[better] - rewards[worse]  # (P,)
    lost = functional.binary_cross_entropy_with_logits(gap, target, reduction="none")
    return (weight * lost).sum()
