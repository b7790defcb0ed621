"""Which pairs a policy makes of rankings; all of them can be counted on the fingers."""

from dataclasses import replace

import pytest

from annotate.export.policy import MARGINS, Policy
from annotate.export.preferences import preference_rows
from tests.annotate.export.judgements import ABOUT, asked, pairs, pairs_in, ranking, said

PLAIN = Policy()
TWO_TIES = ranking([["b", "a"], ["d", "c"]])
FOUR = ranking([["a"], ["b"], ["c"], ["d"]])


def test_a_ranking_becomes_a_row_for_each_strict_preference() -> None:
    """b over a, d; then the tie of a and d gives nothing, and c could not be ranked."""
    order = ranking([["b"], ["d", "a"]], unrankable=["c"], strengths=[2])

    rows = list(preference_rows([order], PLAIN))

    end = {**ABOUT, "ranking_id": "k1", "rater": "r-1", "ideal_id": "", "strength": 2}
    start = {"prompt": asked("ask 1"), "chosen": said("say b")}
    assert rows == [
        {
            **start,
            "rejected": said("say a"),
            **end,
            "chosen_source": "",
            "rejected_source": "model-1",
        },
        {**start, "rejected": said("say d"), **end, "chosen_source": "", "rejected_source": ""},
    ]


def test_a_margin_is_on_every_row_or_on_none() -> None:
    """a over b is 1 (slightly), a over c at least that much, and b over c is not known."""
    order = ranking([["a"], ["b"], ["c"]], strengths=[1, None])

    without = list(preference_rows([order], PLAIN))
    with_margins = list(preference_rows([order], Policy(margins=MARGINS)))

    assert ["margin" in row for row in without] == [False, False, False]
    assert [row["margin"] for row in with_margins] == [1 / 3, 1 / 3, 0.0]


def test_margins_are_those_that_were_chosen() -> None:
    """A whole number becomes a real one: a column has one type."""
    order = ranking([["a"], ["b"], ["c"]], strengths=[3, 2])

    rows = list(preference_rows([order], Policy(margins={"1": 1, "2": 2, "3": 3})))

    assert [(type(row["margin"]), row["margin"]) for row in rows] == [
        (float, 3.0),
        (float, 3.0),
        (float, 2.0),
    ]


def test_an_ideal_answer_is_better_than_every_tier() -> None:
    """a over b is 2; the ideal one over a was not asked, and over b it is at least that much."""
    order = ranking([["a"], ["b"]], strengths=[2], ideal="a, and why")

    found = pairs_in(preference_rows([order], PLAIN), "strength", "ideal_id")

    assert found == [
        ("a, and why", "a", None, "a, and why"),
        ("a, and why", "b", 2, "a, and why"),
        ("a", "b", 2, ""),
    ]
    assert pairs(order, policy=Policy(ideal=False)) == [("a", "b")]


def test_an_ideal_answer_of_a_single_tier_is_better_than_all_of_it() -> None:
    order = ranking([["a", "b"]], ideal="more")

    assert pairs_in(preference_rows([order], PLAIN), "strength") == [
        ("more", "a", None),
        ("more", "b", None),
    ]


STRICT = [("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")]


def test_a_tie_gives_no_row_or_two_at_half_weight_or_one_of_even_odds() -> None:
    dropped = preference_rows([TWO_TIES], PLAIN)
    both = preference_rows([TWO_TIES], Policy(ties="both"))
    soft = preference_rows([TWO_TIES], Policy(ties="soft"))

    assert pairs_in(dropped) == STRICT
    assert pairs_in(both, "weight", "strength") == [
        *((one, other, 1.0, None) for one, other in STRICT),
        *(("a", "b", 0.5, None), ("b", "a", 0.5, None)),
        *(("c", "d", 0.5, None), ("d", "c", 0.5, None)),
    ]
    assert pairs_in(soft, "soft_label") == [
        *((one, other, 1.0) for one, other in STRICT),
        *(("a", "b", 0.5), ("c", "d", 0.5)),
    ]


def test_a_tie_asks_for_no_margin() -> None:
    order = ranking([["a", "b"], ["c"]], strengths=[3])

    rows = preference_rows([order], Policy(ties="soft", margins=MARGINS))

    assert pairs_in(rows, "margin", "soft_label") == [
        ("a", "c", 1.0, 1.0),
        ("b", "c", 1.0, 1.0),
        ("a", "b", 0.0, 0.5),
    ]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ("all", ["ab", "ac", "ad", "bc", "bd", "cd"]),
        ("adjacent", ["ab", "bc", "cd"]),
        ("best_against_rest", ["ab", "ac", "ad"]),
    ],
)
def test_pairs_are_taken_of_all_tiers_or_neighbours_or_the_best(
    chosen: str, found: list[str]
) -> None:
    assert pairs(FOUR, policy=Policy(pairs=chosen)) == [tuple(pair) for pair in found]


