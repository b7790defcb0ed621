"""Best-of-K and Kendall's tau-b, by hand."""

import pytest

from rewards.stats.ordering import best_of_k, mean_tau, tau_b
from rewards.stats.resampling import Resampling
from tests.rewards.stats.making import seen

DRAWN = Resampling(rounds=200)


def test_tau_b_counts_concordant_less_discordant_pairs():
    """a > b > c > d by people; the model turns c and d round: 5 concordant, 1 discordant of 6."""
    assert tau_b(seen(1, [4, 3, 1, 2])) == pytest.approx(4 / 6)


def test_tau_b_divides_by_the_pairs_that_each_does_not_tie():
    """People tie b and c: 2 untied pairs of 3; the model ties none; both pairs concordant."""
    assert tau_b(seen(1, [3, 2, 1], [[0], [1, 2]])) == pytest.approx(2 / (2 * 3) ** 0.5)


def test_tau_b_is_not_defined_where_either_ties_everything():
    assert tau_b(seen(1, [1, 1, 1])) is None
    assert tau_b(seen(1, [3, 2, 1], [[0, 1, 2]])) is None


def test_the_mean_tau_counts_what_has_none():
    found = mean_tau([seen(1, [2, 1]), seen(2, [1, 2]), seen(3, [1, 1])], DRAWN)

    assert found == {"value": 0.0, "low": -1.0, "high": 1.0, "rankings": 2, "undefined": 1}


def test_best_of_k_asks_whether_the_highest_score_is_of_the_first_tier():
    """Right, wrong, and one of two equal scores in the first tier of two: (1 + 0 + 1/2) / 3."""
    found = best_of_k(
        [seen(1, [3, 2, 1]), seen(2, [1, 3, 2]), seen(3, [3, 1, 3], [[0, 1], [2]])], DRAWN
    )

    assert found is not None
    assert found["value"] == pytest.approx(0.5)
    assert found["chance"] == pytest.approx((1 / 3 + 1 / 3 + 2 / 3) / 3)
    assert found["rankings"] == 3


def test_a_ranking_of_one_tier_has_no_best():
    assert best_of_k([seen(1, [2, 1], [[0, 1]]), seen(2, [2, 1])], DRAWN) is None
