"""Two orders of the same answers, settled by hand."""

from uuid import UUID

from annotate.both_orders import contradicted, orders_by, pairs_alike, place_of, seed_of, settled

JUDGE, TASK = UUID(int=1), UUID(int=2)


def test_two_orders_that_agree_are_one_order():
    assert settled([[["a"], ["b"], ["c"]], [["a"], ["b"], ["c"]]]) == [["a"], ["b"], ["c"]]


def test_a_pair_that_two_orders_contradict_is_a_tie():
    assert settled([[["a"], ["b"]], [["b"], ["a"]]]) == [["a", "b"]]


def test_a_tie_in_one_order_is_no_preference():
    """c is below both in both; a and b are tied once, so nobody knows."""
    assert settled([[["a", "b"], ["c"]], [["a"], ["b"], ["c"]]]) == [["a", "b"], ["c"]]


def test_who_is_tied_with_the_same_one_is_tied():
    """b and c are agreed on, each is contradicted with a: no tiers say so, and all are tied."""
    said = [[["d"], ["a"], ["b"], ["c"]], [["d"], ["b"], ["a", "c"]]]

    assert contradicted(said) == [("a", "b"), ("a", "c")]
    assert settled(said) == [["d"], ["a", "b", "c"]]


def test_the_order_shown_is_drawn_once_for_a_machine_and_a_task():
    offered = ["a", "b", "c", "d"]
    seed = seed_of(JUDGE, TASK)
    first, second = orders_by(seed, offered)

    assert sorted(first) == offered
    assert second == first[::-1]
    assert orders_by(seed_of(JUDGE, TASK), offered[::-1]) == [first, second]
    assert seed_of(JUDGE, UUID(int=3)) != seed
    assert 0 <= seed < 2**63


def test_a_share_is_about_as_large_as_it_says():
    """Of 2,000 places between 0 and 1 a quarter is 500, give or take 5 standard errors (97)."""
    inside = sum(place_of(JUDGE, UUID(int=n)) < 0.25 for n in range(2_000))

    assert abs(inside - 500) < 97


def test_pairs_that_both_orders_put_alike():
    """Of three pairs: all turned or tied in one order, then one turned, then a tie in both."""
    assert pairs_alike([[["a"], ["b"], ["c"]], [["b", "c"], ["a"]]]) == (0, 3)
    assert pairs_alike([[["a"], ["b"], ["c"]], [["b"], ["a"], ["c"]]]) == (2, 3)
    assert pairs_alike([[["a", "b"], ["c"]]] * 2) == (3, 3)
    assert pairs_alike([[["a"], ["b"]]]) == (0, 0)
