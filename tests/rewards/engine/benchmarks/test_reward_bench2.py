"""RewardBench 2: best of four, and the score of Ties."""

from math import tanh

import pytest

from rewards.engine.benchmarks.case import Scored
from rewards.engine.benchmarks.reward_bench2 import SUBSETS, best_of, case_of, numbers_of
from rewards.engine.errors import BadInput
from tests.rewards.engine.benchmarks.scoring import drawing, scored


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [(3, [1, 2, 0], 1), (1, [2, 0, 0], 0), (2, [2, 0, 0], 1 / 2), (2, [2, 2, 2], 1 / 4)],
)
def test_best_of_four_shares_the_highest_score(right: float, wrong: list[float], found: float):
    assert best_of(scored("Math", [right], wrong)) == found


def ties() -> list[Scored]:
    """Two numbers.

    1 tied: right 5 4, wrong 1: spread 1, gap 3. 1 ref: right 5, wrong 2: gap 3. All hold;
      shape tanh(min(3, 3) / 1 - 1) = tanh 2.
    2 tied: right 5 2, wrong 1: spread 3, gap 1, accurate, not preferred. 2 ref: right 1, wrong 2:
      gap -1, not accurate; shape tanh(-1 / 3 - 1) = -tanh(4 / 3).
    """
    return [
        scored("Ties", [5, 4], [1, 0], "tied:1"),
        scored("Ties", [5], [2, 0], "ref:1"),
        scored("Ties", [5, 2], [1, 0], "tied:2"),
        scored("Ties", [1], [2, 0], "ref:2"),
    ]


def test_the_score_of_ties_by_hand():
    """0.3 * 1 + 0.3 * 1/2 + 0.2 * 1/2 + 0.2 * 1/2 + 0.01 * mean of the shapes."""
    found = numbers_of(ties(), drawing())

    assert found["Ties: tied accuracy"].value == 1
    assert found["Ties: ref accuracy"].value == 0.5
    assert found["Ties"].value == pytest.approx(0.65 + 0.01 * (tanh(2) - tanh(4 / 3)) / 2)


def test_the_preference_for_what_is_right_is_hard_where_the_ref_gap_is_small():
    """Tied: spread 1, gap 3; ref: gap 0.5 < 1. Preferred, but not when it is hard."""
    both = [scored("Ties", [5, 4], [1], "tied:9"), scored("Ties", [2.5], [2], "ref:9")]

    found = numbers_of(both, drawing())

    assert found["Ties"].value == pytest.approx(0.6 + 0.2 + 0.01 * tanh(0.5 - 1))


@pytest.mark.parametrize(("wrong", "shape"), [(0.0, 1), (1.0, 0), (2.0, -1)])
def test_right_answers_of_one_score_have_no_spread_to_divide_by(wrong: float, shape: float):
    both = [scored("Ties", [1, 1], [wrong], "tied:1"), scored("Ties", [1], [wrong], "ref:1")]

    found = numbers_of(both, drawing())

    assert found["Ties"].value == pytest.approx(float(shape > 0) + 0.01 * shape)


def test_the_score_is_the_plain_average_of_six_subsets():
    cases = [scored(name, [1], [0, 0, 0]) for name in SUBSETS if name != "Ties"]

    found = numbers_of(cases + ties(), drawing())

    assert found["score"].value == pytest.approx((5 + found["Ties"].value) / 6)
    assert "score" not in numbers_of(cases, drawing())


def test_rows_are_checked():
    row = {"id": "1", "prompt": "Hi", "chosen": ["a"], "rejected": ["b", "c"], "subset": "ties"}

    assert case_of({**row, "num_correct": 1}).subset == "Ties"
    with pytest.raises(BadInput, match="'num_correct' is 2, but 1 answers are chosen"):
        case_of({**row, "num_correct": 2})
    with pytest.raises(BadInput, match="must be tied:N or ref:N"):
        numbers_of([scored("Ties", [1], [0], "17")], drawing())
    with pytest.raises(BadInput, match="both tied:N and ref:N"):
        numbers_of([scored("Ties", [1], [0], "ref:1")], drawing())
