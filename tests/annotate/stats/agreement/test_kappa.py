import numpy as np
import pytest
from scipy import stats

from annotate.stats.agreement.kappa import Kappas, Penalty, weighted_kappas
from commons.stats.errors import InconsistentData, NotEnoughOverlap
from tests.simulating import assert_covers

# Agresti (1990), "Categorical Data Analysis", table 2.10: 91 couples, each partner's answer.
COUPLES = np.array([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]])


def of_two(first: np.ndarray, second: np.ndarray, **options) -> Kappas:
    unit = np.arange(len(first))
    return weighted_kappas(
        np.concatenate([unit, unit]),
        np.repeat([3, 8], len(unit)),
        np.concatenate([first, second]),
        np.concatenate([unit, unit]),
        **options,
    )


def test_the_couples_of_the_literature() -> None:
    """Linear weights: κ = 0.2374, error 0.0783 (Meyer, Zeileis and Hornik, the R package vcd)."""
    rows, columns = np.indices(COUPLES.shape).reshape(2, -1).repeat(COUPLES.ravel(), axis=1)

    found = of_two(rows, columns, penalty=Penalty.LINEAR)

    assert (found.one.tolist(), found.other.tolist(), found.units.tolist()) == ([3], [8], [91])
    assert found.values == pytest.approx([0.2374], abs=5e-5)
    half = (np.arctanh(found.highs) - np.arctanh(found.lows)) / 2
    error = half / stats.norm.ppf(0.975) * (1 - found.values**2)
    assert error == pytest.approx([0.0783 * np.sqrt(91 / 90)], abs=2e-4)


def test_quadratic_kappa_is_the_correlation_of_equal_margins() -> None:
    """With equal margins κ by squares is Pearson's correlation (Fleiss and Cohen 1973)."""
    first = np.array([0, 0, 1, 1, 2, 2, 3, 3, 0, 3])
    second = np.array([0, 1, 0, 1, 2, 3, 2, 3, 0, 3])

    found = of_two(first, second, penalty=Penalty.QUADRATIC)

    assert found.values == pytest.approx([np.corrcoef(first, second)[0, 1]])


def test_every_two_raters_have_their_own_and_few_prompts_none() -> None:
    rng = np.random.default_rng(7)
    unit, rater = np.repeat(np.arange(40), 3), np.tile([0, 1, 2], 40)
    grade = rng.integers(0, 3, size=120)
    grade[rater == 1] = grade[rater == 0]
    some = (rater != 2) | (unit < 5)

    found = weighted_kappas(
        unit[some], rater[some], grade[some], unit[some], penalty=Penalty.LINEAR
    )

    assert (found.one.tolist(), found.other.tolist()) == ([0], [1])
    assert (found.values.tolist(), found.prompts.tolist(), found.left_out) == ([1.0], [40], 2)


def test_who_gives_one_grade_alone_has_no_kappa() -> None:
    found = of_two(np.ones(20, dtype=int), np.ones(20, dtype=int), penalty=Penalty.LINEAR)

    assert (len(found.values), found.left_out) == (0, 1)


def test_nothing_rated_twice_is_no_kappa() -> None:
    one = np.arange(4)
    with pytest.raises(NotEnoughOverlap, match="κ needs two"):
        weighted_kappas(one, one, one, one, penalty=Penalty.LINEAR)


def test_a_missing_grade_is_no_grade() -> None:
    with pytest.raises(InconsistentData, match="leave out"):
        of_two(np.array([0, -1]), np.array([0, 1]), penalty=Penalty.LINEAR)


@pytest.mark.parametrize("penalty", list(Penalty))
def test_intervals_hold_the_truth(penalty: Penalty, replications: int) -> None:
    """Two raters of two answers of each prompt; what makes a prompt hard they share."""

    def kappas(rng: np.random.Generator, prompts: int) -> Kappas:
        worth = np.repeat(rng.normal(size=prompts), 2) + rng.normal(size=prompts * 2)
        seen = [np.clip(np.round(2 + worth + rng.normal(size=prompts * 2)), 0, 4) for _ in "ab"]
        unit = np.tile(np.arange(prompts * 2), 2)
        return weighted_kappas(
            unit,
            np.repeat([0, 1], prompts * 2),
            np.concatenate(seen).astype(np.int64),
            unit // 2,
            penalty=penalty,
        )

    rng = np.random.default_rng(7)
    truth = kappas(rng, 200_000).values[0]

    found = [kappas(rng, 200) for _ in range(replications)]

    assert_covers(each.lows[0] <= truth <= each.highs[0] for each in found)
