import numpy as np
import pytest

from annotate.stats.reliability.dawid_skene import DawidSkene, Labels, dawid_skene
from commons.stats.errors import (
    InconsistentData,
    NotConverged,
    NotEnoughData,
    NotEnoughOverlap,
)
from tests.simulating import assert_covers


def labelled(
    rng: np.random.Generator,
    *,
    units: int,
    right: np.ndarray,
    each: int,
    shares: tuple[float, ...] = (0.3, 0.7),
) -> tuple[Labels, np.ndarray]:
    """``each`` of the raters label a unit, right with their chance, else any other label; and what
    each unit is."""
    v = len(shares)
    true = rng.choice(v, size=units, p=shares)
    rater = np.argsort(rng.random((units, len(right))), axis=1)[:, :each].ravel()
    unit = np.repeat(np.arange(units), each)
    off = np.where(rng.random(len(unit)) < right[rater], 0, rng.integers(1, v, size=len(unit)))
    return Labels(unit, rater, (true[unit] + off) % v), true


def test_without_imagined_judgements_it_is_that_of_crowd_kit() -> None:
    """crowd-kit 1.4.2, DawidSkene(n_iter=5000, tol=1e-12), on the same 240 labels: the shares of
    the classes, and what rater 5 says (rows) of each (columns)."""
    rng = np.random.default_rng(3)
    true, chance = rng.integers(0, 3, size=60), [0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5, 0.34]
    rows = []
    for unit in range(60):
        for rater in rng.choice(8, 4, replace=False):
            is_right = rng.random() < chance[rater]
            rows.append((unit, rater, true[unit] if is_right else rng.integers(0, 3)))

    found = dawid_skene(Labels(*np.array(rows).T), right=1e-9, wrong=1e-9, tolerance=1e-9)

    assert found.shares == pytest.approx([0.41237247, 0.28694857, 0.30067896], abs=1e-6)
    assert (
        pytest.approx(
            np.array(
                [
                    [0.79629329, 0.24281617, 0.11112185],
                    [0.13592101, 0.75718383, 0.0],
                    [0.0677857, 0.0, 0.88887815],
                ]
            ),
            abs=1e-6,
        )
        == found.confusion[5].T
    )


def test_classes_are_found_better_than_by_counting_votes() -> None:
    right = np.array([0.95, 0.95, 0.5, 0.5, 0.5])
    given, true = labelled(np.random.default_rng(7), units=600, right=right, each=5)

    found = dawid_skene(given)

    votes = np.bincount(given.units * 2 + given.labels, minlength=1200).reshape(-1, 2)
    assert (found.chances.argmax(axis=1) == true).mean() > 0.93
    assert (votes.argmax(axis=1) == true).mean() < 0.9


def test_a_rater_of_three_units_has_a_wide_interval_inside_0_and_1() -> None:
    given, _ = labelled(np.random.default_rng(7), units=300, right=np.full(4, 0.9), each=3)
    some = Labels(
        np.append(given.units, [0, 1, 2]),
        np.append(given.raters, [9, 9, 9]),
        np.append(given.labels, given.labels[[0, 3, 6]]),
    )

    found = dawid_skene(some)

    assert (int(found.raters[-1]), int(found.judged[-1])) == (9, 3)
    assert 0 < found.lows[-1] < found.right[-1] - 0.2
    assert found.right[-1] < found.highs[-1] < 1


def test_nobody_labelled_the_same_is_nothing_to_go_by() -> None:
    three = np.arange(3)
    with pytest.raises(NotEnoughOverlap, match="nobody can be relied on"):
        dawid_skene(Labels(three, three, three))


def test_one_label_alone_says_nothing_of_mistakes() -> None:
    with pytest.raises(NotEnoughData, match="same label"):
        dawid_skene(Labels(np.zeros(2, int), np.arange(2), np.zeros(2, int)))


def test_a_missing_label_is_no_label() -> None:
    with pytest.raises(InconsistentData, match="leave out"):
        dawid_skene(Labels(np.zeros(2, int), np.arange(2), np.array([-1, 1])))


def test_a_search_that_is_cut_short_is_an_error() -> None:
    given, _ = labelled(np.random.default_rng(7), units=50, right=np.full(4, 0.7), each=3)

    with pytest.raises(NotConverged, match="2 steps"):
        dawid_skene(given, max_iterations=2)


def test_intervals_hold_the_truth(replications: int) -> None:
    """Eight raters, 300 units of four labels each; every rater is looked at in turn."""
    rng, right = np.random.default_rng(7), np.linspace(0.6, 0.9, 8)

    def fitted() -> DawidSkene:
        return dawid_skene(labelled(rng, units=300, right=right, each=4)[0])

    found = [fitted() for _ in range(replications)]

    who = [at % 8 for at in range(replications)]
    assert_covers(
        bool(each.lows[at] <= right[at] <= each.highs[at])
        for each, at in zip(found, who, strict=True)
    )
