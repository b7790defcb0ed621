"""The API's documentation is drawn under the strict policy, without a request to anybody else."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext, Scene

pytestmark = pytest.mark.browser

DOCS = reverse("annotate:api:docs")


def test_a_stranger_reads_every_operation(scene: Scene, open_context: OpenContext) -> None:
    page = open_context().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(DOCS)

    expect(page.get_by_text("Take the next item")).to_be_visible()
    expect(page.get_by_text("How far a campaign is")).to_be_visible()
    page.screenshot(path="/tmp/api/docs.png", full_page=True)
    assert [url for url in asked if not url.startswith(page.url.split("/api/")[0])] == []


def test_a_signed_in_person_tries_an_operation_out(scene: Scene, page: Page) -> None:
    page.goto(DOCS)
    page.get_by_text("Take the next item").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()

    expect(
        page.locator(".live-responses-table")
        .get_by_text("urn:laurel:")
        .or_(page.locator(".live-responses-table").get_by_text('"candidates"'))
        .first
    ).to_be_visible()
    page.screenshot(path="/tmp/api/docs-take.png", full_page=True)
