"""Pages on which leads check and test people: used by keyboard, seen by all."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from annotate.enums import Kind, LanePurpose
from annotate.models import Membership
from annotate.services.pause import pause_member
from annotate.services.qualification import make_test
from tests.annotate.golden import gold_of
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene
from tests.factories import make_task

pytestmark = pytest.mark.browser


def test_a_lead_marks_an_order_and_the_pages_are_seen_by_all(
    scene: Scene, open_context: OpenContext
) -> None:
    campaign = scene.campaign
    test = make_test(campaign=campaign, skill="law", by=scene.lead)
    gold_of(campaign, purpose=LanePurpose.TEST, qualification=test)
    membership = Membership.objects.get(campaign=campaign, person=scene.ada)
    pause = pause_member(
        membership=membership,
        cause="gold",  # type: ignore[arg-type]  # as the database has it
        evidence={"items": 20, "agreement": 0.4, "low": 0.2, "high": 0.62, "limit": 0.7},
        by=None,
    )
    task = make_task(campaign, kind=Kind.RANK)
    page = open_context(scene.lead).new_page()

    page.goto(reverse("annotate:make_gold", args=[task.uuid]))
    assert seen_by_all(page) == []
    for letter, rank in zip("ABCD", "1223", strict=True):
        page.get_by_label(f"Rank of {letter}").select_option(rank)
    page.get_by_role("button", name="Keep it").press("Enter")

    expect(page).to_have_url(re.compile("/gold/$"))
    pages = (
        reverse("annotate:golds", args=[campaign.uuid]),
        reverse("annotate:qualifications", args=[campaign.uuid]),
        reverse("annotate:qualification", args=[test.uuid]),
        reverse("annotate:decide_pause", args=[pause.uuid]),
        reverse("annotate:pauses", args=[campaign.uuid]),
        reverse("annotate:void", args=[campaign.uuid, scene.ada.uuid]),
        reverse("annotate:affected", args=[campaign.uuid]),
    )
    for there in pages:
        page.goto(there)
        assert seen_by_all(page) == [], there
