"""The loss of a batch of rankings, by hand and against the naive computation."""

import math
from itertools import combinations, permutations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from rewards.engine.batches import Batch, batch_of
from rewards.engine.groups import Group
from rewards.engine.losses import (
    LogChances,
    centring_loss,
    doubted,
    group_loss,
    log_chances,
    plackett_luce,
    told,
    with_nuisance,
)
from rewards.engine.ways import PaddedWay


def batched(groups: list[Group]) -> Batch:
    return batch_of(groups, PaddedWay(0).lay(groups))


def loss_of(rewards: list[float], groups: list[Group]) -> float:
    batch = batched(groups)
    pairs = batch.better, batch.worse, batch.target, batch.weight, batch.margin
    return group_loss(torch.tensor(rewards), *pairs).item()


def group(
    size: int, better: list[int], worse: list[int], targets: list[float], **rest: list[float]
) -> Group:
    return Group([7], [[7]] * size, better, worse, targets, **rest)  # type: ignore[arg-type]


def test_one_pair_by_hand() -> None:
    """A gap of log 3 gives a win probability of 3/4; its loss is log(4/3)."""
    one_pair = group(2, [0], [1], [1.0])

    assert loss_of([math.log(3), 0.0], [one_pair]) == pytest.approx(math.log(4 / 3))


def test_a_tie_is_cheapest_where_the_rewards_are_equal() -> None:
    """At equal rewards it costs log 2; a gap of log 3 costs (log(4/3) + log 4) / 2."""
    tie = group(2, [0], [1], [0.5])

    assert loss_of([1.0, 1.0], [tie]) == pytest.approx(math.log(2))
    assert loss_of([math.log(3), 0.0], [tie]) == pytest.approx((math.log(4 / 3) + math.log(4)) / 2)


def test_a_ranking_counts_the_same_whatever_its_size() -> None:
    """A pair at gap log 3, and three pairs at gap 0: (log(4/3) + log 2) / 2, not a mean of four."""
    pair, three = group(2, [0], [1], [1.0]), group(3, [0, 0, 1], [1, 2, 2], [1.0, 1.0, 1.0])

    found = loss_of([math.log(3), 0.0, 5.0, 5.0, 5.0], [pair, three])

    assert found == pytest.approx((math.log(4 / 3) + math.log(2)) / 2)


@pytest.mark.parametrize("size", range(2, 10))
def test_loss_and_gradient_equal_the_naive_pairwise_ones(size: int) -> None:
    places = list(combinations(range(size), 2))
    strict = group(
        size, [one for one, _ in places], [other for _, other in places], [1.0] * len(places)
    )
    batch = batched([strict])
    rewards = torch.randn(size, generator=torch.Generator().manual_seed(size), requires_grad=True)

    naive = torch.stack([-functional.logsigmoid(rewards[i] - rewards[j]) for i, j in places]).mean()
    ours = group_loss(rewards, batch.better, batch.worse, batch.target, batch.weight)

    assert ours.item() == pytest.approx(naive.item(), abs=1e-6)
    (by_naive,) = torch.autograd.grad(naive, rewards)
    (by_ours,) = torch.autograd.grad(ours, rewards)
    torch.testing.assert_close(by_ours, by_naive, atol=1e-6, rtol=0)


def test_a_margin_asks_for_a_wider_gap() -> None:
    """A gap of log 3 with a margin of log 3 is no better than even; without one, log(4/3)."""
    surer = group(2, [0], [1], [1.0], margins=[math.log(3)])

    assert loss_of([math.log(3), 0.0], [surer]) == pytest.approx(math.log(2))
    assert loss_of([math.log(3), 0.0], [group(2, [0], [1], [1.0], margins=[0.0])]) == (
        pytest.approx(math.log(4 / 3))
    )


def test_a_share_of_votes_and_a_weight() -> None:
    """Three of four votes at a gap of log 3, half as heavy: the entropy of 3/4, halved."""
    voted = group(2, [0], [1], [0.75], weights=[0.5])

    entropy = 0.75 * math.log(4 / 3) + 0.25 * math.log(4)
    assert loss_of([math.log(3), 0.0], [voted]) == pytest.approx(entropy / 2)


def test_davidsons_chances_by_hand() -> None:
    """At a gap of log 4 and nu 1, e^(gap/2) = 2: 2, 1/2 and 1 of 3.5."""
    found = log_chances(torch.tensor([math.log(4)]), torch.tensor([0.0]))

    assert [chance.exp().item() for chance in found if chance is not None] == pytest.approx(
        [2 / 3.5, 0.5 / 3.5, 1 / 3.5]
    )


def test_davidson_without_ties_is_bradley_terry() -> None:
    gap = torch.linspace(-6, 6, 13)

    plain, never = log_chances(gap), log_chances(gap, torch.tensor([-80.0]))

    torch.testing.assert_close(never.better, plain.better)
    torch.testing.assert_close(never.worse, plain.worse)


def test_davidson_keeps_the_odds_and_counts_a_tie_as_half_a_win() -> None:
    """The slope of a tie's log-chance is the mean of the slopes of both preferences."""
    gap = torch.tensor([1.3], dtype=torch.float64, requires_grad=True)
    found = log_chances(gap, torch.tensor([0.4], dtype=torch.float64))
    assert found.tie is not None

    slopes = [
        torch.autograd.grad(chance, gap, retain_graph=True)[0].item()
        for chance in found
        if chance is not None
    ]

    assert (found.better - found.worse).item() == pytest.approx(1.3)
    assert slopes[2] == pytest.approx((slopes[0] + slopes[1]) / 2)


