"""A person's days, and how far others see their items alike."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.models import Assignment
from annotate.selectors import week
from annotate.selectors.tally import beginning_of, week_start
from annotate.selectors.week import agreement_of, days_of
from tests.annotate.reviewing import make_reviewed_campaign, rank_as, turn_of
from tests.factories import make_campaign, make_member, make_ranking, make_task

pytestmark = pytest.mark.django_db


def test_each_day_of_the_week_says_what_was_handed_in() -> None:
    campaign = make_campaign()
    ada, other = make_member(campaign), make_member(campaign)
    made = [turn_of(make_ranking(campaign, ada)).pk for _ in range(3)]
    make_ranking(campaign, other)
    monday = beginning_of()
    Assignment.objects.filter(pk=made[0]).update(closed_at=monday)
    Assignment.objects.filter(pk=made[1]).update(closed_at=monday - timedelta(seconds=1))
    Assignment.objects.filter(pk=made[2]).update(closed_at=monday + timedelta(days=1))

    days = days_of(ada)

    assert [each.items for each in days] == [1, 1, 0, 0, 0, 0, 0]
    assert days[0].day == week_start()
    assert [each.is_future for each in days] == [each.day > timezone.now().date() for each in days]


def test_agreement_is_with_whoever_else_ranked_the_item(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four items one is ranked the other way round: three quarters of the pairs are alike."""
    monkeypatch.setattr(week, "ENOUGH", 4)
    campaign = make_reviewed_campaign()
    ada = make_member(campaign)
    for order in ("abcd", "abcd", "abcd", "dcba"):
        task = make_task(campaign)
        rank_as(task, "abcd", by=ada)
        rank_as(task, order)

    found = agreement_of(ada)

    assert (found.shared, found.missing) == (4, 0)
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(0.75)
    assert found.percent[1] <= 75 <= found.percent[2]


def test_too_few_items_give_no_number_but_say_how_many_are_missing() -> None:
    campaign = make_reviewed_campaign()
    ada = make_member(campaign)
    shared, alone = make_task(campaign), make_task(campaign)
    rank_as(shared, "abcd", by=ada)
    rank_as(shared, "abcd")
    rank_as(alone, "abcd", by=ada)

    found = agreement_of(ada)

    assert (found.shared, found.wanted, found.missing, found.estimate) == (1, 20, 19, None)


def test_what_is_older_than_four_weeks_is_left_out() -> None:
    campaign = make_reviewed_campaign()
    ada = make_member(campaign)
    task = make_task(campaign)
    rank_as(task, "abcd", by=ada)
    rank_as(task, "abcd")
    Assignment.objects.update(closed_at=timezone.now() - timedelta(days=29))

    assert agreement_of(ada).shared == 0
