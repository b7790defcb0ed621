"""What a page of work does not need at once travels when it is first asked for."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from annotate.models import Assignment
from tests.browser.conftest import Watch
from tests.browser.intercepting import intercept

pytestmark = pytest.mark.browser

LATER = ("difference_view.js", "difference.js", "plain_text.js", "difference.css", "keys_dialog.js")


@pytest.fixture
def fetched(page: Page, ranked: Assignment) -> Callable[[], set[str]]:
    """A board is open; which of the later parts have travelled."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split("?")[0]))
    page.goto(reverse("annotate:rank", args=[ranked.uuid]))
    page.locator("#ranking[data-ready]").wait_for()
    page.wait_for_load_state("networkidle")
    return lambda: {part for part in LATER if any(url.endswith(f"/{part}") for url in asked)}


def test_the_dialogs_of_a_ranking_travel_when_they_are_opened(
    page: Page, fetched: Callable[[], set[str]]
) -> None:
    assert fetched() == set()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys").locator("dt").first).to_be_visible()
    assert fetched() == {"keys_dialog.js"}
    page.keyboard.press("Escape")

    page.keyboard.press("d")
    dialog = page.get_by_role("dialog", name="Compare")
    expect(dialog.locator(".difference-row").first).to_be_visible()
    expect(dialog).to_have_css("display", "grid")  # its sheet is there before it is
    assert fetched() == set(LATER)


def test_what_cannot_be_fetched_is_said_and_tried_again(
    page: Page, fetched: Callable[[], set[str]], watch: Watch
) -> None:
    def is_away(route: Route) -> None:
        route.abort()

    intercept(page, "**/keys_dialog.js", is_away)
    said = page.get_by_text("This part of the page could not be fetched")
    with watch.expecting("ERR_FAILED"):
        page.keyboard.press("?")
        expect(said).to_be_visible()

    page.unroute("**/keys_dialog.js", is_away)
    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    expect(said).to_have_count(0)
