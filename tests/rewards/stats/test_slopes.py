"""What a score rises with within a prompt."""

import numpy as np
import pytest

from rewards.stats.resampling import Resampling
from rewards.stats.slopes import centred, score_by_length, slopes_of
from tests.rewards.stats.making import seen

DRAWN = Resampling(rounds=200)
TEXTS = ["a" * 10, "a" * 100, "a" * 1000]


def test_values_are_measured_from_the_mean_of_their_prompt():
    assert centred(np.array([1.0, 3.0, 10.0]), np.array([0, 0, 1])).tolist() == [-1.0, 1.0, 0.0]


def test_a_score_that_is_the_length_has_slope_one_whatever_the_prompt_adds():
    """The prompts' own means (0 and 50) say nothing; people liked the shorter ones."""
    lengths = [np.log1p(len(text)) for text in TEXTS]
    rankings = [
        seen(n, [offset + length for length in lengths], [[0], [1], [2]], texts=TEXTS)
        for n, offset in enumerate((0, 50))
    ]

    found = slopes_of(rankings, DRAWN)

    assert found["log_characters"]["model"]["value"] == pytest.approx(1)
    assert found["log_characters"]["people"]["value"] < -0.99


def test_a_property_that_no_answer_has_has_no_slope():
    found = slopes_of([seen(1, [2, 1]), seen(2, [1, 2])], DRAWN)

    assert found["markdown"] == {"model": None, "people": None}
    assert found["refusal"] == {"model": None, "people": None}


def test_markdown_and_refusals_are_seen():
    texts = ["# Yes\n- **so**", "I'm sorry, no.", "plain words only here"]

    found = slopes_of([seen(n, [3, 1, 2], texts=texts) for n in (1, 2)], DRAWN)

    assert found["markdown"]["model"]["value"] > 0.5
    assert found["refusal"]["model"]["value"] < -0.5


def test_the_score_against_length_goes_from_the_shortest_to_the_longest():
    rankings = [seen(n, [3, 2, 1], [[2], [1], [0]], texts=TEXTS) for n in range(10)]

    points = score_by_length(rankings, DRAWN)

    assert sum(point["answers"] for point in points) == 30
    assert points[0]["times"] < 1 < points[-1]["times"]
    assert points[0]["model"]["value"] > 0 > points[-1]["model"]["value"]
    assert points[0]["people"]["value"] < 0 < points[-1]["people"]["value"]


def test_too_few_answers_draw_nothing():
    assert score_by_length([seen(1, [2, 1])], DRAWN) == []
