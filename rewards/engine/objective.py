"""The loss that a run was asked for, and what is fitted beside the rewards and never leaves.

    rewards + covariates . b  ->  chances, with ties by Davidson  ->  doubted by rater  ->  loss

``b`` and Davidson's nu are parameters of this module, what is known of the raters a buffer: they
are checkpointed with the model, told in its manifest, and are no part of a score.

A rater's reliability is not descended to. Each vote is looked at once, under chances from before
it was first learnt from, and the likelihood of every eta is kept; the most likely one is used in
the next step. Votes that were learnt by heart would make any rater look sound, and a gradient a
step would need far more steps than there are in an epoch.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from commons.sentences import sentence as _
from rewards.engine.batches import Batch
from rewards.engine.errors import BadConfig
from rewards.engine.groups import COVARIATES, TIE, Group
from rewards.engine.losses import (
    LogChances,
    centring_loss,
    doubted,
    log_chances,
    plackett_luce,
    told,
    with_nuisance,
)

LOSSES = ("bradley_terry", "plackett_luce")
TIES = ("soft", "davidson", "drop")
PRIOR = (8.0, 2.0)  # of a rater's reliability, Beta: as ``raters`` has it
ETAS = 99  # reliabilities that are tried, evenly over 0 to 1
NEWTON_STEPS = 50
RIDGE = 1e-3  # beside a mean over groups: holds a coefficient that nothing speaks against


@dataclass(frozen=True)
class Asked:
    """Which loss; refuses by name what does not exist or does not go together."""

    loss: str = "bradley_terry"
    ties: str = "soft"
    margins: tuple[float, ...] = ()
    centring: float = 0.0
    drop_covariates: bool = False
    reliability: bool = False

    def __post_init__(self) -> None:
        for name, given, known in (("loss", self.loss, LOSSES), ("ties", self.ties, TIES)):
            if given not in known:
                raise BadConfig(
                    _(
                        "%(name)s must be one of %(known)s, not %(given)s.",
                        name=repr(name),
                        known=", ".join(known),
                        given=repr(given),
                    )
                )
        if self.centring < 0:
            raise BadConfig(
                _(
                    "'centring' must be 0 or more, not %(centring)s.",
                    centring=self.centring,
                )
            )
        if self.loss == "plackett_luce" and (
            self.ties != "soft" or self.margins or self.reliability
        ):
            raise BadConfig(
                _(
                    "plackett_luce looks at whole orders: it knows no margins, no "
                    "reliability and one way with ties; leave 'margins', 'reliability' and "
                    "'ties' out or choose bradley_terry.",
                )
            )


class Objective(nn.Module):
    """Rewards in, loss out. What is not asked for has no parameter."""

    scale: Tensor
    heard: Tensor

    def __init__(self, asked: Asked, groups: Sequence[Group], raters: int) -> None:
        super().__init__()
        self.asked = asked
        self.register_buffer("scale", _spread(groups))  # (C,)
        self.coefficients = self.log_nu = None
        if asked.drop_covariates:
            self.coefficients = nn.Parameter(fitted_coefficients(groups, self.scale))
        if asked.ties == "davidson":
            self.log_nu = nn.Parameter(_log_nu(groups))  # (1,): a shard is no scalar
        if asked.reliability:
            self.register_buffer("heard", torch.zeros(raters, ETAS))  # log-likelihoods

    def forward(self, rewards: Tensor, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The loss, and of what nothing is learnt: utility, unlikelihood, what was heard.

        All at once, since the parameters of a module that is sharded are whole in its call alone.
        """
        loss = self.loss(rewards, batch)
        with torch.no_grad():
            said = rewards.detach().float()
            heard = self.heard_in(said, batch) if self.asked.reliability else said.new_empty(0)
            return loss, self.utility(said, batch), self.unlikelihood(said, batch), heard

    def loss(self, rewards: Tensor, batch: Batch) -> Tensor:
        """What a batch costs; the costs of a step's batches add up to the step's."""
        loss = self.unlikelihood(rewards, batch, doubts=True)
        if self.asked.centring:
            parts = rewards, batch.better, batch.worse, batch.weight
            loss = loss + self.asked.centring * centring_loss(*parts)
        return loss

    def unlikelihood(self, rewards: Tensor, batch: Batch, *, doubts: bool = False) -> Tensor:
        """The mean negative log-likelihood of what was said, as if by raters who never err.

        With ``doubts``, by raters as reliable as this run has found them.
        """
        utility = self.utility(rewards, batch)
        if self.asked.loss == "plackett_luce":
            return plackett_luce(utility, batch.place, batch.group, batch.order_weight)
        chances = self._chances(utility, batch)
        if doubts and self.asked.reliability:
            chances = doubted(chances, torch.logit(self._believed())[batch.rater])
        return told(chances, batch.target, batch.target == TIE, batch.weight)

    def _chances(self, utility: Tensor, batch: Batch) -> LogChances:
        gap = utility[batch.better] - utility[batch.worse] - batch.margin
        return log_chances(gap, None if self.log_nu is None else self.log_nu.float())

    @torch.no_grad()
    def heard_in(self, rewards: Tensor, batch: Batch) -> Tensor:
        """How likely each eta (raters, ETAS) makes a batch's votes, as logarithms.

        ``rewards`` are those from before the batch is learnt from. A pair of a ranking of K counts
        by its share of the K - 1 independent votes that it holds; a tie says nothing of its rater.
        """
        chances = self._chances(self.utility(rewards.float(), batch), batch)
        etas = torch.logit(_etas(rewards.device))
        better, worse, _tie = doubted(LogChances(*(c[:, None] for c in chances[:2])), etas)
        said = batch.target[:, None] * better + (1 - batch.target[:, None]) * worse  # (P, ETAS)
        counts = batch.vote * (batch.target != TIE)
        return torch.zeros_like(self.heard).index_add_(0, batch.rater, counts[:, None] * said)

    def _believed(self) -> Tensor:
        """The most likely eta of each rater (raters,) after all that was heard of them."""
        etas, (alpha, beta) = _etas(self.heard.device), PRIOR
        prior = (alpha - 1) * etas.log() + (beta - 1) * (1 - etas).log()
        return etas[(self.heard + prior).argmax(1)]

    def utility(self, rewards: Tensor, batch: Batch) -> Tensor:
        """What people are taken to go by (N,): the reward, and covariates where they are fitted."""
        if self.coefficients is None:
            return rewards
        return with_nuisance(rewards, batch.covariates / self.scale, self.coefficients.float())

    def found(self) -> dict[str, object]:
        """The nuisance as plain numbers; coefficients in units of the covariates themselves."""
        told: dict[str, object] = {}
        if self.coefficients is not None:
            values = (self.coefficients.detach() / self.scale).tolist()
            told["covariates"] = dict(zip(COVARIATES, values, strict=True))
        if self.log_nu is not None:
            told["tie_nu"] = self.log_nu.exp().item()
        return told

    def reliabilities(self, raters: Mapping[str, int]) -> dict[str, float]:
        """How often each rater is taken to say what they see, by pseudonym."""
        if not self.asked.reliability:
            return {}
        found = self._believed().tolist()
        return {name: found[number] for name, number in raters.items()}