def test_neighbours_are_tiers_and_what_shares_a_tier() -> None:
    """The best tier has two; the tie below it is no pair of the best with anything."""
    order = ranking([["a", "b"], ["c", "d"]], ideal="more")
    without = replace(order, ideal=None)

    assert pairs(order, policy=Policy(pairs="adjacent")) == [("more", "a"), ("more", "b"), *STRICT]
    assert pairs(without, policy=Policy(pairs="best_against_rest", ties="soft")) == [
        *STRICT,
        ("a", "b"),
    ]
    assert pairs(without, policy=Policy(pairs="adjacent", ties="soft")) == [
        *STRICT,
        *(("a", "b"), ("c", "d")),
    ]


def test_what_could_not_be_ranked_stands_below_all_and_is_no_tie() -> None:
    order = ranking([["a"], ["b"]], unrankable="dc", strengths=[3])
    below = Policy(unrankable="below", ties="soft")

    assert pairs_in(preference_rows([order], below), "strength") == [
        ("a", "b", 3),
        *(("a", "c", 3), ("a", "d", 3)),
        *(("b", "c", None), ("b", "d", None)),
    ]
    assert pairs(ranking([], unrankable="abcd"), policy=below) == []


def test_pairs_that_are_known_to_be_weak_give_no_row() -> None:
    """a over b is 1; over c 2; over d, b over d and c over d are 2 or not known."""
    order = ranking([["a"], ["b"], ["c"], ["d"]], strengths=[1, 2, None])

    rows = preference_rows([order], Policy(strength_at_least=2))

    assert pairs_in(rows, "strength") == [
        ("a", "c", 2),
        ("a", "d", 2),
        ("b", "c", 2),
        ("b", "d", 2),
        ("c", "d", None),
    ]
    assert pairs(order, policy=Policy(strength_at_least=3)) == [("c", "d")]


RATED = Policy(rating="helpful", rating_at_least=3)


def test_the_chosen_answer_has_the_points_that_are_asked() -> None:
    """a has too few, b enough, c was not rated; what is asked of another scale is not asked."""
    order = ranking([["a"], ["b"], ["c"], ["d"]], points={"a": 2, "b": 3, "d": 0})

    assert pairs(order, policy=RATED) == [("b", "c"), ("b", "d"), ("c", "d")]
    assert len(pairs(order, policy=replace(RATED, rating="honest"))) == 6


@pytest.mark.parametrize("ties", ["both", "soft"])
@pytest.mark.parametrize("votes", ["every", "majority", "soft"])
def test_of_a_tie_both_have_the_points_that_are_asked(ties: str, votes: str) -> None:
    """Half of a tie would be a preference that nobody had."""
    order = ranking([["a", "b"]], points={"a": 4, "b": 2})
    policy = replace(RATED, ties=ties, votes=votes)

    assert pairs(order, policy=policy) == []
    assert len(pairs(ranking([["a", "b"]], points={"b": 4}), policy=policy)) > 0


# a over the others by two to one; b and c level for two, b over c for one.
THREE = [
    ranking([["a"], ["b"], ["c"]], rater=3),
    ranking([["a"], ["b", "c"]], rater=2, iteration="2026-W49"),
    ranking([["b", "c"], ["a"]], rater=1),
]


def test_every_ranking_gives_its_rows_in_the_order_of_their_ids() -> None:
    rows = preference_rows(THREE, PLAIN)

    assert pairs_in(rows, "ranking_id") == [
        *(("b", "a", "k1"), ("c", "a", "k1")),
        *(("a", "b", "k2"), ("a", "c", "k2")),
        *(("a", "b", "k3"), ("a", "c", "k3"), ("b", "c", "k3")),
    ]


def test_the_majority_decides_a_pair_and_half_is_none() -> None:
    """a over b and a over c by 2 of 3; b over c by 1 of 3, and two call them level."""
    rows = list(preference_rows(THREE, Policy(votes="majority")))

    assert pairs_in(rows, "votes") == [("a", "b", [2, 1, 0]), ("a", "c", [2, 1, 0])]
    assert rows[0] == {
        "prompt": asked("ask 1"),
        "chosen": said("say a"),
        "rejected": said("say b"),
        **ABOUT,
        "iteration": "2026-W49",  # when the last of them judged
        "ranking_ids": ["k1", "k2", "k3"],
        "raters": ["r-1", "r-2", "r-3"],
        "ideal_id": "",
        "votes": [2, 1, 0],
        "chosen_source": "model-1",
        "rejected_source": "",
    }


