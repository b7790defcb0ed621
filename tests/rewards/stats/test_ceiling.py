"""A held-back rater against the others, and the model on the same votes."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from rewards.stats.ceiling import WORDS, Basis, ceiling_of
from rewards.stats.resampling import Resampling
from rewards.stats.seen import Seen
from tests.rewards.stats.making import seen

DRAWN = Resampling(rounds=200)
UP, DOWN, TIED = [[0], [1]], [[1], [0]], [[0, 1]]


def judged(number: int, *orders: list[list[int]], gap: float = 1.0) -> list[Seen]:
    """The same two answers of a prompt in the eyes of several people."""
    return [
        seen(number, [gap, 0], order, rater=f"rater {at}", ranking_id=f"r{number}.{at}")
        for at, order in enumerate(orders)
    ]


def test_every_number_by_hand():
    """Each of two prompts: up, up, down. Held back:

    an *up*: the others are even, no consensus, twice; the *down*: the others say up: person wrong,
    model right. So two votes, people 0, model 1.
    """
    found, basis = ceiling_of(judged(1, UP, UP, DOWN) + judged(2, UP, UP, DOWN), DRAWN)

    assert found is not None
    assert (found.votes, found.prompts, found.median_others) == (2, 2, 2)
    assert (found.people["value"], found.model["value"], found.lead["value"]) == (0, 1, 1)
    assert found.is_passed
    assert basis == Basis.ALL


def test_a_tie_of_a_person_is_no_vote_and_a_tie_of_the_model_is_half():
    """Tied, up, up: the tied one is not asked; each up has one up and one tie against it."""
    found, _ = ceiling_of(judged(1, TIED, UP, UP, gap=0) + judged(2, TIED, UP, UP, gap=0), DRAWN)

    assert found is not None
    assert (found.votes, found.people["value"], found.model["value"]) == (4, 1, 0.5)


def test_it_is_not_known_where_every_item_has_one_vote():
    alone = [seen(n, [2, 1], rater=f"r{n}") for n in range(9)]

    assert ceiling_of(alone, DRAWN) == (None, Basis.ALONE)
    assert ceiling_of([replace(each, agreement_weight=1) for each in alone], DRAWN) == (
        None,
        Basis.ALONE,
    )


def test_one_person_who_judged_twice_is_no_second_person():
    twice = [seen(n, [2, 1], rater="same", ranking_id=f"{n}.{at}") for n in (1, 2) for at in (0, 1)]

    assert ceiling_of(twice, DRAWN) == (None, Basis.ALONE)


def weighing(rankings: Sequence[Seen], *weights: float | None) -> list[Seen]:
    """One weight each, the last one for all that are left."""
    each = [*weights, *[weights[-1]] * len(rankings)]
    return [
        replace(seen, agreement_weight=weight) for seen, weight in zip(rankings, each, strict=False)
    ]


def test_what_was_doubled_with_a_chance_weighs_its_inverse() -> None:
    """Drawn with 1/4: up, down, so that either held back is wrong, and the model, who says up, is
    right where down is held back. Doubled always: up, up, all right.

    People (4 · 0 + 4 · 0 + 1 + 1) / 10, the model (4 · 0 + 4 · 1 + 1 + 1) / 10.
    """
    rankings = weighing(judged(1, UP, DOWN), 4) + weighing(judged(2, UP, UP), 1)

    found, basis = ceiling_of(rankings, DRAWN)

    assert found is not None
    assert basis == Basis.DRAWN
    assert (found.votes, found.prompts) == (4, 2)
    assert (found.people["value"], found.model["value"]) == (0.2, 0.6)
    assert found.lead["value"] == pytest.approx(0.4)


def test_a_third_who_was_asked_is_neither_held_back_nor_one_of_the_others() -> None:
    """Up, down and, asked for, up: with it the two who say up have no consensus against them, and
    one vote of three would be told, right by half; without it there are two, and both wrong."""
    rankings = weighing(judged(1, UP, DOWN, UP), 1, 1, 0) + weighing(judged(2, UP, UP), 1)

    found, _ = ceiling_of(rankings, DRAWN)

    assert found is not None
    assert (found.votes, found.median_others, found.people["value"]) == (4, 1, 0.5)
    naive, basis = ceiling_of(weighing(rankings, None), DRAWN)
    assert naive is not None
    assert (naive.votes, basis) == (3, Basis.ALL)
    assert naive.people["value"] == pytest.approx(2 / 3)


def test_an_import_takes_no_part_where_of_others_it_is_known_why_they_were_asked() -> None:
    known = weighing(judged(1, UP, UP) + judged(2, UP, UP), 1)
    imported = weighing(judged(3, UP, DOWN), None)

    assert ceiling_of(known + imported, DRAWN) == ceiling_of(known, DRAWN)


def test_where_chance_alone_doubled_nothing_the_reason_is_another_one() -> None:
    rankings = weighing(judged(1, UP, UP) + judged(2, UP, DOWN, UP), 0)

    assert ceiling_of(rankings, DRAWN) == (None, Basis.NOT_DRAWN)
    assert all(WORDS[basis] for basis in Basis)


def test_answers_are_matched_by_their_words_and_not_by_their_places():
    one = [seen(n, [2, 1], UP, texts=["a", "b"], rater="x") for n in (1, 2)]
    other = [seen(n, [1, 2], DOWN, texts=["b", "a"], rater="y") for n in (1, 2)]

    found, _ = ceiling_of(one + other, DRAWN)

    assert found is not None
    assert (found.people["value"], found.model["value"]) == (1, 1)


def test_raters_of_85_percent_have_a_ceiling_below_85_against_two_others_and_no_leak_is_cried():
    """Against two others who agree the truth is known at 0.85² / (0.85² + 0.15²) = 97 %, so a
    rater is right in 0.85 * 0.97 + 0.15 * 0.03 = 83 %; a model as good as a rater is no leak."""
    rng = np.random.default_rng(5)
    rankings = []
    for number in range(400):
        right = rng.random(4) < 0.85
        orders = [UP if one else DOWN for one in right[:3]]
        rankings += judged(number, *orders, gap=1.0 if right[3] else -1.0)

    found, _ = ceiling_of(rankings, DRAWN)

    assert found is not None
    assert found.people["value"] == pytest.approx(0.83, abs=0.02)
    assert not found.is_passed


def test_a_model_that_has_seen_the_answers_is_above_the_ceiling():
    rng = np.random.default_rng(6)
    rankings = []
    for number, _ in product(range(300), [0]):
        orders = [UP if one else DOWN for one in rng.random(3) < 0.7]
        rankings += judged(number, *orders, gap=orders.count(UP) - 1.5)

    found, _ = ceiling_of(rankings, DRAWN)

    assert found is not None
    assert found.is_passed
