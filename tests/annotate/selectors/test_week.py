"""A person's days."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.models import Assignment
from annotate.selectors.tally import beginning_of, week_start
from annotate.selectors.week import days_of
from tests.annotate.reviewing import turn_of
from tests.factories import make_campaign, make_member, make_ranking

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
