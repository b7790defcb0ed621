"""A picture of a prompt: its room is kept before it comes, and it opens larger by keyboard."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings

from annotate.enums import Kind
from annotate.models import Task
from tests.annotate.picturing import make_prompt_with_picture
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import KEYS
from tests.browser.intercepting import intercept
from tests.browser.pictures import make_pictures
from tests.browser.texts import ANSWERS
from tests.browser.work import address

pytestmark = pytest.mark.browser

SHIFTS = """() => new Promise((resolve) => {
  const sum = (list) => list.getEntries().reduce((sum, { value }) => sum + value, 0);
  const observer = new PerformanceObserver((list) => resolve(sum(list)));
  observer.observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(0), 500);
})"""


@pytest.fixture(autouse=True)
def _pictures_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.PICTURE_STORE = str(tmp_path)


def large() -> bytes:
    """1,200 by 800 pixels: wider than a phone, higher than the prompt's room."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 800)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def bring(scene: Scene) -> None:
    """In the place of the scene's own prompt."""
    Task.objects.all().delete()
    make_prompt_with_picture(
        scene.campaign,
        text="Which way does it get lighter?",
        answers=tuple(ANSWERS),
        alt="A grey that gets lighter from top to bottom",
        data=large(),
        by=scene.lead,
    )


@pytest.mark.parametrize("kind", [Kind.RANK, Kind.DEMONSTRATE])
def test_a_page_with_a_picture_is_for_everybody_and_does_not_move(
    scene: Scene, open_context: OpenContext, kind: Kind
) -> None:
    bring(scene)
    page = open_context(scene.ada).new_page()
    held: list[Route] = []

    def hold(route: Route) -> None:
        """It comes when all else stands."""
        held.append(route)

    intercept(page, "**/pictures/**", hold)

    page.goto(address(scene.hand(kind)), wait_until="domcontentloaded")
    page.locator("form[data-ready]").wait_for()
    room = box(page)
    for route in held:
        route.continue_()
    page.evaluate("() => document.querySelector('.pictures img').decode()")

    assert box(page) == room
    assert page.evaluate(SHIFTS) == 0
    make_pictures(page, f"{kind}-picture")
    found = seen_in_windows(page)
    assert found == {how: [] for how in found}


def box(page: Page) -> object:
    return page.locator(".pictures img").bounding_box()


def test_it_opens_larger_by_keyboard(scene: Scene, page: Page) -> None:
    bring(scene)
    page.goto(address(scene.hand(Kind.RANK)))
    page.locator("form[data-ready]").wait_for()
    link = page.get_by_role("link", name="A grey that gets lighter from top to bottom")
    expect(link).to_be_visible()

    with page.context.expect_page() as opened:
        KEYS.press(link)

    larger = opened.value
    larger.wait_for_load_state()
    assert larger.evaluate("document.querySelector('img').naturalWidth") == 1200