def test_a_tie_counts_by_its_own_chance_where_it_has_one() -> None:
    """Of chances 1/2, 1/4 and 1/4, a preference and a tie cost log 2 and log 4."""
    chances = LogChances(*(torch.tensor([p, p]).log() for p in (0.5, 0.25, 0.25)))
    target, tied, weight = torch.tensor([1.0, 0.5]), torch.tensor([False, True]), torch.ones(2)

    assert told(chances, target, tied, weight).item() == pytest.approx(math.log(8))
    soft = told(LogChances(chances.better, chances.worse), target, tied, weight)
    assert soft.item() == pytest.approx(math.log(2) + (math.log(2) + math.log(4)) / 2)


def test_crowd_chances_by_hand() -> None:
    """Of 3/4: a rater right in 9 of 10 says so in .9 * .75 + .1 * .25 = .7 of all cases."""
    gap = torch.tensor([math.log(3)])

    often = doubted(log_chances(gap), torch.tensor([math.log(9)]))
    coin = doubted(log_chances(gap), torch.tensor([0.0]))
    surely = doubted(log_chances(gap), torch.tensor([60.0]))

    assert often.better.exp().item() == pytest.approx(0.7)
    assert often.worse.exp().item() == pytest.approx(0.3)
    assert coin.better.exp().item() == pytest.approx(0.5)
    assert surely.better.exp().item() == pytest.approx(0.75)


def test_a_coin_teaches_nothing() -> None:
    gap = torch.tensor([2.0], requires_grad=True)

    (slope,) = torch.autograd.grad(doubted(log_chances(gap), torch.tensor([0.0])).better, gap)

    assert slope.item() == pytest.approx(0, abs=1e-7)


def test_plackett_luce_by_hand() -> None:
    """Strengths 3, 2, 1 in this order: 3/6 * 2/3 = 1/3, over two choices."""
    utility = torch.tensor([1.0, 3.0, 2.0]).log()
    place, one = torch.tensor([2, 0, 1]), torch.zeros(3, dtype=torch.long)

    found = plackett_luce(utility, place, one, torch.full((3,), 0.5))

    assert found.item() == pytest.approx(math.log(3) / 2)


def test_plackett_luce_of_two_is_bradley_terry() -> None:
    utility = torch.tensor([math.log(3), 0.0, 1.0, 1.0])
    places, groups = torch.tensor([0, 1, 0, 1]), torch.tensor([0, 0, 1, 1])

    found = plackett_luce(utility, places, groups, torch.full((4,), 0.5))

    assert found.item() == pytest.approx((math.log(4 / 3) + math.log(2)) / 2)


def test_a_tier_is_efrons_mean_of_its_orders() -> None:
    """Strengths 4 and 2 tied above 1: 4/7 * 2/(7 - 3), where Breslow says 4/7 * 2/7.

    The two orders have 4/7 * 2/3 and 2/7 * 4/5, .305 on average.
    """
    strengths = (4.0, 2.0, 1.0)
    utility = torch.tensor(strengths).log()
    place, one = torch.tensor([0, 0, 2]), torch.zeros(3, dtype=torch.long)

    found = math.exp(-plackett_luce(utility, place, one, torch.ones(3)).item())

    orders = [a / 7 * b / (7 - a) for a, b in permutations(strengths[:2])]
    assert found == pytest.approx(4 / 7 * 2 / 4)
    assert abs(found - sum(orders) / 2) < abs(4 / 7 * 2 / 7 - sum(orders) / 2)


def test_centring_by_hand() -> None:
    """Rewards 1 and 2, 1 and -1: (9 + 0) / 2."""
    rewards = torch.tensor([1.0, 2.0, -1.0])
    better, worse, weight = torch.tensor([0, 0]), torch.tensor([1, 2]), torch.full((2,), 0.5)

    assert centring_loss(rewards, better, worse, weight).item() == pytest.approx(4.5)


def test_nuisance_by_hand() -> None:
    covariates = torch.tensor([[1.0, 2.0], [0.0, -1.0]])

    found = with_nuisance(torch.tensor([5.0, 6.0]), covariates, torch.tensor([0.5, 0.25]))

    assert found.tolist() == [6.0, 5.75]


def _all_of_it(rewards: Tensor, log_nu: Tensor, reliability: Tensor, b: Tensor) -> Tensor:
    """Everything that can be asked for at once, on five answers in two groups."""
    covariates = torch.linspace(-1, 1, 10, dtype=torch.float64).view(5, 2)
    utility = with_nuisance(rewards, covariates, b)
    better, worse = torch.tensor([0, 0, 1, 3]), torch.tensor([1, 2, 2, 4])
    target = torch.tensor([1.0, 0.8, 0.5, 0.5], dtype=torch.float64)
    weight = torch.tensor([0.2, 0.2, 0.1, 0.5], dtype=torch.float64)
    margin = torch.tensor([0.3, 0.0, 0.0, 0.0], dtype=torch.float64)
    chances = log_chances(utility[better] - utility[worse] - margin, log_nu)
    heard = doubted(chances, reliability[torch.tensor([0, 0, 1, 1])])
    place, groups = torch.tensor([0, 1, 1, 0, 1]), torch.tensor([0, 0, 0, 1, 1])
    return (
        told(heard, target, target == 0.5, weight)
        + plackett_luce(utility, place, groups, torch.full((5,), 0.3, dtype=torch.float64))
        + centring_loss(rewards, better, worse, weight)
    )


def test_every_gradient_is_that_of_the_loss() -> None:
    random = torch.Generator().manual_seed(0)
    given = [
        torch.randn(size, generator=random, dtype=torch.float64, requires_grad=True)
        for size in (5, 1, 2, 2)
    ]

    assert torch.autograd.gradcheck(_all_of_it, given)
