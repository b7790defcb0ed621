"""What a campaign in draft still lacks."""

import pytest

from annotate.enums import CampaignState, Kind, Role
from annotate.selectors.readiness import Readiness, readiness_of
from annotate.services.campaign import (
    Work,
    add_member,
    change_campaign_state,
    create_campaign,
    publish_instructions,
)
from tests.factories import make_prompt, make_user

pytestmark = pytest.mark.django_db


def test_each_step_of_a_draft_is_told() -> None:
    lead = make_user()
    campaign = create_campaign(name="Law", works=[Work(Kind.RANK, answers=2)], by=lead)
    told = [readiness_of(campaign)]

    publish_instructions(campaign=campaign, guideline="Be exact.", by=lead)
    make_prompt(campaign)
    told.append(readiness_of(campaign))
    make_prompt(campaign, answers=["One.", "Two."])
    add_member(campaign=campaign, person=make_user(), role=Role.ANNOTATOR, by=lead)
    told.append(readiness_of(campaign))

    assert told == [
        Readiness(has_guideline=False, has_prompts=False, has_tasks=False, has_people=False),
        Readiness(has_guideline=True, has_prompts=True, has_tasks=False, has_people=False),
        Readiness(has_guideline=True, has_prompts=True, has_tasks=True, has_people=True),
    ]


def test_a_campaign_that_was_started_lacks_nothing() -> None:
    campaign = create_campaign(name="Law", works=[Work(Kind.RANK)], by=make_user())
    change_campaign_state(campaign=campaign, to=CampaignState.RUNNING, by=None)

    assert readiness_of(campaign) is None
