import numpy as np
import pytest
from scipy import stats

from commons.stats import resampling
from commons.stats.bootstrap import bootstrap_ratio
from commons.stats.errors import InconsistentData, NotEnoughData
from commons.stats.resampling import (
    POISSON,
    column_percentiles,
    percentiles,
    ratios_by_slice,
    resampled_sums,
)
from tests.simulating import assert_covers


def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def test_the_table_is_poisson_with_the_mean_one() -> None:
    share = np.bincount(POISSON, minlength=9) / len(POISSON)

    assert POISSON.mean() == 1
    assert share == pytest.approx(stats.poisson.pmf(np.arange(9), 1), abs=4 / 65536)
    assert POISSON.var() == pytest.approx(1, abs=0.002)


def test_many_prompts_give_the_interval_that_drawing_them_gives(monkeypatch) -> None:
    rng = generator()
    pairs = rng.integers(1, 7, size=300)
    rows = np.column_stack([rng.binomial(pairs, 0.7), pairs]).astype(float)

    monkeypatch.setattr(resampling, "EXACTLY", 0)
    monkeypatch.setattr(resampling, "BLOCK", 128)
    drawn = resampled_sums(rows, rng=generator(), rounds=20_000)

    exact = bootstrap_ratio(rows[:, 0], rows[:, 1], rng=generator(), rounds=20_000)
    assert percentiles(drawn[:, 0] / drawn[:, 1], 0.95) == pytest.approx(
        (exact.low, exact.high), abs=0.002
    )


def test_sums_of_few_prompts_are_of_as_many_as_there_are() -> None:
    drawn = resampled_sums(np.ones((10, 1)), rng=generator(), rounds=50)

    assert drawn.tolist() == [[10.0]] * 50


def test_each_slice_has_the_interval_it_would_have_alone() -> None:
    rng = generator()
    prompts = np.tile(np.arange(200), 2)
    slices = np.repeat([4, 9], 200)
    right = rng.binomial(1, np.where(slices == 4, 0.2, 0.8)).astype(float)

    found = ratios_by_slice(
        right, np.ones(400), slices=slices, prompts=prompts, rng=rng, rounds=4_000
    )

    for key in (4, 9):
        alone = bootstrap_ratio(right[slices == key], np.ones(200), rng=rng, rounds=4_000)
        mine = found.of(key)
        assert mine.value == pytest.approx(alone.value)
        assert mine.n == 200
        assert (mine.low, mine.high) == pytest.approx((alone.low, alone.high), abs=0.012)


def test_what_shares_a_slice_and_a_prompt_is_one_prompt() -> None:
    found = ratios_by_slice(
        np.array([1.0, 0, 1, 1]),
        np.ones(4),
        slices=np.zeros(4, dtype=np.int64),
        prompts=np.array([0, 0, 1, 1]),
        rng=generator(),
        least=2,
    )

    assert (found.n.tolist(), found.values.tolist()) == ([2], [0.75])


def test_a_slice_that_was_left_out_has_no_figure() -> None:
    one = np.zeros(1, dtype=np.int64)
    found = ratios_by_slice(np.ones(1), np.ones(1), slices=one, prompts=one, rng=generator())

    assert found.left_out.tolist() == [0]
    with pytest.raises(NotEnoughData, match="slice 0"):
        found.of(0)


def test_nothing_at_all_has_no_slices() -> None:
    none = np.zeros(0, dtype=np.int64)
    found = ratios_by_slice(np.zeros(0), np.zeros(0), slices=none, prompts=none, rng=generator())

    assert (len(found.keys), len(found.left_out)) == (0, 0)


def test_columns_of_other_lengths_are_refused() -> None:
    one = np.zeros(1, dtype=np.int64)
    with pytest.raises(InconsistentData, match="equally long"):
        ratios_by_slice(np.ones(2), np.ones(1), slices=one, prompts=one, rng=generator())


def test_no_round_that_defines_it_is_no_interval() -> None:
    with pytest.raises(NotEnoughData):
        percentiles(np.full(3, np.nan), 0.95)


def test_an_interval_leaves_out_as_many_rounds_as_its_level_says() -> None:
    """Of 199 rounds the 5th and the 195th: there are 200 places between and beyond them, of which
    5 lie below and 5 above."""
    rounds = generator().permutation(np.arange(1.0, 200.0))

    both = column_percentiles(np.column_stack([rounds, rounds]).astype(np.float32), 0.95)

    assert percentiles(rounds, 0.95) == pytest.approx((5.0, 195.0))
    assert both[0] == pytest.approx([5.0, 5.0])
    assert both[1] == pytest.approx([195.0, 195.0])


def test_intervals_of_slices_hold_the_truth(replications: int) -> None:
    """Two slices of 200 prompts; 2/3 of the pairs of either are right, more of easy prompts."""
    rng, found = generator(), []
    slices = np.repeat([4, 9], 200)
    for _ in range(replications):
        pairs, easy = 1 + rng.poisson(2, 400), np.tile(rng.beta(4, 2, 200), 2)
        right = rng.binomial(pairs, easy).astype(float)
        found.append(
            ratios_by_slice(
                right,
                pairs.astype(float),
                slices=slices,
                prompts=np.tile(np.arange(200), 2),
                rng=rng,
            )
        )

    for at in (0, 1):
        assert_covers(each.lows[at] <= 2 / 3 <= each.highs[at] for each in found)


def test_weights_for_many_prompts_hold_the_truth(
    replications: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resampling, "EXACTLY", 0)
    rng, held = generator(), []
    for _ in range(replications):
        pairs, easy = 1 + rng.poisson(2, 200), rng.beta(4, 2, 200)
        rows = np.column_stack([rng.binomial(pairs, easy), pairs]).astype(float)
        drawn = resampled_sums(rows, rng=rng, rounds=400)
        low, high = percentiles(drawn[:, 0] / drawn[:, 1], 0.95)
        held.append(low <= 2 / 3 <= high)

    assert_covers(held)
