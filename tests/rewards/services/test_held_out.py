"""Which held-out prompts two policies are compared on."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from annotate.enums import Side
from annotate.gateway import held_out_prompts
from annotate.models import Campaign, Prompt
from rewards.enums import Stage
from rewards.models import CycleStep, Track
from rewards.services.cycle import open_cycle
from tests.factories import make_campaign, make_prompt
from tests.rewards.services.conftest import FakeEngine
from tests.rewards.services.test_cycle import go_round

pytestmark = pytest.mark.django_db

LAST_WEEK = timezone.now() - timedelta(days=7)


@pytest.fixture
def law(db: None) -> Campaign:
    return make_campaign(name="Law")


def hold_out(campaign: Campaign, count: int, *, came: datetime) -> set[str]:
    """So many prompts of the held-out side that came then, by their texts."""
    made = {f"What of the {came:%j}th, question {number}?" for number in range(count)}
    for text in made:
        prompt = make_prompt(campaign, text=text)
        Prompt.objects.filter(pk=prompt.pk).update(side=Side.TEST, created_at=came)
    return made


def drawn(campaign: Campaign, *, most: int, seed: str = "week 2") -> list[str]:
    since = timezone.now() - timedelta(days=1)
    found = held_out_prompts([campaign.uuid], most=most, since=since, seed=seed)
    return [each.messages[0]["content"] for each in found.prompts]


def test_all_are_compared_where_they_are_few(law: Campaign) -> None:
    old = hold_out(law, 3, came=LAST_WEEK)
    new = hold_out(law, 2, came=timezone.now())

    assert set(drawn(law, most=5)) == old | new


@pytest.mark.parametrize(
    ("old", "new", "most", "fresh"),
    [(20, 20, 10, 5), (20, 3, 10, 3), (2, 20, 10, 8), (20, 0, 10, 0), (0, 20, 10, 10)],
)
def test_half_of_them_are_fresh_or_more_where_the_others_are_too_few(
    law: Campaign, old: int, new: int, most: int, fresh: int
) -> None:
    hold_out(law, old, came=LAST_WEEK)
    of_this_week = hold_out(law, new, came=timezone.now())

    found = drawn(law, most=most)

    assert len(set(found)) == most
    assert len(of_this_week.intersection(found)) == fresh


def test_the_same_week_draws_the_same_and_in_time_every_old_one_is_drawn(law: Campaign) -> None:
    old = hold_out(law, 12, came=LAST_WEEK)
    hold_out(law, 12, came=timezone.now())
    weeks = [drawn(law, most=8, seed=f"week {number}") for number in range(40)]

    times = Counter(text for week in weeks for text in week if text in old)

    assert drawn(law, most=8, seed="week 7") == weeks[7]
    assert set(times) == old
    assert sum(times.values()) == 40 * 4


def test_a_comparison_of_a_part_says_of_how_many(track: Track, engine: FakeEngine) -> None:
    campaign = Campaign.objects.get()
    hold_out(campaign, 6, came=timezone.now())
    of = Prompt.objects.filter(side=Side.TEST).count()
    Track.objects.filter(pk=track.pk).update(knobs={"evaluating": {"prompts": 4}})

    cycle = go_round(open_cycle(track=track))

    step = CycleStep.objects.get(cycle=cycle, stage=Stage.EVALUATING)
    assert step.result["says"] == (f"4 of {of} held-out prompts, drawn by chance among new and old")
