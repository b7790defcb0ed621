"""Raters who can be relied on weigh more; every number can be worked out in the head."""

from dataclasses import replace
from typing import Any

import pytest

from annotate.export.batches import rows_of
from annotate.export.forms import form_of
from annotate.export.policy import Policy
from annotate.export.preferences import preference_rows
from annotate.export.rows import RankingText, batches_of_rankings
from annotate.export.votes import Tally, most_agreeing, tallies_of
from tests.annotate.export.judgements import pairs_in, ranking

WEIGHED = Policy(weights="reliability")


def weighing(weight: float, *tiers: list[str], rater: int = 1) -> RankingText:
    return replace(ranking(list(tiers), rater=rater), weight=weight)


# For a over c, for c over a, and level: the example of docs/datasets.md.
THREE = [
    weighing(0.9, ["a"], ["c"], rater=1),
    weighing(0.6, ["c"], ["a"], rater=2),
    weighing(0.2, ["a", "c"], rater=3),
]


@pytest.mark.parametrize(
    ("chosen", "names", "rows"),
    [
        ({}, ["weight"], [("a", "c", 0.9), ("c", "a", 0.6)]),
        (
            {"ties": "both"},
            ["weight"],
            [("a", "c", 0.9), ("c", "a", 0.6), ("a", "c", 0.1), ("c", "a", 0.1)],
        ),
        ({"votes": "majority"}, ["votes"], [("a", "c", [1, 1, 1])]),
        (
            {"votes": "soft"},
            ["soft_label", "votes"],
            [("a", "c", pytest.approx(10 / 17), [1, 1, 1])],
        ),
        (
            {"votes": "most_agreeing", "ties": "soft"},
            ["soft_label", "weight"],
            [("a", "c", 0.5, 0.2)],
        ),
    ],
)
def test_the_example_of_weights_is_counted_so(
    chosen: dict[str, Any], names: list[str], rows: list[tuple[Any, ...]]
) -> None:
    found = preference_rows(THREE, replace(WEIGHED, **chosen))

    assert pairs_in(found, *names) == rows


def test_where_votes_are_counted_a_weight_is_that_of_a_direction_of_a_tie() -> None:
    even = [weighing(0.5, ["a"], ["b"], rater=1), weighing(0.5, ["b"], ["a"], rater=2)]

    soft = preference_rows(THREE, replace(WEIGHED, votes="soft"))
    both = preference_rows(even, replace(WEIGHED, votes="soft", ties="both"))

    assert ["weight" in row for row in soft] == [False]
    assert pairs_in(both, "weight") == [("a", "b", 0.5), ("b", "a", 0.5)]


def test_weights_that_are_even_are_even_whatever_their_sums_are_as_floats() -> None:
    """0.1 and 0.2 against 0.3: as floats, the one side is larger by 6e-17."""
    voters = [
        weighing(0.1, ["a"], ["b"], rater=1),
        weighing(0.2, ["a"], ["b"], rater=2),
        weighing(0.3, ["b"], ["a"], rater=3),
    ]

    assert 0.1 + 0.2 != 0.3
    for votes in ("majority", "soft"):
        found = preference_rows(voters, replace(WEIGHED, votes=votes, ties="soft"))
        assert pairs_in(found, "soft_label") == [("a", "b", 0.5)]


def test_a_rater_weighs_once_on_a_pair_and_a_settled_label_of_theirs_as_much_as_it_does() -> None:
    """r1 says a over b twice, once as who settled it: 1, against 0.6 of r2."""
    orders = [[["a"], ["b"]], [["a"], ["b"]], [["b"], ["a"]]]

    found = tallies_of(orders, [[], [], []], ["r1", "r1", "r2"], [0.4, 1.0, 0.6])

    assert found == {("a", "b"): Tally(1, 1, 0, (1000, 600, 0))}
    assert found["a", "b"].share == 1 / 1.6
    assert found["a", "b"].turned == Tally(1, 1, 0, (600, 1000, 0))


def test_who_agrees_with_somebody_reliable_agrees_more() -> None:
    """Two and two contradict each other: those beside 0.9 and 0.8 have the better company."""
    voters = [
        weighing(0.3, ["b"], ["a"], rater=1),
        weighing(0.2, ["b"], ["a"], rater=2),
        weighing(0.9, ["a"], ["b"], rater=3),
        weighing(0.8, ["a"], ["b"], rater=4),
    ]

    assert most_agreeing(voters).id == "k4"  # 0.9 of 1.4; k3 has 0.8 of 1.3
    assert most_agreeing([replace(each, weight=1.0) for each in voters]).id == "k1"


@pytest.mark.parametrize("kind", ["preference", "ranked", "unpaired"])
@pytest.mark.parametrize("votes", ["every", "most_agreeing"])
def test_rows_have_the_weight_of_their_rater_among_the_columns_of_their_kind(
    kind: str, votes: str
) -> None:
    policy = replace(WEIGHED, votes=votes)

    batches = batches_of_rankings(kind)([[THREE[0]]], policy)

    rows = list(rows_of(batches))
    columns = [column.name for column in form_of(kind, policy).columns]
    assert [list(row) for row in rows] == [columns] * len(rows)
    assert {row["weight"] for row in rows} == {0.9}
    assert "weight" not in {column.name for column in form_of(kind, Policy()).columns}


@pytest.mark.parametrize("kind", ["preference", "ranked", "unpaired"])
@pytest.mark.parametrize("votes", ["every", "most_agreeing"])
def test_whoever_weighs_nothing_gives_no_row(kind: str, votes: str) -> None:
    """Of the first prompt somebody else speaks, of the second nobody."""
    nobody = weighing(0.0, ["b"], ["a"], rater=1)
    prompts = [[nobody, weighing(0.4, ["a"], ["b"], rater=2)], [replace(nobody, id="k9")]]

    batches = batches_of_rankings(kind)(prompts, replace(WEIGHED, votes=votes))

    rows = list(rows_of(batches))
    assert {row["ranking_id"] for row in rows} == {"k2"}
    assert list(batches_of_rankings(kind)([[nobody]], WEIGHED)) == []


@pytest.mark.parametrize("votes", ["majority", "soft"])
def test_whoever_weighs_nothing_has_no_vote(votes: str) -> None:
    voters = [weighing(0.0, ["b"], ["a"], rater=1), weighing(0.4, ["a"], ["b"], rater=2)]

    rows = list(preference_rows(voters, replace(WEIGHED, votes=votes)))

    assert pairs_in(rows, "votes", "raters") == [("a", "b", [1, 0, 0], ["r-2"])]
    assert list(preference_rows(voters[:1], replace(WEIGHED, votes=votes))) == []


@pytest.mark.parametrize(("form", "apart"), [("openrlhf", False), ("transcript", False)])
def test_a_form_with_columns_of_its_own_keeps_the_weight(form: str, apart: bool) -> None:
    found = form_of("preference", replace(WEIGHED, form=form)).columns

    assert [each.apart for each in found if each.name == "weight"] == [apart]


def test_openai_has_no_key_for_a_weight_so_it_stands_beside() -> None:
    found = form_of("preference", replace(WEIGHED, form="openai")).columns

    assert [each.apart for each in found if each.name == "weight"] == [True]
