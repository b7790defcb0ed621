import pytest

from commons.stats.errors import InconsistentData
from commons.stats.pairs import Pair, pairs_of, ties_of


def test_a_ranking_gives_every_strict_preference_and_none_for_a_tie() -> None:
    pairs = pairs_of([["c3"], ["c1", "c4"], ["c2"]])

    assert pairs == [
        Pair("c3", "c1"),
        Pair("c3", "c4"),
        Pair("c3", "c2"),
        Pair("c1", "c2"),
        Pair("c4", "c2"),
    ]


def test_a_pair_is_as_strong_as_the_strongest_boundary_it_crosses() -> None:
    pairs = pairs_of([["a"], ["b"], ["c"], ["d"]], [1, 3, None])

    assert pairs == [
        Pair("a", "b", 1),
        Pair("a", "c", 3),
        Pair("a", "d", 3),
        Pair("b", "c", 3),
        Pair("b", "d", 3),
        Pair("c", "d", None),
    ]


def test_the_pairs_of_exported_indices_are_indices() -> None:
    assert pairs_of([[2], [0]], [2]) == [Pair(2, 0, 2)]


@pytest.mark.parametrize("tiers", [[], [["a"]], [["a", "b", "c"]]])
def test_fewer_than_two_tiers_prefer_nothing(tiers: list[list[str]]) -> None:
    assert pairs_of(tiers) == []


@pytest.mark.parametrize("strengths", [[1], [1, 2, 3]])
def test_strengths_that_do_not_fit_the_boundaries_are_refused(strengths: list[int]) -> None:
    with pytest.raises(InconsistentData, match="3 tiers have 2 boundaries"):
        pairs_of([["a"], ["b"], ["c"]], strengths)


def test_ties_are_the_pairs_within_a_tier() -> None:
    assert ties_of([["a", "b", "c"], ["d"], ["f", "e"]]) == [
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
        ("f", "e"),
    ]
