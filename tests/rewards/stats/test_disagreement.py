"""Two models, each with a scale and a zero of its own, laid side by side under each prompt."""

from math import sqrt

import pytest

from rewards.stats.disagreement import halves_apart


def test_what_two_see_alike_on_other_scales_is_no_disagreement() -> None:
    """The second is ten times the first, and counts each prompt from elsewhere."""
    first = [[0.0, 2.0], [5.0, 5.0, 8.0]]
    second = [[100.0, 120.0], [-50.0, -50.0, -20.0]]

    nothing = pytest.approx(0.0, abs=1e-12)
    assert halves_apart(first, second) == [[nothing] * 2, [nothing] * 3]


def test_by_hand() -> None:
    """Means 1 and 20: -1, 1 against 10, -10. Variances 2 / 1 and 200 / 1, so that the second is
    scaled by 1/10, to 1, -1. Half of the distance 2 is 1, times sqrt(2 / 1)."""
    assert halves_apart([[0.0, 2.0]], [[30.0, 10.0]]) == [[pytest.approx(sqrt(2))] * 2]


def test_the_scale_is_that_of_all_prompts_together() -> None:
    """Of the first 2 + 8 over 2, of the second 2 + 8 over 2 as well: no rescaling. The first prompt
    is seen the other way round (distance 2), the second alike."""
    found = halves_apart([[0.0, 2.0], [0.0, 4.0]], [[2.0, 0.0], [0.0, 4.0]])

    assert found == [[pytest.approx(sqrt(2))] * 2, [0.0, 0.0]]


def test_few_answers_to_a_prompt_are_made_up_for() -> None:
    """Three answers: the distance of the last two is 1 and 1 once the means are taken, times
    sqrt(3 / 2) / 2. Both have a variance of 2 / 2."""
    found = halves_apart([[-1.0, 0.0, 1.0]], [[-1.0, 1.0, 0.0]])

    assert found == [[0.0, pytest.approx(sqrt(1.5) / 2), pytest.approx(sqrt(1.5) / 2)]]


def test_what_stands_alone_is_not_known() -> None:
    first, second = [[0.0, 2.0], [9.0], []], [[0.0, 2.0], [-9.0], []]

    assert halves_apart(first, second) == [[0.0, 0.0], [None], []]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([[1.0, 1.0], [2.0, 2.0]], [[0.0, 1.0], [1.0, 0.0]]),
        ([[0.0, 1.0], [1.0, 0.0]], [[1.0, 1.0], [2.0, 2.0]]),
        ([[0.0, 1.0, 2.0]], [[0.1, 0.1, 0.1]]),  # of which the mean is not quite 0.1
        ([[1.0], [2.0]], [[3.0], [4.0]]),
        ([], []),
    ],
)
def test_who_tells_no_answers_apart_disagrees_with_nobody(
    first: list[list[float]], second: list[list[float]]
) -> None:
    """Its scale is not known: that is not the same as no disagreement."""
    assert halves_apart(first, second) == [[None] * len(each) for each in first]
