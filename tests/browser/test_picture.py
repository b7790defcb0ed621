"""The README's picture of the ranking page."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotate.enums import Kind
from annotate.models import Assignment
from tests.browser.conftest import Scene

pytestmark = pytest.mark.browser

PICTURE = Path(__file__).parents[2] / "docs" / "img" / "rank.png"


def test_the_ranking_page_makes_a_picture(
    page: Page, scene: Scene, pytestconfig: pytest.Config
) -> None:
    held = scene.hand(Kind.RANK)
    as_written = held.task.prompt.candidates.order_by("pk")
    Assignment.objects.filter(pk=held.pk).update(order=[str(each.uuid) for each in as_written])
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(reverse("annotate:rank", args=[held.uuid]))
    page.locator("#ranking[data-ready]").wait_for()

    for key in ["v", "j", "j", "4", "j", "=", "k", "k", "k", "]", "]"]:
        page.keyboard.press(key)
    page.locator("[data-saved=saved]").wait_for()
    picture = page.screenshot(animations="disabled")

    expect(page.locator(".tier")).to_have_count(3)
    assert picture.startswith(b"\x89PNG")
    if pytestconfig.getoption("screenshots", default=False):
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        PICTURE.write_bytes(picture)
