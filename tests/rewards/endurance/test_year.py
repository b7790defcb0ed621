"""A year of weekly cycles under ``manage.py up``, with processes killed at random.

Every cycle ends promoted or held, nothing is done twice, and the disk holds no more models and
datasets than what was in service and the last weeks' need.
"""

import random
import sys
import time
from collections import Counter

import pytest

from commons.models import RunState
from rewards.enums import Outcome, PolicyState, Stage
from rewards.models import Cycle, CycleStep, Policy, Track
from rewards.services.datasets import KINDS
from tests.rewards.endurance.house import House, nothing_done_twice, nothing_half_made

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

KEPT = 2  # weeks
MANY = 26  # weeks in which chance finds every part
A_WEEK = 8  # runs with models, at most, that one cycle leaves
PARTS = {  # what is killed, by what its command line holds
    "web": "gunicorn",
    "worker": "default,answers",
    "train": "--queues train",
    "beat": "config beat",
    "broker": "redis-server",
    "engine": "rewards.engine",
}
EASY = {"min_prompts": 0, "min_fresh": 0, "min_win_rate": -1.0, "max_length_ratio": 1e9}
EASY |= {"max_more_refusals": 1.0, "max_more_looping": 1.0, "min_skill_prompts": 10**6}
EASY |= {"min_pairs": 0, "min_accuracy": 0.0, "max_fooling_texts": 10**6}


def test_a_year_of_weeks_and_accidents(
    house: House, pytestconfig: pytest.Config, capfd: pytest.CaptureFixture[str]
) -> None:
    weeks = int(pytestconfig.getoption("--weeks"))
    chance = random.Random(2026)
    house.start_up()
    killed: dict[str, int] = {}

    for week in range(1, weeks + 1):
        arrange(house, week)
        house.nudge()
        for part in (chance.choice(list(PARTS)) for _ in range(chance.choice([0, 1, 1, 2]))):
            time.sleep(chance.uniform(0.0, 15.0))
            if house.kill(PARTS[part]):
                killed[part] = killed.get(part, 0) + 1
        end(house, week)
        house.manage("prune", MODELS_KEPT_WEEKS=str(KEPT))
        house.a_week_later()
        disk_is_bounded(house)

    with house.installation.entered():
        outcomes = list(Cycle.objects.order_by("number").values_list("outcome", flat=True))
    assert len(outcomes) == weeks
    assert set(outcomes) <= {Outcome.HELD, Outcome.PROMOTED}
    assert weeks < MANY or set(killed) == set(PARTS)
    nothing_done_twice(house)
    said = f"{weeks} weeks, {house.retries} retries, killed {killed}, outcomes {Counter(outcomes)}"
    with capfd.disabled():
        pytestconfig.get_terminal_writer().line(f"\n{said}")


def arrange(house: House, week: int) -> None:
    """Every fourth week the gate asks for nothing; new prompts come each week."""
    with house.installation.entered():
        Track.objects.update(thresholds=EASY if week % 4 == 0 else {})
    house.bring_prompts(week)


def end(house: House, week: int) -> None:
    """Wait for the cycle, and do what a person does with one that has failed: retry it."""

    def ended() -> bool:
        house.past_silence_of_the_dead()
        cycle = Cycle.objects.get(number=week)
        if cycle.stage == Stage.FAILED:
            house.retries += 1
            house.nudge()
        return cycle.closed_at is not None

    house.wait_for(ended, f"the end of week {week}")
    nothing_half_made(house)


def disk_is_bounded(house: House) -> None:
    with house.installation.entered():
        served = Policy.objects.filter(
            state__in=[PolicyState.PROMOTED, PolicyState.RETIRED], number__gt=0
        ).count()
        unfinished = CycleStep.objects.exclude(state=RunState.DONE).count()
    assert unfinished == 0
    assert len(house.models()) <= served + (KEPT + 2) * A_WEEK
    assert len(house.datasets()) <= (KEPT + 2) * len(KINDS)
