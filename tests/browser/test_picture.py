"""The README's picture of the ranking page."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotate.enums import Kind
from annotate.models import Assignment
from tests.browser.conftest import Scene
from tests.browser.pictures import FOLDER, Camera

pytestmark = pytest.mark.browser

PICTURE = FOLDER / "rank.png"


def test_the_ranking_page_makes_a_picture(page: Page, scene: Scene) -> None:
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
    if Camera.is_on:
        PICTURE.write_bytes(picture)
