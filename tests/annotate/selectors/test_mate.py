"""The people of a team in numbers: days that are over as they were counted, today anew."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.models import DoneRollup, RollupTime
from annotate.selectors.mate import days_of_mate, mates_in_numbers
from annotate.selectors.tally import week_start
from tests.annotate.teaming import a_mate, a_part, membership_in
from tests.factories import make_campaign, make_ranking

pytestmark = pytest.mark.django_db


def test_what_was_done_on_days_that_are_over_is_not_read_again() -> None:
    """However much it is: a team of a million rankings has as quick a page as a new one."""
    part = a_part(make_campaign())
    mate, other = a_mate(part), a_mate(part)
    last = make_ranking(part.campaign, mate)
    long_ago = week_start() - timedelta(days=5)
    rolled = {"campaign": part.campaign, "person": mate, "day": long_ago}
    DoneRollup.objects.create(**rolled, items=900_000, tenths=7)
    RollupTime.objects.create(campaign=part.campaign, done_at=timezone.now())
    mates = [membership_in(part, each) for each in (mate, other)]

    one, nobody = mates_in_numbers(mates)

    assert (one.in_all, one.this_week, one.last_at) == (900_001, 1, last.created_at)
    assert (nobody.in_all, nobody.this_week, nobody.last_at) == (0, 0, None)
    assert {each.items for each in days_of_mate([mates[0]])} == {1, 900_000}


def test_before_anything_was_counted_all_is_read() -> None:
    part = a_part(make_campaign())
    mate = a_mate(part)
    make_ranking(part.campaign, mate)

    [one] = mates_in_numbers([membership_in(part, mate)])

    assert (one.in_all, one.this_week) == (1, 1)
