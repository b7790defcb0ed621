"""RM-Bench: three styles against three styles."""

import pytest

from rewards.engine.benchmarks.rm_bench import case_of, levels_of, numbers_of
from rewards.engine.errors import BadInput
from tests.rewards.engine.benchmarks.scoring import drawing, scored


def test_the_matrix_of_styles_by_hand():
    """Right 1 3 5, wrong 0 4 4: rows win (1 0 0), (1 0 0), (1 1 1).

    Above the diagonal 0 0 0; on it 1 0 1; below it 1 1 1.
    """
    assert levels_of(scored("chat", [1, 3, 5], [0, 4, 4])) == pytest.approx((0, 2 / 3, 1))


def test_a_draw_is_lost():
    assert levels_of(scored("chat", [1, 1, 1], [1, 1, 1])) == (0, 0, 0)


def test_domains_average_their_levels_and_the_score_the_domains():
    """Chat as above (5/9), math and code won whole, safety lost: (5/9 + 1 + 1 + 0) / 4."""
    all_won, all_lost = ([1, 1, 1], [0, 0, 0]), ([0, 0, 0], [1, 1, 1])
    cases = [scored("chat", [1, 3, 5], [0, 4, 4]), scored("math", *all_won)]
    cases += [scored("code", *all_won), scored("safety", *all_lost)]

    found = numbers_of(cases, drawing())

    assert found["chat"].value == pytest.approx(5 / 9)
    assert found["score"].value == pytest.approx((5 / 9 + 2) / 4)
    assert found["hard"].value == pytest.approx((0 + 1 + 1 + 0) / 4)
    assert found["easy"].value == pytest.approx(3 / 4)
    assert "score" not in numbers_of(cases[:3], drawing())


def test_rows_are_read_as_published():
    three = {"chosen": ["a", "b", "c"], "rejected": ["d", "e", "f"], "prompt": "Hi", "file": "x"}

    assert case_of({**three, "domain": "safety-refuse"}).subset == "safety"
    assert case_of({**three, "file": "code_filtered", "subset": "hep"}).subset == "code"
    with pytest.raises(BadInput, match="'x' is none of chat, math, code, safety"):
        case_of(three)
    with pytest.raises(BadInput, match="must hold 3 answers each"):
        case_of({**three, "domain": "chat", "chosen": ["a"]})
