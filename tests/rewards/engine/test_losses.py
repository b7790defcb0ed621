"""The loss of a batch of rankings, by hand and against the naive computation."""

import math
from itertools import combinations

import pytest
import torch
from torch.nn import functional

from rewards.engine.groups import Group, GroupCollator
from rewards.engine.losses import group_loss


def loss_of(rewards: list[float], groups: list[Group]) -> float:
    batch = GroupCollator(pad=0)(groups)
    pairs = {name: batch[name] for name in ("better", "worse", "target", "weight")}
    return group_loss(torch.tensor(rewards), **pairs).item()


def group(size: int, better: list[int], worse: list[int], targets: list[float]) -> Group:
    return Group([[7]] * size, better, worse, targets)


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
    batch = GroupCollator(pad=0)([strict])
    pairs = {name: batch[name] for name in ("better", "worse", "target", "weight")}
    rewards = torch.randn(size, generator=torch.Generator().manual_seed(size), requires_grad=True)

    naive = torch.stack([-functional.logsigmoid(rewards[i] - rewards[j]) for i, j in places]).mean()
    ours = group_loss(rewards, **pairs)

    assert ours.item() == pytest.approx(naive.item(), abs=1e-6)
    (by_naive,) = torch.autograd.grad(naive, rewards)
    (by_ours,) = torch.autograd.grad(ours, rewards)
    torch.testing.assert_close(by_ours, by_naive, atol=1e-6, rtol=0)
