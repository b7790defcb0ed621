"""What a decision over an item settles."""

import pytest

from annotate.stats.gain import gain_of


def test_two_who_contradict_each_other_leave_one_bit_open() -> None:
    assert gain_of([[["a"], ["b"]], [["b"], ["a"]]]) == pytest.approx(1, abs=1e-6)


def test_the_more_agree_the_less_is_open() -> None:
    alone, two, three = (gain_of([[["a"], ["b"]]] * n) for n in (1, 2, 3))

    assert 1 > alone > two > three > 0


def test_every_pair_adds_its_own() -> None:
    """b and c are turned round; a is above both for everybody."""
    one_apart = gain_of([[["a"], ["b"], ["c"]], [["a"], ["c"], ["b"]]])
    sure = gain_of([[["a"], ["b"]]] * 2)

    assert one_apart == pytest.approx(1 + 2 * sure, abs=1e-6)


def test_what_somebody_placed_nowhere_says_nothing() -> None:
    assert gain_of([[["a"], ["b"]], [["a"]]]) == pytest.approx(gain_of([[["a"], ["b"]]]))


def test_who_votes_like_a_coin_settles_nothing() -> None:
    """Two who agree, of whom the second tosses a coin, leave open what the first alone does."""
    alone = gain_of([[["a"], ["b"]]], consistency=[0.9])

    assert gain_of([[["a"], ["b"]]] * 2, consistency=[0.9, 0.5]) == pytest.approx(alone)
    assert gain_of([[["a"], ["b"]]] * 2, consistency=[0.9, 0.9]) < alone
    assert gain_of([[["a"], ["b"]]], consistency=[0.5]) == pytest.approx(1)


def test_a_rater_of_whom_nothing_is_known_is_one_of_seven_in_ten() -> None:
    orders = [[["a"], ["b"]], [["b"], ["a"]], [["a"], ["b"]]]

    assert gain_of(orders) == gain_of(orders, consistency=[0.7] * 3)


def test_nothing_placed_is_nothing_to_settle() -> None:
    assert gain_of([]) == 0
    assert gain_of([[], [["a"]]]) == 0
