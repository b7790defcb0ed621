"""RewardBench 1: sections by published counts, prior sets at half a weight."""

import pytest

from rewards.engine.benchmarks.reward_bench import SECTIONS, case_of, numbers_of
from rewards.engine.errors import BadInput
from tests.rewards.engine.benchmarks.scoring import drawing, scored

WON, LOST, DRAWN = ([1.0], [0.0]), ([0.0], [1.0]), ([1.0], [1.0])


def test_a_section_weighs_its_subsets_by_their_published_counts_and_a_draw_is_lost():
    """Chat: easy won (100), length drawn (95) = 100 / 195. Code all won, PRM-Math lost: half."""
    cases = [scored("alpacaeval-easy", *WON), scored("alpacaeval-length", *DRAWN)]
    cases += [scored(name, *WON) for name in SECTIONS["Reasoning"] if name != "math-prm"]
    cases += [scored("math-prm", *LOST)]

    found = numbers_of(cases, drawing())

    assert found["Chat"].value == pytest.approx(100 / 195)
    assert found["Reasoning"].value == pytest.approx(0.5)
    assert "Safety" not in found
    assert "score" not in found


def test_the_score_is_the_average_of_four_sections_with_half_a_weight_for_prior_sets():
    """Chat and Safety 1, Chat Hard and Reasoning 0; prior sets (1 + 0) / 2: 2.25 / 4.5."""
    cases = [scored("alpacaeval-easy", *WON), scored("donotanswer", *WON)]
    cases += [scored("llmbar-natural", *LOST), scored("hep-go", *LOST)]
    four = numbers_of(cases, drawing())
    cases += [scored("shp", *WON)] * 3 + [scored("summarize", *LOST)]

    found = numbers_of(cases, drawing())

    assert four["score"].value == pytest.approx(0.5)
    assert found["Prior Sets"].value == pytest.approx(0.5)
    assert found["score"].value == pytest.approx((1 + 1 + 0 + 0 + 0.5 * 0.5) / 4.5)


def test_math_and_code_weigh_alike():
    counts = SECTIONS["Reasoning"]

    assert counts["math-prm"] == sum(counts.values()) / 2


def test_a_row_is_read_as_published_and_a_test_set_by_its_file():
    row = {"id": 7, "prompt": "Hi", "chosen": "a", "rejected": "b", "subset": "hep-go", "file": "x"}
    found = case_of(row)
    messages = [{"role": "user", "content": "Hi"}]

    assert (found.id, found.subset, found.right, found.wrong) == ("7", "hep-go", ["a"], ["b"])
    assert found.prompt == messages
    assert (
        case_of({**row, "prompt": messages, "subset": "askreddit", "file": "shp"}).subset == "shp"
    )
    with pytest.raises(BadInput, match="'chosen' must be text"):
        case_of({**row, "chosen": ["a"]})
