"""Agreement with the right order, and when somebody is shown to agree too little."""

import numpy as np
import pytest

from annotate.stats.gold import agreement_with, standing_of
from commons.stats.errors import NotEnoughOverlap

RIGHT = [["a"], ["b"], ["c"]]


@pytest.mark.parametrize(
    ("order", "agreed"),
    [
        ([["a"], ["b"], ["c"]], 3),
        ([["c"], ["b"], ["a"]], 0),
        ([["a"], ["c"], ["b"]], 2),
        ([["a", "b"], ["c"]], 2.5),  # a tie against a preference is a half
        ([["a"], ["b"]], 2),  # c stands nowhere: two halves beside a before b
        ([], 1.5),  # what a coin gets
    ],
)
def test_pairs_that_are_as_they_should_be(order: list[list[str]], agreed: float) -> None:
    assert agreement_with(order, right=RIGHT) == (agreed, 3)


def test_a_right_tie_wants_a_tie() -> None:
    assert agreement_with([["a"], ["b"]], right=[["a", "b"]]) == (0.5, 1)
    assert agreement_with([["a", "b"]], right=[["a", "b"]]) == (1, 1)


def test_one_answer_compares_nothing() -> None:
    with pytest.raises(NotEnoughOverlap):
        agreement_with([["a"]], right=[["a"]])


def test_nothing_is_concluded_from_few_items() -> None:
    standing = standing_of([0.0] * 19, below=0.9, least=20)

    assert standing is not None
    assert (standing.items, standing.looks, standing.is_below) == (19, 0, False)


def test_of_nobody_nothing_is_known() -> None:
    assert standing_of([], below=0.5, least=20) is None


def test_who_is_far_below_is_found_at_the_first_look() -> None:
    standing = standing_of([0.3] * 20, below=0.7, least=20)

    assert standing is not None
    assert standing.is_below
    assert standing.high < 0.7


def test_between_two_looks_nothing_moves() -> None:
    first = standing_of([0.5] * 20, below=0.7, least=20)

    assert standing_of([0.5] * 20 + [0.0] * 19, below=0.7, least=20) == first


def test_who_is_as_good_as_asked_is_seldom_wronged_however_often_one_looks(
    replications: int,
) -> None:
    """At exactly the limit, over 200 items and ten looks: 5 % at most, in 3.3 deviations."""
    rng = np.random.default_rng(11)

    def is_wronged() -> bool:
        shares = rng.binomial(6, 0.7, size=200) / 6
        looks = range(20, 201, 20)
        found = [standing_of(list(shares[:n]), below=0.7, least=20) for n in looks]
        return any(each is not None and each.is_below for each in found)

    wronged = sum(is_wronged() for _ in range(replications))

    assert wronged <= 0.05 * replications + 3.3 * (0.05 * 0.95 * replications) ** 0.5
