import numpy as np
import pytest
from scipy import stats

from annotate.stats.agreement.concordance import concordance, task_concordance
from commons.stats.errors import NotEnoughOverlap
from tests.annotate.stats.agreement.judging import rankings_by, rows
from tests.simulating import assert_covers


def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def test_the_executives_of_the_literature() -> None:
    """Three executives rank six applicants: W = .16 (Siegel 1956, "Nonparametric Statistics",
    chapter 9). Rank sums 8, 14, 11, 11, 11, 8; S = 25.5; W = 12 · 25.5 / (9 · 210).
    """
    rankings = rows(
        [0, 5, 2, 1, 4, 3], [0, 4, 5, 3, 1, 2], [5, 2, 1, 4, 3, 0], tasks=[0, 0, 0]
    )  # fmt: skip

    assert task_concordance(rankings).values == pytest.approx([12 * 25.5 / (9 * 210)])


def test_with_ties_it_is_friedmans_test_in_another_scale() -> None:
    """χ² = m (k - 1) W, both corrected for ties."""
    rankings = rankings_by(generator(), tasks=30, raters=4, answers=5, tied=0.6, unplaced=0.0)

    found = task_concordance(rankings)

    for task, w in zip(found.tasks, found.values, strict=True):
        tiers = rankings.tiers[rankings.tasks == task]
        assert w == pytest.approx(stats.friedmanchisquare(*tiers.T).statistic / (4 * 4))


def test_only_what_all_raters_of_a_task_placed_is_ranked() -> None:
    """The last answer is not placed by the second rater: the first two alone are ranked anew."""
    rankings = rows([1, 2, 0], [0, 1, -1], tasks=[0, 0])

    assert task_concordance(rankings).values.tolist() == [1.0]


def test_a_task_that_all_tie_is_left_out_and_counted() -> None:
    rankings = rows([0, 0], [0, 0], [0, 1], [0, 1], [0, 1], [1, 0], tasks=[0, 0, 1, 1, 2, 2])

    found = concordance(rankings, rng=generator())

    assert (found.estimate.value, found.estimate.n, found.left_out) == (0.5, 2, 1)


def test_chance_is_taken_out_by_the_correlation() -> None:
    rankings = rankings_by(generator(), tasks=3_000, raters=3, signal=0.0, tied=0.0, unplaced=0.0)

    found = concordance(rankings, rng=generator())

    assert found.chance == pytest.approx(1 / 3)
    assert found.estimate.low < found.chance < found.estimate.high
    assert found.correlation.low < 0 < found.correlation.high


def test_the_correlation_is_the_mean_of_spearmans() -> None:
    rankings = rankings_by(generator(), tasks=2, raters=3, answers=6, tied=0.0, unplaced=0.0)
    both = [stats.spearmanr(rankings.tiers[rankings.tasks == at].T).statistic for at in (0, 1)]

    found = concordance(rankings, rng=generator())

    upper = np.triu_indices(3, 1)
    assert found.correlation.value == pytest.approx(np.mean([each[upper] for each in both]))


def test_one_prompt_ranked_by_two_has_no_interval() -> None:
    with pytest.raises(NotEnoughOverlap, match="W needs two"):
        concordance(rows([0, 1], [0, 1], [0, 1], tasks=[0, 0, 1]), rng=generator())


def test_intervals_hold_the_truth(replications: int) -> None:
    rng = generator()
    truth = concordance(rankings_by(rng, tasks=150_000, raters=3), rng=rng, rounds=2)

    found = [
        concordance(rankings_by(rng, tasks=200, raters=3), rng=rng, rounds=400)
        for _ in range(replications)
    ]

    w = truth.estimate.value
    assert_covers(each.estimate.low <= w <= each.estimate.high for each in found)
    rho = truth.correlation.value
    assert_covers(each.correlation.low <= rho <= each.correlation.high for each in found)
