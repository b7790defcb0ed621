"""What was decided is found and read: the list, the life of its item."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from annotate.models import Review
from annotate.selectors.review import versions_of
from annotate.services.review import decide_review
from commons.models import User
from tests.annotate.reviewing import rejecting
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import KEYS
from tests.browser.pictures import make_pictures
from tests.browser.test_review import iris, review, scene
from tests.browser.touch import PHONES, hard_to_hit

__all__ = ["iris", "review", "scene"]  # fixtures

pytestmark = pytest.mark.browser


@pytest.fixture
def decided(review: Review, iris: User) -> Review:
    """One of two rankings was turned down."""
    first = versions_of(review.task)[0].uuid
    verdict = rejecting(review, first, notes={first: "The second answer names the wrong drug."})
    decide_review(review=review, verdict=verdict, by=iris)
    return review


def test_a_lead_finds_a_decision_by_keyboard_and_reads_why(
    scene: Scene, decided: Review, open_context: OpenContext
) -> None:
    page = open_context(scene.lead).new_page()
    page.goto(reverse("annotate:reviews"))
    page.locator("html[data-awake]").wait_for(state="attached")
    KEYS.press(page.get_by_role("link", name="Decided reviews"))
    KEYS.pick(page.get_by_label("Decision"), "Reject")
    KEYS.press(page.get_by_role("button", name="Show"))
    expect(page).to_have_url(re.compile("decision=reject"))
    assert seen_by_all(page) == []
    make_pictures(page, "decided")

    KEYS.press(page.locator(".found-text"))

    reviews = page.get_by_role("region", name="Reviews")
    expect(reviews).to_contain_text("Careless")
    expect(reviews).to_contain_text("The second answer names the wrong drug.")
    assert seen_by_all(page) == []
    make_pictures(page, "life-review")


@pytest.mark.parametrize("phone", PHONES)
def test_a_lead_finds_a_decision_by_tap_and_reads_why(
    scene: Scene, decided: Review, open_context: OpenContext, phone: str
) -> None:
    page = open_context(scene.lead, **PHONES[phone]).new_page()
    page.goto(reverse("annotate:reviews"))
    page.locator("html[data-awake]").wait_for(state="attached")
    found = hard_to_hit(page)
    page.get_by_role("link", name="Decided reviews").tap()
    page.get_by_label("Decision").select_option("reject")  # the phone's own list of choices
    page.get_by_role("button", name="Show").tap()
    expect(page).to_have_url(re.compile("decision=reject"))
    found += hard_to_hit(page)

    page.locator(".found-text").tap()

    expect(page.get_by_role("region", name="Reviews")).to_contain_text("Careless")
    assert found + hard_to_hit(page) == []
