import numpy as np
import pytest

from commons.stats.agreement import Order, TieRule, pairwise_agreement
from commons.stats.errors import NotEnoughOverlap
from tests.simulating import assert_covers

STRICT: Order = [["a"], ["b"], ["c"]]


def value(judgements: dict[str, list[Order]], ties: TieRule = TieRule.DROP) -> float:
    return pairwise_agreement(judgements, ties=ties, rng=np.random.default_rng(7)).value


def test_agreement_by_hand() -> None:
    """abc and acb agree on ab and ac, not on bc: 2 of 3. abc and abc: 3 of 3. Together 5 of 6."""
    judgements = {"x": [STRICT, [["a"], ["c"], ["b"]]], "y": [STRICT, STRICT]}

    assert value(judgements) == pytest.approx(5 / 6)


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        (TieRule.DROP, 1 / 1),  # only ac is strict for both, and alike
        (TieRule.HALF, (0.5 + 1 + 0.5) / 3),  # ab and bc: a tie against a preference
        (TieRule.EXACT, 1 / 3),
    ],
)
def test_a_tie_against_a_preference_counts_by_the_named_rule(
    ties: TieRule, expected: float
) -> None:
    """One rater ties a with b, the other ties b with c; both put a over c."""
    pair: list[Order] = [[["a", "b"], ["c"]], [["a"], ["b", "c"]]]

    assert value({"x": pair, "y": pair}, ties) == pytest.approx(expected)


@pytest.mark.parametrize(("ties", "expected"), [(TieRule.HALF, 1.0), (TieRule.EXACT, 1.0)])
def test_two_ties_agree(ties: TieRule, expected: float) -> None:
    tied: list[Order] = [[["a", "b"]], [["b", "a"]]]

    assert value({"x": tied, "y": tied}, ties) == expected


def test_two_ties_leave_nothing_to_compare_where_ties_are_dropped() -> None:
    tied: list[Order] = [[["a", "b"]], [["b", "a"]]]

    with pytest.raises(NotEnoughOverlap, match="0 item"):
        value({"x": tied, "y": tied}, TieRule.DROP)


def test_an_answer_that_one_rater_could_not_rank_is_not_compared() -> None:
    """c is missing from the second order, so only ab is compared, and it is turned round."""
    judgements: dict[str, list[Order]] = {
        "x": [STRICT, [["b"], ["a"]]],
        "y": [STRICT, [["b"], ["a"]]],
    }

    assert value(judgements) == 0.0


def test_each_rater_has_the_same_say_however_many_judged_the_item() -> None:
    """x: three raters, two of them alike, so 1 of 3 comparisons agrees, halved to 1/2 of 3/2.

    y: two raters alike, 1 of 1. Together (1/2 + 1) / (3/2 + 1) = 3/5.
    """
    up: Order = [["a"], ["b"]]
    down: Order = [["b"], ["a"]]

    assert value({"x": [up, up, down], "y": [up, up]}) == pytest.approx(3 / 5)


def test_items_judged_once_are_not_counted() -> None:
    found = pairwise_agreement(
        {"x": [STRICT, STRICT], "y": [STRICT], "z": [STRICT, STRICT], "none": []},
        ties=TieRule.DROP,
        rng=np.random.default_rng(7),
    )

    assert (found.value, found.n) == (1.0, 2)


def test_raters_by_chance_agree_half_the_time() -> None:
    rng = np.random.default_rng(11)
    judgements: dict[str, list[Order]] = {
        str(item): [[[str(answer)] for answer in rng.permutation(4)] for _ in range(2)]
        for item in range(400)
    }

    found = pairwise_agreement(judgements, ties=TieRule.DROP, rng=rng)

    assert found.low < 0.5 < found.high
    assert found.high - found.low < 0.1


@pytest.mark.parametrize(
    "judgements", [{}, {"x": [STRICT]}, {"x": [STRICT, STRICT], "y": [STRICT]}]
)
def test_agreement_without_two_doubled_items_is_undefined(
    judgements: dict[str, list[Order]],
) -> None:
    with pytest.raises(NotEnoughOverlap, match="needs two items"):
        value(judgements)


def test_intervals_hold_the_truth(replications: int) -> None:
    """Two raters put the better of two answers first in 80 of 100; .8² + .2² = .68 are alike."""
    rng, orders = np.random.default_rng(7), ([["a"], ["b"]], [["b"], ["a"]])
    found = []
    for _ in range(replications):
        wrong = rng.random((200, 2)) < 0.2
        judgements = {str(at): [orders[each] for each in row] for at, row in enumerate(wrong * 1)}
        found.append(pairwise_agreement(judgements, ties=TieRule.DROP, rng=rng, rounds=400))

    assert_covers(each.low <= 0.68 <= each.high for each in found)
