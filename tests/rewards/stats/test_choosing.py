"""Which prompts are answered and which answers are shown."""

import numpy as np
import pytest

from rewards.stats.choosing import answer_weights, draw_prompts, prompt_sizes


def test_a_prompt_is_wanted_for_its_novelty_and_its_disagreement() -> None:
    """Nothing near and the mean disagreement: 1. One near: 1/2. Twice the mean: 2. Unknown: 1."""
    sizes = prompt_sizes([0, 1, 0, 0], [1.0, 1.0, 2.5, None])

    assert sizes == pytest.approx([1 / 1.5, 0.5 / 1.5, 2.5 / 1.5, 1])


def test_where_no_disagreement_is_known_novelty_alone_counts() -> None:
    assert prompt_sizes([0, 3], [None, None]) == pytest.approx([1, 0.25])
    assert prompt_sizes([0, 3], [0.0, 0.0]) == pytest.approx([1, 0.25])


def test_no_single_disagreement_takes_all() -> None:
    """100 of a mean of 25.75 would be 3.9 times; 3 is the most."""
    assert prompt_sizes([0] * 4, [1.0, 1.0, 1.0, 100.0]).max() == 3


def test_what_is_to_be_compared_is_wanted_twice() -> None:
    assert answer_weights([None, None, None], [True, True, False]) == [2, 2, 1]
    assert answer_weights([1.0, 3.0], [False, True]) == pytest.approx([0.5, 3])


def test_no_answer_weighs_nothing() -> None:
    assert min(answer_weights([0.0, 1.0], [False, False])) > 0


def test_prompts_are_drawn_with_their_chances() -> None:
    drawn = draw_prompts(np.array([1.0, 1.0, 98.0]), 2, at_random=0.1, rng=np.random.default_rng(3))

    assert 2 in drawn.places
    assert drawn.chances[drawn.places.index(2)] == 1
    assert len(drawn.places) == len(drawn.chances) == 2
