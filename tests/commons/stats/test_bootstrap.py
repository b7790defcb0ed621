import numpy as np
import pytest
from scipy import stats

from commons.stats import bootstrap
from commons.stats.bootstrap import (
    Estimate,
    bootstrap_difference,
    bootstrap_ratio,
    bootstrap_statistic,
)
from commons.stats.errors import InconsistentData, NotEnoughData
from tests.simulating import assert_covers


def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def test_two_prompts_by_hand() -> None:
    """One right, one wrong: a resample holds 0, 1 or 2 of the right one with chances 1/4, 1/2, 1/4.

    So the ratio is 0, 1/2 or 1; the 2.5 % and 97.5 % quantiles are 0 and 1, the 30 % and 70 %
    quantiles are both 1/2.
    """
    wide = bootstrap_ratio([1, 0], [1, 1], rng=generator(), level=0.95)
    narrow = bootstrap_ratio([1, 0], [1, 1], rng=generator(), level=0.4)

    assert wide == Estimate(value=0.5, low=0.0, high=1.0, level=0.95, n=2)
    assert narrow == Estimate(value=0.5, low=0.5, high=0.5, level=0.4, n=2)


def test_the_value_is_a_ratio_of_sums_not_a_mean_of_ratios() -> None:
    """(1 + 0) of (1 + 9) pairs is 1/10, though the prompts' own ratios, 1 and 0, have mean 1/2."""
    assert bootstrap_ratio([1, 0], [1, 9], rng=generator()).value == pytest.approx(0.1)


def test_pairs_of_one_prompt_do_not_narrow_the_interval() -> None:
    rng = np.random.default_rng(1)
    right = rng.integers(0, 2, size=60)

    once = bootstrap_ratio(right, np.ones(60), rng=generator())
    ten_times = bootstrap_ratio(right * 10, np.full(60, 10), rng=generator())

    assert (ten_times.low, ten_times.high) == pytest.approx((once.low, once.high))


def test_a_prompt_without_pairs_says_nothing() -> None:
    with_it = bootstrap_ratio([1, 0, 0], [2, 1, 0], rng=generator())
    without = bootstrap_ratio([1, 0], [2, 1], rng=generator())

    assert with_it == without
    assert with_it.n == 2


def test_the_size_of_a_block_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    right, pairs = [1, 0, 2, 1], [1, 1, 2, 3]
    whole = bootstrap_ratio(right, pairs, rng=generator(), rounds=100)

    monkeypatch.setattr(bootstrap, "FLOATS_AT_ONCE", 12)  # three rounds of four prompts

    assert bootstrap_ratio(right, pairs, rng=generator(), rounds=100) == whole


def test_the_interval_is_that_of_scipy() -> None:
    rng = np.random.default_rng(3)
    pairs = rng.integers(1, 7, size=80)
    right = rng.binomial(pairs, 0.7)

    ours = bootstrap_ratio(right, pairs, rng=generator(), rounds=20_000)
    theirs = stats.bootstrap(
        (right, pairs),
        lambda above, below, axis: above.sum(axis=axis) / below.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=20_000,
        method="percentile",
        rng=generator(),
    ).confidence_interval

    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.004)


def test_a_difference_of_a_thing_and_itself_is_exactly_nothing() -> None:
    right, pairs = [1, 0, 2, 1], [1, 1, 2, 3]

    found = bootstrap_difference(right, pairs, right, pairs, rng=generator())

    assert found == Estimate(value=0.0, low=0.0, high=0.0, level=0.95, n=4)


def test_a_difference_is_paired_by_prompt() -> None:
    """The first is right on one pair more of each prompt: 1/3 everywhere, hard prompt or easy."""
    base, pairs = np.array([0, 1, 2, 0, 1, 2]), np.full(6, 3)

    found = bootstrap_difference(base + 1, pairs, base, pairs, rng=generator())

    assert (found.value, found.low, found.high) == pytest.approx((1 / 3, 1 / 3, 1 / 3))


def test_resamples_that_define_only_one_ratio_are_left_out() -> None:
    """The second ratio lives on prompts 2 and 3 alone and is 1 there; the first is 0 everywhere."""
    found = bootstrap_difference(
        [0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1], rng=generator()
    )

    assert found == Estimate(value=-1.0, low=-1.0, high=-1.0, level=0.95, n=2)


