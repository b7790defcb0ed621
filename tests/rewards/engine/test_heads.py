"""The fit of a head: its minimum, its penalty, its basis."""

import math

import numpy as np
import pytest

from rewards.engine.errors import BadInput
from rewards.engine.heads import Comparisons, basis_of, fit, folds_of, log_loss, within


def pairs_of(better: list[int], worse: list[int], target: list[float]) -> Comparisons:
    count = len(better)
    return Comparisons(
        better=np.array(better),
        worse=np.array(worse),
        target=np.array(target),
        weight=np.full(count, 1 / count),
        prompt=np.arange(count),
        rater=np.zeros(count, np.int64),
        vote=np.ones(count),
    )


def test_three_wins_in_four_are_a_gap_of_log_three() -> None:
    """Without a penalty one coordinate that differs by 1 wins with chance s(v) = 3/4."""
    pairs = pairs_of([0, 0, 0, 1], [1, 1, 1, 0], [1.0] * 4)

    (weight,) = fit(np.array([[1.0], [0.0]]), pairs, np.zeros(1))

    assert weight == pytest.approx(math.log(3), abs=1e-6)


def test_a_tie_is_half_a_win() -> None:
    pairs = pairs_of([0, 0], [1, 1], [1.0, 0.5])

    (weight,) = fit(np.array([[1.0], [0.0]]), pairs, np.zeros(1))

    assert weight == pytest.approx(math.log(3), abs=1e-6)


def test_the_slope_is_zero_at_the_minimum_with_a_penalty() -> None:
    """penalty * v = s(-v): v = 1 asks for a penalty of s(-1)."""
    pairs = pairs_of([0], [1], [1.0])

    (weight,) = fit(np.array([[1.0], [0.0]]), pairs, np.array([1 / (1 + math.e)]))

    assert weight == pytest.approx(1.0, abs=1e-6)


def test_the_loss_by_hand() -> None:
    pairs = pairs_of([0, 0], [1, 1], [1.0, 0.5])

    assert log_loss(np.zeros(2), pairs) == pytest.approx(math.log(2))


def test_weights_sum_to_one_again() -> None:
    pairs = pairs_of([0, 0], [1, 1], [1.0, 1.0])

    assert pairs.part(np.array([True, False])).weight.tolist() == [1.0]
    assert pairs.reweighted(np.array([3.0, 1.0])).weight.tolist() == [0.75, 0.25]
    with pytest.raises(BadInput, match="no pair is left"):
        pairs.reweighted(np.zeros(2))


@pytest.mark.parametrize("width", [3, 40])
def test_the_basis_keeps_every_difference_within_a_prompt(width: int) -> None:
    """Lengths are kept whichever Gram matrix it goes by: more rows than columns, and fewer."""
    rows = np.random.default_rng(0).normal(5, 3, (12, width)).astype(np.float32)
    groups = np.repeat(np.arange(4), 3)

    basis = basis_of(rows, groups)

    gaps = (rows[[0, 3, 7]] - rows[[1, 5, 8]]) / basis.scale
    turned = basis(rows)
    assert np.linalg.norm(turned[[0, 3, 7]] - turned[[1, 5, 8]], axis=1) == pytest.approx(
        np.linalg.norm(gaps, axis=1), rel=1e-6
    )
    assert turned.shape[1] == min(width, 12 - 4)


def test_what_never_varies_says_nothing() -> None:
    rows = np.array([[1, 0], [1, 2]], np.float32)

    assert basis_of(rows, np.zeros(2, np.int64))(rows).shape == (2, 1)
    with pytest.raises(BadInput, match="look the same"):
        basis_of(np.ones((2, 3), np.float32), np.zeros(2, np.int64))


def test_within_takes_the_mean_of_each_group_away() -> None:
    values = np.array([[1.0], [3.0], [10.0]])

    assert within(values, np.array([0, 0, 1])).tolist() == [[-1.0], [1.0], [0.0]]


def test_folds_share_no_prompt_and_lose_none() -> None:
    folds = folds_of(np.array([4, 4, 7, 9]), 2, np.random.default_rng(0))

    assert sorted(np.concatenate(folds).tolist()) == [4, 7, 9]
