"""A folder of one's own."""

import pytest

from rewards.engine.benchmarks.own_folder import accuracy, best_of, numbers_of
from tests.rewards.engine.benchmarks.scoring import drawing, scored


def test_a_row_counts_its_pairs_and_a_draw_is_half():
    """Right 3 1, wrong 2 1: won, won, lost, drawn."""
    one = scored("s", [3, 1], [2, 1])

    assert accuracy(one) == pytest.approx(2.5 / 4)
    assert best_of(one) == 1
    assert best_of(scored("s", [1], [1, 1])) == pytest.approx(1 / 3)


def test_subsets_stand_beside_the_mean_of_all_rows():
    found = numbers_of(
        [scored("a", [1], [0]), scored("a", [1], [0]), scored("b", [0], [1])], drawing()
    )

    assert {name: number.value for name, number in found.items()} == {
        "a": 1,
        "b": 0,
        "score": pytest.approx(2 / 3),
        "best of": pytest.approx(2 / 3),
    }
