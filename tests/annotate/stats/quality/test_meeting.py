"""What is known between two sources of answers."""

import numpy as np
import pytest

from annotate.stats.quality.meeting import meeting_of
from commons.stats.errors import StatisticsError


def test_independent_votes_by_hand() -> None:
    """3 of 4 strict votes, each on a prompt of its own, and a tie: p = 3/4, information 4 × 3/16.

    The sandwich is 1 / .75, times 4 / 3 for so few prompts: 16 / 9, the square of the error, and
    4 / 3 of what independent votes would have.
    """
    found = meeting_of(np.array([1.0, 1, 1, 0, 0.5]), np.arange(5))

    assert (found.votes, found.prompts) == (4, 4)
    assert (found.tied, found.error, found.by_prompt) == pytest.approx((0.2, 4 / 3, 4 / 3))


def test_votes_that_hang_together_count_for_fewer() -> None:
    """Every vote four times, on the same prompt: four times as wide, squared."""
    won = np.array([1.0, 0, 1, 1, 0, 1, 1, 0, 1, 1] * 10)
    alone = meeting_of(won, np.arange(100))
    fourfold = meeting_of(np.repeat(won, 4), np.repeat(np.arange(100), 4))

    assert fourfold.error == pytest.approx(alone.error)
    assert fourfold.by_prompt == pytest.approx(4 * alone.by_prompt)


def test_there_is_nothing_to_plan_by_where_one_side_never_won() -> None:
    with pytest.raises(StatisticsError):
        meeting_of(np.ones(5), np.arange(5))
