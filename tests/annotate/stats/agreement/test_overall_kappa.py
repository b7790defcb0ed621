from typing import Any

import numpy as np
import pytest
from scipy import stats

from annotate.stats.agreement.kappa import Penalty, weighted_kappas
from annotate.stats.agreement.overall_kappa import OverallKappa, overall_kappa
from commons.stats.errors import InconsistentData, NotEnoughData, NotEnoughOverlap
from tests.simulating import assert_covers

# Cohen (1968), table 1: 200 cases, two judges: personality disorder, neurosis, psychosis.
CASES = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
COSTS = np.array([[0.0, 1.0, 3.0], [1.0, 0.0, 6.0], [3.0, 6.0, 0.0]])

# Fleiss, Cohen and Everitt (1969): 200 cases, and how far two diagnoses are taken to agree.
PATIENTS = np.array([[106, 10, 4], [22, 28, 10], [2, 12, 6]])
ALIKE = np.array([[1.0, 0.0, 0.4444], [0.0, 1.0, 0.6667], [0.4444, 0.6667, 1.0]])

# Fleiss (1971): 30 patients, each with six diagnoses, as the R package irr keeps them.
DIAGNOSES = np.array(
    [
        [4, 2, 2, 5, 2, 1, 3, 1, 1, 5, 1, 1, 2, 1, 2, 3, 1, 1, 2, 1, 5, 2, 2, 1, 1, 2, 1, 2, 1, 5],
        [4, 2, 3, 5, 2, 1, 3, 1, 1, 5, 4, 2, 2, 4, 2, 3, 1, 1, 2, 3, 5, 4, 2, 1, 4, 2, 1, 2, 3, 5],
        [4, 2, 3, 5, 2, 3, 3, 3, 4, 5, 4, 4, 2, 4, 4, 3, 1, 1, 4, 3, 5, 4, 4, 4, 4, 2, 1, 4, 3, 5],
        [4, 5, 3, 5, 4, 3, 3, 3, 4, 5, 4, 4, 3, 4, 4, 3, 4, 1, 4, 5, 5, 4, 5, 4, 4, 2, 1, 4, 3, 5],
        [4, 5, 3, 5, 4, 3, 5, 3, 4, 5, 4, 4, 3, 4, 4, 3, 5, 1, 4, 5, 5, 4, 5, 4, 4, 2, 5, 4, 3, 5],
        [4, 5, 5, 5, 4, 3, 5, 4, 4, 5, 4, 4, 3, 4, 5, 5, 5, 2, 4, 5, 5, 4, 5, 4, 5, 4, 5, 4, 3, 5],
    ]
)


def together(rated: np.ndarray, distance: np.ndarray, **options: float) -> OverallKappa:
    """Of a table (raters, units) of grades from 0; -1 is not given."""
    rater, unit = np.nonzero(rated >= 0)
    given = rated[rater, unit]
    return overall_kappa(unit, rater, given, unit, np.ones(len(unit)), distance=distance, **options)


def spread_out(counts: np.ndarray) -> np.ndarray:
    """Both judges' grades, case by case, of a table of counts."""
    return np.indices(counts.shape).reshape(2, -1).repeat(counts.ravel(), axis=1)


def error_in(found: OverallKappa) -> float:
    """The standard error that the interval was made of."""
    low, high, value = found.estimate.low, found.estimate.high, found.estimate.value
    half = (np.arctanh(high) - np.arctanh(low)) / 2
    return float(half / stats.norm.ppf(0.975) * (1 - value**2))


@pytest.mark.parametrize(("distance", "expected"), [(1 - np.eye(3), 0.492), (COSTS, 0.348)])
def test_the_cases_of_the_literature(distance: np.ndarray, expected: float) -> None:
    """Both figures of Cohen (1968): κ, and κ by how grave a confusion is."""
    found = together(spread_out(CASES), distance)

    assert found.estimate.value == pytest.approx(expected, abs=5e-4)
    assert found.estimate.n == 200


def test_the_agreement_that_it_is_made_of_by_hand() -> None:
    """Of 200 cases 140 are alike; by chance .6 · .5 + .3 · .3 + .1 · .2 = .41 would be."""
    found = together(spread_out(CASES), 1 - np.eye(3))

    assert [found.agreed, found.by_chance] == pytest.approx([0.70, 0.41])


@pytest.mark.parametrize("alike", [np.eye(3), ALIKE])
def test_the_error_of_the_literature(alike: np.ndarray) -> None:
    """Of independent cases it is that of Fleiss, Cohen and Everitt (1969), equation 13, with n - 1
    cases in place of n."""
    p = PATIENTS / PATIENTS.sum()
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    agreed, chance = (p * alike).sum(), rows @ alike @ columns
    middles = (alike @ columns)[:, None] + (rows @ alike)[None, :]
    within = (p * (alike * (1 - chance) - middles * (1 - agreed)) ** 2).sum()
    variance = (within - (agreed * chance - 2 * chance + agreed) ** 2) / (1 - chance) ** 4 / 199

    found = together(spread_out(PATIENTS), 1 - alike)

    assert found.estimate.value == pytest.approx((agreed - chance) / (1 - chance))
    assert error_in(found) == pytest.approx(np.sqrt(variance))


def test_the_patients_of_the_literature() -> None:
    """Fleiss, Cohen and Everitt (1969): κ is .429."""
    found = together(spread_out(PATIENTS), 1 - np.eye(3))

    assert found.estimate.value == pytest.approx(0.429, abs=5e-4)


