"""What several people say together of the same answers."""

from dataclasses import replace

import pytest

from annotate.export.votes import Tally, most_agreeing, tallies_of
from tests.annotate.export.judgements import ranking


def test_votes_are_counted_pair_by_pair_in_the_order_of_names() -> None:
    """a over b twice and once the other way round; a and c level once, c below twice."""
    orders = [[["a"], ["b"], ["c"]], [["a", "c"], ["b"]], [["b"], ["a"], ["c"]]]

    assert list(tallies_of(orders, [[], [], []], ["r1", "r2", "r3"]).items()) == [
        (("a", "b"), Tally(2, 1, 0)),
        (("a", "c"), Tally(2, 0, 1)),
        (("b", "c"), Tally(2, 1, 0)),
    ]


def test_nobody_votes_on_a_pair_that_was_not_placed() -> None:
    orders = [[["b"], ["a"]], [["c"], ["b"]]]

    assert tallies_of(orders, [["c"], ["a"]], ["r1", "r2"]) == {
        ("a", "b"): Tally(0, 1, 0),
        ("b", "c"): Tally(0, 1, 0),
    }


def test_what_could_not_be_ranked_stands_below_and_is_no_tie() -> None:
    assert tallies_of([[["a"], ["b", "c"]]], [["b", "c"]], ["r1"]) == {
        ("a", "b"): Tally(1, 0, 0),
        ("a", "c"): Tally(1, 0, 0),
    }


def test_a_rater_has_one_vote_on_a_pair_however_often_they_ranked_it() -> None:
    """r1 is for a over b twice to once, and even on a and c; r2 stands alone against them."""
    orders = [
        *([["a"], ["b"], ["c"]], [["c"], ["a"], ["b"]], [["b"], ["a"]]),
        [["b"], ["a"], ["c"]],
    ]

    assert tallies_of(orders, [[]] * 4, ["r1", "r1", "r1", "r2"]) == {
        ("a", "b"): Tally(1, 1, 0),
        ("a", "c"): Tally(1, 0, 1),
        ("b", "c"): Tally(1, 0, 1),
    }


@pytest.mark.parametrize(
    ("tally", "share", "majority"),
    [
        (Tally(2, 1, 0), 2 / 3, 1.0),
        (Tally(1, 2, 0), 1 / 3, 0.0),
        (Tally(1, 1, 0), 0.5, 0.5),
        (Tally(0, 0, 3), 0.5, 0.5),
        (Tally(1, 0, 1), 0.75, 0.5),  # half of all voters is no majority
        (Tally(2, 0, 1), 5 / 6, 1.0),
        (Tally(0, 1, 2), 1 / 3, 0.5),
    ],
)
def test_a_tie_is_half_a_vote_for_each_and_a_majority_is_more_than_half_of_all(
    tally: Tally, share: float, majority: float
) -> None:
    assert (tally.share, tally.majority) == (share, majority)
    assert tally.turned.share == pytest.approx(1 - share)
    assert tally.turned.majority == 1 - majority


def test_the_ranking_that_agrees_best_with_the_others_speaks() -> None:
    """a > b > c agrees with a > c > b on 2 of 3 pairs and with b > a > c on 2 of 3: 4/6.

    The other two agree with each other on 1 of 3: they have 3/6 each.
    """
    middle = ranking([["a"], ["b"], ["c"]], rater=3)
    others = [ranking([["a"], ["c"], ["b"]], rater=1), ranking([["b"], ["a"], ["c"]], rater=2)]

    assert most_agreeing([*others, middle]) == middle


def test_a_tie_agrees_by_half() -> None:
    """Two say a > b, one b > a, one that they are level.

    Each a > b has (1 + 1/2 + 0) / 3 = 1/2, the tie (1/2 + 1/2 + 1/2) / 3 = 1/2, b > a has
    (0 + 0 + 1/2) / 3 = 1/6. Of the three that are as good the first id speaks.
    """
    tie = ranking([["a", "b"]], rater=1)
    rest = [
        ranking([["a"], ["b"]], rater=2),
        ranking([["a"], ["b"]], rater=3),
        ranking([["b"], ["a"]], rater=4),
    ]

    assert most_agreeing([*rest, tie]) == tie


def test_one_that_shares_no_pair_stands_behind_those_that_do() -> None:
    """k1 shares nothing; k2 and k3 contradict each other, and still share a pair."""
    alone = ranking([["c"], ["d"]], rater=1)
    others = [ranking([["a"], ["b"]], rater=2), ranking([["b"], ["a"]], rater=3)]

    assert most_agreeing([alone, *others]).id == "k2"
    assert most_agreeing([alone]) == alone


def test_nobody_seconds_themselves() -> None:
    """Two equal rankings of one rater agree with nobody else; the other two half agree."""
    own = [replace(ranking([["b"], ["a"]], rater=1), id=name) for name in ("k0", "k1")]
    tie, other = ranking([["a", "b"]], rater=2), ranking([["a"], ["b"]], rater=3)

    assert most_agreeing([*own, tie, other]) == tie