def test_what_has_no_majority_is_a_tie() -> None:
    both = preference_rows(THREE, Policy(votes="majority", ties="both"))
    soft = preference_rows(THREE, Policy(votes="majority", ties="soft"))

    assert pairs_in(both, "weight", "votes")[2:] == [
        ("b", "c", 0.5, [1, 0, 2]),
        ("c", "b", 0.5, [0, 1, 2]),
    ]
    assert pairs_in(soft, "soft_label") == [("a", "b", 1.0), ("a", "c", 1.0), ("b", "c", 0.5)]


def test_a_soft_label_is_the_share_of_votes_and_a_tie_half_a_vote() -> None:
    """a over b: 2/3. b over c: (1 + 2/2) / 3 = 2/3."""
    rows = preference_rows(THREE, Policy(votes="soft"))

    assert pairs_in(rows, "soft_label", "votes") == [
        ("a", "b", 2 / 3, [2, 1, 0]),
        ("a", "c", 2 / 3, [2, 1, 0]),
        ("b", "c", 2 / 3, [1, 0, 2]),
    ]


def test_the_better_one_by_votes_is_chosen_whichever_is_named_first() -> None:
    orders = [ranking([["b"], ["a"]], rater=n) for n in (1, 2)]
    against = ranking([["a"], ["b"]], rater=3)

    rows = preference_rows([*orders, against], Policy(votes="soft"))

    assert pairs_in(rows, "soft_label", "votes") == [("b", "a", pytest.approx(2 / 3), [2, 1, 0])]


def test_even_votes_are_a_tie_as_the_policy_has_ties() -> None:
    even = [ranking([["b"], ["a"]], rater=1), ranking([["a"], ["b"]], rater=2)]

    assert pairs(*even, policy=Policy(votes="soft")) == []
    soft = preference_rows(even, Policy(votes="soft", ties="soft"))
    assert pairs_in(soft, "soft_label") == [("a", "b", 0.5)]
    both = preference_rows(even, Policy(votes="soft", ties="both"))
    assert pairs_in(both, "soft_label", "weight") == [("a", "b", 1.0, 0.5), ("b", "a", 1.0, 0.5)]


def test_a_pair_is_voted_on_where_one_ranking_has_it_among_those_that_are_taken() -> None:
    """a and c are neighbours for the second only; all who placed them vote."""
    orders = [ranking([["a"], ["b"], ["c"]], rater=1), ranking([["a"], ["c"]], rater=2)]

    rows = preference_rows(orders, Policy(votes="majority", pairs="adjacent"))

    assert pairs_in(rows, "votes") == [
        ("a", "b", [1, 0, 0]),
        ("a", "c", [2, 0, 0]),
        ("b", "c", [1, 0, 0]),
    ]


def test_everybody_who_gave_the_chosen_answer_points_gave_enough() -> None:
    orders = [
        ranking([["a"], ["b"], ["c"]], rater=1, points={"a": 4, "b": 4}),
        ranking([["a"], ["b"], ["c"]], rater=2, points={"a": 2}),
    ]

    assert pairs(*orders, policy=replace(RATED, votes="majority")) == [("b", "c")]


def test_the_ideal_answers_of_several_raters_are_each_better_than_what_they_were_shown() -> None:
    orders = [
        ranking([["a"], ["b"]], rater=1, ideal="x"),
        ranking([["b"], ["a"]], rater=2, ideal="y"),
    ]

    rows = preference_rows(orders, Policy(votes="majority"))

    assert pairs_in(rows, "ideal_id", "votes") == [
        *(("x", "a", "x", [1, 0, 0]), ("y", "a", "y", [1, 0, 0])),
        *(("x", "b", "x", [1, 0, 0]), ("y", "b", "y", [1, 0, 0])),
    ]


def test_the_one_ranking_that_agrees_best_speaks_for_all() -> None:
    """k3 and k2 agree on a over b and a over c, and by half on b and c; k1 says the reverse."""
    rows = preference_rows(THREE, Policy(votes="most_agreeing"))

    assert {row["ranking_id"] for row in rows} == {"k2"}


def test_an_answer_is_written_out_once_for_all_pairs_of_it() -> None:
    rows = list(preference_rows([FOUR], PLAIN))

    assert len({id(row["prompt"]) for row in rows}) == 1
    assert len({id(row["chosen"]) for row in rows[:3]}) == 1
