import numpy as np
import pytest

from annotate.stats.agreement.alpha import (
    Metric,
    krippendorff_alpha,
    units_of_choices,
    units_of_ranks,
    units_of_ratings,
)
from annotate.stats.agreement.rankings import Rankings
from commons.stats.errors import InconsistentData, NotEnoughData, NotEnoughOverlap
from tests.annotate.stats.agreement.judging import rankings_by, rows
from tests.simulating import assert_covers

# Krippendorff (2011), section C: four observers, twelve units; 0 = not given.
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
)


def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def units_in(table: np.ndarray):
    """Of a table (raters, units) in which 0 is not given."""
    _, unit = np.nonzero(table)
    return units_of_ratings(unit, table[table != 0].astype(float), unit, np.ones(len(unit)))


def alpha(table: np.ndarray, metric: Metric) -> float:
    return krippendorff_alpha(units_in(table), metric=metric, rng=generator()).value


@pytest.mark.parametrize(
    ("metric", "expected"),
    [(Metric.NOMINAL, 0.743), (Metric.ORDINAL, 0.815), (Metric.INTERVAL, 0.849)],
)
def test_the_observers_of_the_literature(metric: Metric, expected: float) -> None:
    """The three figures of Krippendorff (2011), sections C and D."""
    assert alpha(OBSERVERS, metric) == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize("metric", list(Metric))
def test_it_is_what_the_package_of_that_name_gives(metric: Metric) -> None:
    krippendorff = pytest.importorskip("krippendorff")
    table = generator().integers(0, 6, size=(5, 60))

    theirs = krippendorff.alpha(
        np.where(table == 0, np.nan, table), level_of_measurement=metric.value
    )

    assert alpha(table, metric) == pytest.approx(theirs)


def test_the_same_for_figures_kept_from_it() -> None:
    """krippendorff 0.9.0 on five raters, forty units, three in ten not given."""
    rng = np.random.default_rng(1)
    table = rng.integers(1, 6, size=(5, 40))
    table[rng.random(table.shape) < 0.3] = 0

    found = [alpha(table, metric) for metric in Metric]

    assert found == pytest.approx(
        [0.014367816091953922, -0.11724646212299161, -0.11944255541428905]
    )


def test_choices_do_not_depend_on_which_answer_stands_first() -> None:
    rankings = rankings_by(generator(), tasks=80, answers=4)
    turned = Rankings(
        rankings.tasks, rankings.prompts, rankings.raters, rankings.tiers[:, ::-1], rankings.weights
    )

    both = [
        krippendorff_alpha(units_of_choices(each), metric=Metric.NOMINAL, rng=generator())
        for each in (rankings, turned)
    ]

    assert both[0].value == pytest.approx(both[1].value)


def test_choices_by_hand() -> None:
    """Three tasks of two answers, alike, alike, contrary. Observed 2/6; mirrored, half of the six
    values are 1 and half -1, so expected (3 · 3 · 2) / (6 · 5) = 0.6, and α = 1 - (1/3) / 0.6.
    """
    rankings = rows([0, 1], [0, 1], [0, 1], [0, 1], [0, 1], [1, 0], tasks=[0, 0, 1, 1, 2, 2])

    found = krippendorff_alpha(units_of_choices(rankings), metric=Metric.NOMINAL, rng=generator())

    assert found.value == pytest.approx(1 - (1 / 3) / 0.6)
    assert found.n == 3


def test_ranks_are_mid_ranks_among_what_a_rater_placed() -> None:
    """[0, 0, 1, -]: two share rank 1.5, the third is 3; the fourth has none."""
    units = units_of_ranks(rows([0, 0, 1, -1], [0, 1, 2, 3], tasks=[0, 0]))

    given = [
        units.values[np.repeat(np.arange(len(row)), row.astype(int))].tolist()
        for row in units.counts
    ]
    assert given == [[1.0, 1.5], [1.5, 2.0], [3.0, 3.0], [4.0]]


def test_raters_who_look_at_nothing_have_an_alpha_about_nothing() -> None:
    rankings = rankings_by(generator(), tasks=3_000, signal=0.0)

    for units in (units_of_choices(rankings), units_of_ranks(rankings)):
        found = krippendorff_alpha(units, metric=Metric.ORDINAL, rng=generator())
        assert found.low < 0 < found.high


def test_a_prompt_with_half_the_chance_counts_twice() -> None:
    """As if its unit stood there twice, but for the number of values: α = 1 - (n - 1) D / E."""
    unit = np.array([0, 0, 1, 1, 2, 2])
    value = np.array([1.0, 1.0, 2.0, 2.0, 1.0, 2.0])
    weights = np.array([2.0, 2.0, 1.0, 1.0, 1.0, 1.0])

    found = krippendorff_alpha(
        units_of_ratings(unit, value, unit, weights), metric=Metric.NOMINAL, rng=generator()
    )

    # weights scaled to a mean of 1: 1.5, .75, .75; six values, 3.75 ones and 2.25 twos
    assert found.value == pytest.approx(1 - 5 * 1.5 / (2 * 3.75 * 2.25))


def test_with_no_variation_nothing_is_known() -> None:
    with pytest.raises(NotEnoughData, match="same value"):
        alpha(np.ones((2, 5), dtype=int), Metric.NOMINAL)


def test_values_given_once_are_no_overlap() -> None:
    with pytest.raises(NotEnoughOverlap, match="0 prompt"):
        alpha(np.array([[1, 0, 2], [0, 1, 0]]), Metric.NOMINAL)


def test_too_many_different_values_are_refused() -> None:
    with pytest.raises(InconsistentData, match="round them"):
        units_in(np.arange(1, 81).reshape(2, 40))


@pytest.mark.parametrize("metric", list(Metric))
def test_intervals_hold_the_truth(metric: Metric, replications: int) -> None:
    """Prompts of three answers, each rated by three people who see it with noise."""

    def rated(rng: np.random.Generator, prompts: int):
        worth = rng.normal(size=(prompts, 1, 1)) + rng.normal(size=(prompts, 3, 1))
        given = np.clip(np.round(3 + worth + rng.normal(size=(prompts, 3, 3))), 1, 5)
        unit = np.repeat(np.arange(prompts * 3), 3)
        return units_of_ratings(unit, given.ravel(), unit // 3, np.ones(len(unit)))

    rng = generator()
    truth = krippendorff_alpha(rated(rng, 80_000), metric=metric, rng=rng, rounds=2).value

    found = [
        krippendorff_alpha(rated(rng, 200), metric=metric, rng=rng, rounds=400)
        for _ in range(replications)
    ]

    assert_covers(each.low <= truth <= each.high for each in found)
