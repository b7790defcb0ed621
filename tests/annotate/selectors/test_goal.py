"""A week against its targets, and what is foretold of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from annotate.selectors.goal import Goal, goals_of, share_of_week
from annotate.selectors.quality import WorkCounts
from annotate.selectors.tally import DayCounts
from annotate.stats.planning import Forecast

MONDAY = date(2026, 11, 16)
TARGETS = {"demonstrations": 10, "comparisons": 100, "prompts": 5}
COUNTS = WorkCounts(demonstrations=0, rankings=2, comparisons=12, ties=0, surplus=0, prompts=4)


def days(*comparisons: int) -> list[DayCounts]:
    """Those before today, and today."""
    return [
        DayCounts(MONDAY + timedelta(days=at), 0, each) for at, each in enumerate([*comparisons, 1])
    ]


def test_a_goal_by_hand():
    """A quarter of the week is gone: 25 of 100 are expected; 10 now make 40 by its end."""
    goal = Goal("comparisons", "Comparisons", value=10, target=100, elapsed=0.25)

    assert (goal.share, goal.expected, goal.projected, goal.is_on_pace) == (0.1, 25, 40, False)


def test_a_week_is_half_gone_on_thursday_at_noon():
    assert share_of_week(datetime(2026, 11, 19, 12, tzinfo=UTC)) == 0.5


@pytest.mark.parametrize(
    ("before", "ends", "why"),
    [
        ((), None, "nothing was done in the two weeks before today"),
        ((0, 0), None, "nothing was done in the two weeks before today"),
        ((0, 12), Forecast(54.0, None, None), "only 1 day is known; it takes 3"),
        ((12, 0), Forecast(33.0, None, None), "only 2 days are known; it takes 3"),
        ((12, 12, 12), Forecast(54.0, 54.0, 54.0), ""),
    ],
)
def test_what_has_no_interval_says_why(
    before: tuple[int, ...], ends: Forecast | None, why: str
) -> None:
    """Half of the week is left: 3.5 days of 12 are 42 beside the 12 of now, of 6 they are 21."""
    comparisons = goals_of(COUNTS, elapsed=0.5, targets=TARGETS, days=days(*before))[1]

    assert (comparisons.ends, comparisons.unforeseen) == (ends, why)


def test_nothing_is_foretold_of_prompts() -> None:
    prompts = goals_of(COUNTS, elapsed=0.5, targets=TARGETS, days=days(12, 12, 12))[2]

    assert (prompts.value, prompts.ends, prompts.unforeseen) == (4, None, "prompts come in batches")