def _etas(device: torch.device) -> Tensor:
    return torch.arange(1, ETAS + 1, device=device) / (ETAS + 1)


def fitted_coefficients(groups: Sequence[Group], scale: Tensor) -> Tensor:
    """Where ``b`` (C,) begins: Bradley and Terry on the covariates alone, by Newton's method.

    So that rewards have nothing to learn of what length and layout explain from the first step on.
    ``scale`` (C,) is what the covariates are divided by.
    """
    pairs = [
        (g.covariates[better], g.covariates[worse], target, weight)
        for g in groups
        for better, worse, target, weight in zip(
            g.better, g.worse, g.targets, g.weights, strict=True
        )
    ]
    ahead, behind, target, weight = (
        torch.tensor(column, dtype=torch.float64) for column in zip(*pairs, strict=True)
    )
    x = (ahead - behind) / scale.double()  # (P, C)
    weight = weight / weight.sum()
    b = torch.zeros(x.shape[1], dtype=torch.float64)
    for _step in range(NEWTON_STEPS):
        chance = torch.sigmoid(x @ b)
        slope = x.T @ (weight * (chance - target)) + RIDGE * b
        curve = x.T @ (x * (weight * chance * (1 - chance))[:, None])
        step = torch.linalg.solve(curve + RIDGE * torch.eye(len(b), dtype=torch.float64), slope)
        step = step.clamp(-1, 1)  # where the covariates tell nearly all, the curve is nearly flat
        b = b - step
        if step.abs().max() < 1e-9:
            break
    return b.float()


def _spread(groups: Sequence[Group]) -> Tensor:
    """The standard deviation (C,) of each covariate over all answers; 1 where all are alike."""
    rows = torch.tensor([row for group in groups for row in group.covariates])  # (N, C)
    spread = rows.std(0, correction=0)
    return torch.where(spread > 1e-6, spread, torch.ones_like(spread))


def _log_nu(groups: Sequence[Group]) -> Tensor:
    """Davidson's nu if all answers were equally good: a share p of ties is nu / (2 + nu)."""
    targets = [target for group in groups for target in group.targets]
    ties = sum(target == TIE for target in targets)
    share = (ties + 1) / (len(targets) + 3)  # never 0, never 1
    return torch.tensor([math.log(2 * share / (1 - share))])
