"""Losses as pure functions of rewards; the model returns rewards, never a loss.

    gap -> log_chances (Bradley-Terry, or Davidson with ties) -> doubted (by who says it) -> told
    rewards -> plackett_luce (a whole order at once), centring

Shapes: N answers of a batch, P pairs, C covariates, K raters. ``weight`` (P,) is each pair's share
of the batch: 1 / (pairs of its group * groups), so that a ranking counts the same whatever its K
(InstructGPT, Ouyang et al. 2022, eq. 1, with its mean over K (K - 1) / 2 pairs).
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional


class LogChances(NamedTuple):
    """Log-probabilities (P,) of what can be said of a pair; ``tie`` is None where none can be."""

    better: Tensor
    worse: Tensor
    tie: Tensor | None = None


def group_loss(
    rewards: Tensor,
    better: Tensor,
    worse: Tensor,
    target: Tensor,
    weight: Tensor,
    margin: Tensor | float = 0.0,
) -> Tensor:
    """Weighted negative log-likelihood of pairs, by Bradley and Terry on differences of rewards.

        -sum_p w_p [ t_p log s(g_p - m_p) + (1 - t_p) log s(m_p - g_p) ],  g_p = r_better - r_worse

    ``rewards`` (N,) are those of all answers of a batch, each scored once; ``better`` and
    ``worse`` (P,) are places in it. ``target`` (P,) is the chance that better wins: 1 for a
    preference, 1/2 for a tie, a share of votes. ``margin`` (P,) asks for a wider gap where people
    were surer (Touvron et al. 2023, "Llama 2", section 3.2.2). Ties as soft labels are
    ours: InstructGPT leaves them out.
    """
    gap = rewards[better] - rewards[worse] - margin  # (P,)
    lost = functional.binary_cross_entropy_with_logits(gap, target, reduction="none")
    return (weight * lost).sum()


def log_chances(gap: Tensor, log_nu: Tensor | None = None) -> LogChances:
    """What the model expects to be said of pairs at ``gap`` (P,), margins taken off.

    Without ``log_nu``: Bradley and Terry, log s(gap) and log s(-gap). With it, a scalar: Davidson
    (1970, "On extending the Bradley-Terry model to accommodate ties"), in rewards:

        P(better) = e^(gap/2) / Z,  P(worse) = e^(-gap/2) / Z,  P(tie) = nu / Z

    with Z the sum of the three numerators. Davidson and not Rao-Kupper (1967): the odds of better
    to worse stay e^gap, so a reward means what it means without ties (Luce's choice axiom, which
    Rao and Kupper's threshold breaks); a tie counts in the likelihood equations as half a win for
    each, as a soft label does, and nu only says how common ties are; and nu = 0 is Bradley-Terry.
    """
    if log_nu is None:
        return LogChances(functional.logsigmoid(gap), functional.logsigmoid(-gap))
    half = gap / 2
    whole = torch.logaddexp(torch.logaddexp(half, -half), log_nu)
    return LogChances(half - whole, -half - whole, log_nu - whole)


def doubted(chances: LogChances, reliability: Tensor) -> LogChances:
    """Chances of what a rater says, who means the opposite of a preference now and then.

        P(says better) = eta_k P(better) + (1 - eta_k) P(worse)

    Crowd Bradley-Terry (Chen et al. 2013, "Pairwise ranking aggregation in a crowdsourced
    setting"). ``reliability`` (P,) is the logit of eta for each pair's rater: eta 1 is who
    always says what they see, 1/2 who throws a coin, and whose votes then teach nothing. That
    somebody saw a tie is believed of everyone: it is our addition, as the paper has no ties.
    """
    sees, errs = functional.logsigmoid(reliability), functional.logsigmoid(-reliability)
    better = torch.logaddexp(sees + chances.better, errs + chances.worse)
    worse = torch.logaddexp(sees + chances.worse, errs + chances.better)
    return LogChances(better, worse, chances.tie)


def told(chances: LogChances, target: Tensor, tied: Tensor, weight: Tensor) -> Tensor:
    """Weighted negative log-likelihood of what was said of pairs, all (P,); ``tied`` is boolean.

    Where ties have a chance of their own, a tied pair counts by it; else it is the soft label
    that ``target`` says.
    """
    said = target * chances.better + (1 - target) * chances.worse
    if chances.tie is not None:
        said = torch.where(tied, chances.tie, said)
    return -(weight * said).sum()


def plackett_luce(utility: Tensor, place: Tensor, group: Tensor, weight: Tensor) -> Tensor:
    """Weighted negative log-likelihood of whole orders: the best is chosen, then the next best.

        -sum_i w_i [ u_i - log( sum_{j in R_i} e^u_j - (l_i / d_i) sum_{j in T_i} e^u_j ) ]

    all (N,): ``place`` rises from best to worst and is equal within a tier, ``group`` tells
    rankings apart, ``weight`` is 1 / ((K - 1) * groups), so that K = 2 is Bradley and Terry.
    R_i are the answers of i's group that stand no better, T_i those of its tier, d_i how many
    these are and l_i = 0 .. d_i - 1 i's number among them. Plackett (1975); without ties this is
    the partial likelihood of Cox. Tiers are Efron's approximation (1977) to the average over all
    orders within one: exact without ties, nearer than Breslow's with many, and at K answers it
    costs K terms and not K!.
    """
    same = group[:, None] == group[None, :]  # (N, N)
    remains = same & (place[None, :] >= place[:, None])
    tier = same & (place[None, :] == place[:, None])
    number = tier.tril(-1).sum(1).to(utility.dtype)  # (N,): l
    taken = tier * (number / tier.sum(1))[:, None]  # (N, N): what the tier has used up by then
    left = remains.to(utility.dtype) - taken
    rest = torch.logsumexp(utility[None, :] + left.log(), dim=1)  # (N,); log 0 leaves an answer out
    return -(weight * (utility - rest)).sum()


def centring_loss(rewards: Tensor, better: Tensor, worse: Tensor, weight: Tensor) -> Tensor:
    """sum_p w_p (r_better + r_worse)^2, to be added times a small coefficient.

    Differences do not say where 0 is; this does (Eisenstein et al. 2023, "Helping or herding?"),
    so that rewards of different prompts, or of several models, can be put side by side.
    """
    return (weight * (rewards[better] + rewards[worse]).square()).sum()


def with_nuisance(rewards: Tensor, covariates: Tensor, coefficients: Tensor) -> Tensor:
    """What people are taken to go by: r_i + x_i . b, of rewards (N,), (N, C) and (C,).

    ``b`` takes on what length and layout alone explain; the score that leaves is ``r``. Style
    control in the sense of the Chatbot Arena (Li et al. 2024, "Does style matter?"): covariates
    as further regressors of the same Bradley-Terry model.
    """
    return rewards + covariates @ coefficients
