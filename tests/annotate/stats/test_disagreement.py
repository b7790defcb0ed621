"""When two orders of the same answers are so different that a third person is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from annotate.stats.disagreement import Order, differ, disagree, kendall_tau_b, spread


def test_tau_b_by_hand() -> None:
    """abc against acb: of three pairs two are concordant and one is not, none tied: 1/3."""
    assert kendall_tau_b([["a"], ["b"], ["c"]], [["a"], ["c"], ["b"]]) == pytest.approx(1 / 3)


def test_ties_make_tau_b_smaller_than_one() -> None:
    """a = b > c against a > b > c: C = 2, n0 - n1 = 2, n0 - n2 = 3, so 2 / sqrt(6)."""
    found = kendall_tau_b([["a", "b"], ["c"]], [["a"], ["b"], ["c"]])

    assert found == pytest.approx(2 / 6**0.5)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=9))
def test_tau_b_is_scipys(places: list[tuple[int, int]]) -> None:
    first, second = (tiers([pair[side] for pair in places]) for side in (0, 1))

    ours = kendall_tau_b(first, second)

    theirs = kendalltau(*zip(*places, strict=True)).statistic
    assert (ours is None) == (theirs != theirs)
    assert ours is None or ours == pytest.approx(theirs)


def tiers(places: list[int]) -> list[list[str]]:
    names: dict[int, list[str]] = {place: [] for place in sorted(set(places))}
    for answer, place in enumerate(places):
        names[place].append(str(answer))
    return list(names.values())


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        ([["a"], ["b"], ["c"], ["d"]], [["a"], ["b"], ["c"], ["d"]], False),
        ([["a"], ["b"], ["c"], ["d"]], [["b"], ["a"], ["c"], ["d"]], True),  # another best
        ([["a"], ["b"], ["c"], ["d"]], [["a"], ["d"], ["c"], ["b"]], True),  # tau 0
        ([["a", "b"], ["c"]], [["b"], ["a"], ["c"]], False),  # a best in common, tau 0.82
        ([["a", "b"]], [["a", "b"]], False),  # undefined, and alike
        ([["a", "b"]], [["a"], ["b"]], True),  # undefined, and not alike
        ([], [], False),  # neither could rank anything
        ([], [["a"]], True),
    ],
)
def test_two_orders_differ(one: list[list[str]], other: list[list[str]], says: bool) -> None:
    assert (differ(one, other, below=0.4), differ(other, one, below=0.4)) == (says, says)


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ([], 0.0),
        ([[["a"], ["b"]]], 0.0),
        ([[["a"], ["b"], ["c"]], [["a"], ["b"], ["c"]]], 0.0),
        ([[["a"], ["b"], ["c"]], [["c"], ["b"], ["a"]]], 1.0),
        ([[["a"], ["b"], ["c"]], [["b"], ["a"], ["c"]]], 1 / 3),
        ([[["a"], ["b"]], [["a"], ["b"]], [["b"], ["a"]]], 1.0),
        ([[["a", "b"]], [["a"], ["b"]]], 0.5),
        ([[["a", "b"]], [["a", "b"]]], 0.0),
        ([[["a"]], [["b"]]], 0.0),
    ],
    ids=[
        "nobody",
        "one",
        "alike",
        "the other way round",
        "one pair of three",
        "the two widest apart count",
        "tied and not",
        "both tied",
        "nothing placed by both",
    ],
)
def test_the_spread_is_that_of_the_two_widest_apart(orders: list[Order], expected: float) -> None:
    assert spread(orders) == pytest.approx(expected)


def test_any_two_that_differ_disagree() -> None:
    one, same, other = [["a"], ["b"], ["c"]], [["a"], ["b"], ["c"]], [["c"], ["b"], ["a"]]

    assert disagree([one, same, other], below=0)
    assert not disagree([one, same], below=0)
    assert not disagree([one], below=0)
