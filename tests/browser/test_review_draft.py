"""A review half written survives its page, a server away, a login run out, another tab."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from annotate.enums import Decision
from annotate.models import Note, Review, ReviewDraft
from commons.models import User
from tests.browser.axe import seen_by_all
from tests.browser.conftest import Watch, session_of
from tests.browser.intercepting import intercept
from tests.browser.leaving import leave
from tests.browser.test_review import iris, open_review, page, review, scene
from tests.browser.work import kept_in

__all__ = ["iris", "page", "review", "scene"]  # fixtures

pytestmark = pytest.mark.browser

AWAY = ("net::ERR_FAILED", "net::ERR_INTERNET_DISCONNECTED")


def note_at(page: Page, at: int) -> str:
    return page.locator("[data-version] textarea").nth(at).input_value()


def says(page: Page, state: str, words: str) -> None:
    line = page.locator("[data-saved]")
    expect(line).to_contain_text(words)
    expect(line).to_have_attribute("data-saved", state)


def turn_down_the_first(page: Page, note: str) -> None:
    """By keyboard: the decision, a reason, a note."""
    page.keyboard.press("r")
    page.keyboard.press("3")
    page.keyboard.press("n")
    page.keyboard.type(note)


def test_a_review_half_written_outlives_a_killed_page_and_a_server_that_was_away(
    review: Review, page: Page, watch: Watch
) -> None:
    def is_away(route: Route) -> None:
        route.abort()

    open_review(page, review)
    there = "**/review/*/draft/"
    intercept(page, there, is_away)
    with watch.expecting(*AWAY):
        turn_down_the_first(page, "See page 2.")
        says(page, "offline", "cannot be reached")
        again = page.context.new_page()
        leave(page)
    assert not ReviewDraft.objects.exists()

    open_review(again, review)
    says(again, "saved", "Saved")

    assert note_at(again, 0) == "See page 2."
    assert again.locator("#review").get_attribute("data-decision") == "reject"
    assert again.locator("[name=reason]").input_value() == "careless"
    assert again.locator("[name=rejected]").first.is_checked()
    assert ReviewDraft.objects.get().body["reason"] == "careless"
    assert kept_in(again) == []


def test_a_decision_that_meets_an_expired_login_is_sent_after_the_next(
    review: Review, page: Page, iris: User, watch: Watch
) -> None:
    open_review(page, review)
    turn_down_the_first(page, "Look again.")
    says(page, "saved", "Saved")
    Session.objects.all().delete()

    page.keyboard.press("Control+Enter")
    says(page, "signed-out", "Signed out")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert seen_by_all(page) == []

    page.context.add_cookies([session_of(iris, page.url)])  # type: ignore[list-item]
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.get_by_text("Decided. The authors find your notes")).to_be_visible()

    review.refresh_from_db()
    assert (review.decision, review.rejections.count()) == (Decision.REJECT, 1)
    assert [each.text for each in Note.objects.exclude(text="")] == ["Look again."]
    assert not ReviewDraft.objects.exists()
    assert kept_in(page) == []


def test_two_tabs_of_one_review_are_told_apart_and_a_person_chooses(
    review: Review, page: Page, watch: Watch
) -> None:
    open_review(page, review)
    other = page.context.new_page()
    open_review(other, review)
    other.keyboard.press("c")
    says(other, "saved", "Saved")

    with watch.expecting("409"):
        turn_down_the_first(page, "Mine.")
        choice = page.get_by_role("dialog", name="This draft was changed elsewhere")
        expect(choice).to_be_visible()
    first = page.locator("[data-version]").first.get_attribute("data-name")
    assert choice.locator("[data-mine]").inner_text() == (
        f"Reject – Careless\n{first} is turned down\n{first}: Mine."
    )
    assert choice.locator("[data-theirs]").inner_text().startswith("Correct\nA: rank")
    choice.get_by_role("button", name="Take the other").click()

    expect(page.locator("#review")).to_have_attribute("data-decision", "correct")
    assert note_at(page, 0) == ""


def test_a_changed_key_stands_on_its_button(review: Review, iris: User, page: Page) -> None:
    User.objects.filter(pk=iris.pk).update(keys={"accept": "Y"})

    open_review(page, review)

    marks = page.locator(".decisions kbd")
    assert marks.all_inner_texts() == ["Y", "C", "R"]
