import numpy as np
import pytest

from commons.stats.ranks import ranks_of


def test_items_that_cannot_be_told_apart_share_a_rank() -> None:
    """Errors of 0.1 each: 0.05 apart is nothing, 5 apart is sure. 2 and 3 share the third place."""
    found = ranks_of(np.array([5.0, 10.0, 0.05, 0.0]), np.eye(4) * 0.01)

    assert found.best.tolist() == [2, 1, 3, 3]
    assert found.worst.tolist() == [2, 1, 4, 4]


def test_a_sure_difference_counts_though_the_intervals_overlap() -> None:
    """Errors of 1, but the two vary together: their difference has variance 1 + 1 - 1.98 = 0.02."""
    together = np.array([[1.0, 0.99], [0.99, 1.0]])

    found = ranks_of(np.array([0.0, 1.0]), together)

    assert (found.best.tolist(), found.worst.tolist()) == ([2, 1], [2, 1])


def test_one_item_is_the_first() -> None:
    assert ranks_of(np.zeros(1), np.zeros((1, 1))).best.tolist() == [1]


def test_a_rank_is_held_at_least_as_often_as_it_says(replications: int) -> None:
    rng, truth = np.random.default_rng(7), np.array([0.9, 0.5, 0.3, 0.0, -0.4, -1.3])
    held = 0
    for at in range(replications):
        found = ranks_of(truth + rng.normal(scale=0.3, size=6), np.eye(6) * 0.09)
        item = at % 6
        held += bool(found.best[item] <= item + 1 <= found.worst[item])

    assert held / replications >= 0.93
    assert ranks_of(truth, np.eye(6) * 1e-6).best == pytest.approx(np.arange(1, 7))
