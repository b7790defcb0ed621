"""A week begins on Monday at 00:00 UTC, in whatever zone the pages are."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from annotate.models import Assignment, Campaign, CampaignPrompt
from annotate.selectors.tally import beginning_of, submissions_of, week_counts
from tests.factories import make_campaign, make_member, make_ranking

MONDAY = datetime(2027, 3, 1, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_what_was_done_before_monday_in_utc_is_of_another_week(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(days=2))
    campaign = make_campaign()
    person = make_member(campaign)
    for at in (MONDAY - timedelta(hours=1), MONDAY, MONDAY + timedelta(hours=1)):
        done = make_ranking(campaign, person)
        Assignment.objects.filter(task__prompt=done.prompt).update(closed_at=at)
        CampaignPrompt.objects.filter(prompt=done.prompt).update(added_at=at)

    with timezone.override(zone):
        assert submissions_of(person) == 2
        assert week_counts(Campaign.objects.all()).prompts == 2
        assert beginning_of() == MONDAY
