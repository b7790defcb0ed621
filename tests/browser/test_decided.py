"""What was decided is found and read: the list, the life of its item."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotate.models import Review
from annotate.selectors.review import versions_of
from annotate.services.review import decide_review
from commons.models import User
from tests.annotate.reviewing import rejecting
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene
from tests.browser.pictures import make_pictures
from tests.browser.test_review import iris, review, scene

__all__ = ["iris", "review", "scene"]  # fixtures

pytestmark = pytest.mark.browser


@pytest.fixture
def page(scene: Scene, iris: User, review: Review, open_context: OpenContext) -> Page:
    """The lead's, once one of two rankings was turned down."""
    first = versions_of(review.task)[0].uuid
    verdict = rejecting(review, first, notes={first: "The second answer names the wrong drug."})
    decide_review(review=review, verdict=verdict, by=iris)
    return open_context(scene.lead).new_page()


def test_a_lead_finds_a_decision_by_keyboard_and_reads_why(page: Page) -> None:
    page.goto(reverse("annotate:reviews"))
    page.get_by_role("link", name="Decided reviews").press("Enter")
    page.get_by_label("Decision").focus()
    page.keyboard.press("r")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page).to_have_url(re.compile("decision=reject"))
    assert seen_by_all(page) == []
    make_pictures(page, "decided")

    page.locator(".found-text").press("Enter")

    reviews = page.get_by_role("region", name="Reviews")
    expect(reviews).to_contain_text("Careless")
    expect(reviews).to_contain_text("The second answer names the wrong drug.")
    assert seen_by_all(page) == []
    make_pictures(page, "life-review")