@pytest.mark.parametrize(("right", "pairs"), [([], []), ([1], [1]), ([1, 0], [1, 0])])
def test_fewer_than_two_prompts_have_no_interval(right: list[int], pairs: list[int]) -> None:
    with pytest.raises(NotEnoughData, match="an interval needs two"):
        bootstrap_ratio(right, pairs, rng=generator())


@pytest.mark.parametrize(
    ("right", "pairs"), [([1, 2], [1]), ([[1]], [[1]]), ([1, float("nan")], [1, 1]), ([1], [-1])]
)
def test_impossible_counts_are_refused(right: list[float], pairs: list[float]) -> None:
    with pytest.raises(InconsistentData):
        bootstrap_ratio(right, pairs, rng=generator())


def test_a_statistic_that_is_a_ratio_has_the_interval_of_the_ratio() -> None:
    right, pairs = [1, 0, 2, 1, 3], [1, 1, 2, 3, 3]

    found = bootstrap_statistic([right, pairs], lambda sums: sums[0] / sums[1], rng=generator())

    assert found == bootstrap_ratio(right, pairs, rng=generator())


def test_prompts_that_say_nothing_do_not_widen_a_statistic() -> None:
    found = bootstrap_statistic(
        [[1, 1, 0], [2, 2, 0]], lambda sums: sums[0] / sums[1], rng=generator()
    )

    assert found == Estimate(value=0.5, low=0.5, high=0.5, level=0.95, n=2)


def test_a_statistic_that_is_not_defined_has_no_interval() -> None:
    with np.errstate(invalid="ignore"), pytest.raises(NotEnoughData, match="not defined"):
        bootstrap_statistic(
            [[0, 0], [0, 0], [1, 1]], lambda sums: sums[0] / sums[1], rng=generator()
        )
    with pytest.raises(NotEnoughData, match="an interval needs two"):
        bootstrap_statistic([[1, 0]], lambda sums: sums[0], rng=generator())


def test_sums_that_are_no_table_of_numbers_are_refused() -> None:
    for odd in ([1, 2], [[1, float("nan")]]):
        with pytest.raises(InconsistentData, match="finite rows"):
            bootstrap_statistic(odd, lambda sums: sums[0], rng=generator())


def judged(rng: np.random.Generator, prompts: int = 200) -> tuple[np.ndarray, ...]:
    """Pairs of each prompt, and how many of them two judges get right: 2/3 and 8/15 on the mean of
    prompts that are hard for both or easy for both."""
    pairs, easy = 1 + rng.poisson(2, prompts), rng.beta(4, 2, prompts)
    return rng.binomial(pairs, easy), rng.binomial(pairs, 0.8 * easy), pairs


def test_the_interval_of_a_ratio_holds_the_truth(replications: int) -> None:
    rng, found = generator(), []
    for _ in range(replications):
        right, _, pairs = judged(rng)
        found.append(bootstrap_ratio(right, pairs, rng=rng, rounds=400))

    assert_covers(each.low <= 2 / 3 <= each.high for each in found)


def test_the_interval_of_a_difference_holds_the_truth(replications: int) -> None:
    rng, found = generator(), []
    for _ in range(replications):
        right, other, pairs = judged(rng)
        found.append(bootstrap_difference(right, pairs, other, pairs, rng=rng, rounds=400))

    assert_covers(each.low <= 2 / 15 <= each.high for each in found)


def test_the_interval_of_any_statistic_holds_the_truth(replications: int) -> None:
    """The correlation of two figures of a prompt, 1/2, from the sums of their products."""
    rng, found = generator(), []

    def correlation(sums: np.ndarray) -> np.ndarray:
        n, x, y, xx, yy, xy = sums
        return (n * xy - x * y) / np.sqrt((n * xx - x**2) * (n * yy - y**2))

    for _ in range(replications):
        x, y = rng.multivariate_normal([1, 2], [[1, 0.5], [0.5, 1]], size=200).T
        sums = np.stack([np.ones(200), x, y, x * x, y * y, x * y])
        found.append(bootstrap_statistic(sums, correlation, rng=rng, rounds=400))

    assert_covers(each.low <= 1 / 2 <= each.high for each in found)