def test_several_raters_of_the_literature() -> None:
    """Conger's exact κ is .442 where Fleiss's, with one chance for all raters, is .430."""
    found = together(DIAGNOSES - 1, 1 - np.eye(5))

    shares = np.bincount(DIAGNOSES.ravel(), minlength=6)[1:] / DIAGNOSES.size
    fleiss = (found.agreed - (shares**2).sum()) / (1 - (shares**2).sum())
    assert fleiss == pytest.approx(0.430, abs=5e-4)
    assert found.estimate.value == pytest.approx(0.442, abs=5e-4)


def crowd(rng: np.random.Generator, prompts: int, raters: int = 6) -> dict[str, Any]:
    """Two answers of each prompt, rated by two or three of a crowd who lean to high or low grades,
    of which a third rating was drawn with chance 1/2 and weighs as two; what makes a prompt hard
    all of them share."""
    worth = np.repeat(rng.normal(size=prompts), 2) + rng.normal(size=prompts * 2)
    leaning = np.linspace(-1, 1, raters)
    order = np.argsort(rng.random((prompts, raters)), axis=1)[:, :3]
    drawn = rng.random(prompts) < 0.5
    entries = [
        (2 * prompt + answer, rater, prompt, 1.0)
        for prompt in range(prompts)
        for rater in order[prompt, : 2 + drawn[prompt]]
        for answer in (0, 1)
    ]
    unit, rater, prompt, weight = (np.array(each) for each in zip(*entries, strict=True))
    seen = 2 + worth[unit] + leaning[rater] + rng.normal(size=len(unit))
    grades = np.clip(np.round(seen), 0, 4).astype(np.int64)
    return {"units": unit, "raters": rater, "grades": grades, "prompts": prompt, "weights": weight}


@pytest.mark.parametrize("penalty", list(Penalty))
def test_of_two_it_is_what_every_two_have(penalty: Penalty) -> None:
    given = crowd(np.random.default_rng(7), 80, raters=2)

    two = weighted_kappas(
        given["units"], given["raters"], given["grades"], given["prompts"], penalty=penalty
    )
    found = overall_kappa(**given, distance=penalty.between(5)).estimate

    expected = [two.values[0], two.lows[0], two.highs[0], two.prompts[0]]
    assert [found.value, found.low, found.high, found.n] == pytest.approx(expected)


def test_raters_with_their_own_leanings_by_hand() -> None:
    """One says yes to all four, the other to two: alike on two of four, and by chance on half."""
    found = together(np.array([[1, 1, 1, 1], [1, 1, 0, 0]]), 1 - np.eye(2))

    assert (found.agreed, found.by_chance, found.estimate.value) == (0.5, 0.5, 0.0)


def test_a_prompt_with_half_the_chance_counts_twice() -> None:
    """As if it stood there twice."""
    rated = np.array([[0, 0, 1, 1, 0], [0, 1, 1, 0, 0]])
    rater, unit = np.indices(rated.shape).reshape(2, -1)
    weights = np.where(unit == 1, 2.0, 1.0)

    found = overall_kappa(
        unit, rater, rated.ravel(), unit, weights, distance=Penalty.NOMINAL.between(2)
    )

    twice = together(rated[:, [0, 1, 1, 2, 3, 4]], 1 - np.eye(2))
    assert found.estimate.value == pytest.approx(twice.estimate.value)
    assert (found.agreed, found.by_chance) == pytest.approx((twice.agreed, twice.by_chance))


def test_what_one_person_rated_alone_takes_no_part() -> None:
    both = np.array([[0, 0, 1, 1], [0, 1, 1, 1]])
    more = np.array([[0, 0, 1, 1, 1, 1], [0, 1, 1, 1, -1, -1]])

    assert together(more, 1 - np.eye(2)) == together(both, 1 - np.eye(2))


def test_raters_who_look_at_nothing_have_a_kappa_about_nothing() -> None:
    rng = np.random.default_rng(7)

    found = together(rng.integers(0, 2, size=(3, 400)), 1 - np.eye(2))

    assert found.estimate.low < 0 < found.estimate.high


def test_with_one_grade_alone_it_is_undefined() -> None:
    with pytest.raises(NotEnoughData, match="same grade"):
        together(np.ones((2, 5), dtype=np.int64), 1 - np.eye(2))


def test_one_prompt_is_no_overlap() -> None:
    with pytest.raises(NotEnoughOverlap, match="1 prompt"):
        together(np.array([[0, 1], [1, -1]]), 1 - np.eye(2))


def test_a_missing_grade_is_no_grade() -> None:
    one = np.arange(2)
    with pytest.raises(InconsistentData, match="leave out"):
        overall_kappa(one, one, one - 1, one, np.ones(2), distance=1 - np.eye(2))


@pytest.mark.parametrize("penalty", list(Penalty))
def test_intervals_hold_the_truth(penalty: Penalty, replications: int) -> None:
    rng = np.random.default_rng(7)
    distance = penalty.between(5)
    truth = overall_kappa(**crowd(rng, 60_000), distance=distance).estimate.value

    found = [overall_kappa(**crowd(rng, 200), distance=distance) for _ in range(replications)]

    assert_covers(each.estimate.low <= truth <= each.estimate.high for each in found)
