"""Pictures of the screens for docs/img, made where the tests are run with --screenshots."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize

from tests.browser.axe import COLOURS, WINDOWS

FOLDER = Path(__file__).parents[2] / "docs" / "img"
QUALITY = 64  # of a JPEG: text stays legible and hundreds of them small
HIGHEST = 2400  # px of a page that is longer than its window
IS_OVERLAID = "document.querySelector(':modal, :popover-open') !== null"


class Camera:
    """Off unless a person asked for pictures."""

    is_on = False


def make_pictures(page: Page, name: str) -> None:
    """One of each window and colour: ``name-wide-light.jpg`` and so on, of the whole page."""
    if not Camera.is_on:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for window, size in WINDOWS.items():
        for colours in COLOURS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=colours, reduced_motion="reduce")
            taken = Image.open(io.BytesIO(take(page, size)))
            picture = FOLDER / f"{name}-{window}-{colours}.jpg"
            taken.convert("RGB").save(picture, quality=QUALITY, optimize=True, progressive=True)
    page.emulate_media(color_scheme="light")
    if before is not None:
        page.set_viewport_size(before)


def take(page: Page, window: ViewportSize) -> bytes:
    """The whole page, from its top; where something lies over it, what stands in the window.

    The window grows for it: what sticks to a window's end stays at the end of the page.
    """
    if not page.evaluate(IS_OVERLAID):
        whole = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({**window, "height": max(window["height"], min(whole, HIGHEST))})
        page.evaluate("scrollTo(0, 0)")
    return page.screenshot(animations="disabled")
