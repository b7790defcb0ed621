"""Pages on which leads check and test people: used by keyboard, seen by all."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotate.enums import AssignmentState, Kind, LanePurpose
from annotate.models import GoldResult, Membership
from annotate.services.gold import set_gold_rules
from annotate.services.pause import pause_member
from annotate.services.qualification import make_test
from tests.annotate.golden import gold_of
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import KEYS
from tests.browser.pictures import make_pictures
from tests.browser.work import choose
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
    make_pictures(page, "gold-made")
    assert seen_by_all(page) == []
    for letter, rank in zip("ABCD", "1223", strict=True):
        KEYS.pick(page.get_by_label(f"Rank of {letter}"), rank)
    KEYS.press(page.get_by_role("button", name="Keep it"))

    expect(page).to_have_url(re.compile("/gold/$"))
    pages = {
        "gold": reverse("annotate:golds", args=[campaign.uuid]),
        "qualifications": reverse("annotate:qualifications", args=[campaign.uuid]),
        "qualification": reverse("annotate:qualification", args=[test.uuid]),
        "pause-decided": reverse("annotate:decide_pause", args=[pause.uuid]),
        "pauses": reverse("annotate:pauses", args=[campaign.uuid]),
        "void": reverse("annotate:void", args=[campaign.uuid, scene.ada.uuid]),
        "asked-again": reverse("annotate:affected", args=[campaign.uuid]),
    }
    for name, there in pages.items():
        page.goto(there)
        make_pictures(page, name)
        assert seen_by_all(page) == [], there

    theirs = open_context(scene.ada).new_page()
    theirs.goto(reverse("annotate:pause", args=[pause.uuid]))
    make_pictures(theirs, "pause")
    assert seen_by_all(theirs) == []


def test_training_is_done_and_told_by_keyboard(page: Page, scene: Scene) -> None:
    """One order made, one left as it stood; what comes after training is work."""
    set_gold_rules(campaign=scene.campaign, by=scene.lead, training_items=2)
    for why in ("A shunt is **no** stent.", "Neither is a stoma."):
        gold_of(scene.campaign, purpose=LanePurpose.PRACTICE, explanation=why)
    page.goto("/")
    with page.expect_response("**/ahead/") as ahead:
        page.keyboard.press("Enter")
        page.locator("form[data-ready]").wait_for()
    assert ahead.value.status == 204  # nothing is loaded that would take the place of the answer
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")

    expect(page).to_have_url(re.compile("/told/$"))
    expect(page.get_by_role("heading", name="Why")).to_be_visible()
    make_pictures(page, "told")
    assert seen_by_all(page) == []
    page.keyboard.press("Enter")
    page.locator("form[data-ready]").wait_for()
    page.keyboard.press("Control+Enter")
    choose(page, "Submit as it stands")
    expect(page).to_have_url(re.compile("/told/$"))
    page.keyboard.press("Enter")
    page.locator("form[data-ready]").wait_for()

    assert GoldResult.objects.filter(person=scene.ada).count() == 2
    assert scene.ada.assignments.get(state=AssignmentState.OPEN).task.round == 1

    page.goto("/")
    week = page.get_by_role("region", name="My week")
    expect(week.get_by_role("heading", name="Training")).to_be_visible()
    expect(week).to_contain_text("in 2 items of this week whose right order you were shown")
    make_pictures(page, "desk-training")
    assert seen_by_all(page) == []
    KEYS.press(week.locator(".lines").get_by_role("link").first)
    expect(page).to_have_url(re.compile("/told/$"))
