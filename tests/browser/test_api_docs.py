"""The API's documentation is for everybody; its console is drawn under the strict policy."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import KEYS
from tests.browser.pictures import make_pictures

pytestmark = pytest.mark.browser

DOCS, CONSOLE = reverse("annotate:api:docs"), reverse("annotate:api:console")


def test_the_documentation_is_for_everybody(scene: Scene, open_context: OpenContext) -> None:
    page = open_context().new_page()
    page.goto(DOCS)
    page.locator("html[data-awake]").wait_for(state="attached")
    make_pictures(page, "api-docs")

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}


def test_the_list_at_the_side_leads_to_an_operation(scene: Scene, page: Page) -> None:
    page.goto(DOCS)

    KEYS.press(page.get_by_role("link", name="Hand in a judgement"))

    expect(page.get_by_role("heading", name="Hand in a judgement")).to_be_in_viewport()


def test_the_console_is_drawn_without_asking_anybody_else(
    scene: Scene, open_context: OpenContext
) -> None:
    page = open_context(color_scheme="dark").new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(CONSOLE)

    expect(page.get_by_text("Take the next item")).to_be_visible()
    here = page.url.removesuffix(CONSOLE)
    assert [url for url in asked if not url.startswith((here, "data:"))] == []


def test_what_is_tried_out_is_done_as_the_signed_in_person(scene: Scene, page: Page) -> None:
    page.goto(CONSOLE)
    page.get_by_text("Take the next item").click()
    page.get_by_role("button", name="Try it out").click()

    with page.expect_response("**/api/v1/tasks/take") as answer:
        page.get_by_role("button", name="Execute").click()

    assert answer.value.ok
    assert scene.ada.assignments.count() == 1
