"""Pictures of the screens for docs/img, made where the tests are run with --screenshots."""

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.axe import COLOURS, WINDOWS

FOLDER = Path(__file__).parents[2] / "docs" / "img"
QUALITY = 72  # of a JPEG: text stays legible and sixty of them small


class Camera:
    """Off unless a person asked for pictures."""

    is_on = False


def make_pictures(page: Page, name: str) -> None:
    """One of each window and colour: ``name-wide-light.jpg`` and so on."""
    if not Camera.is_on:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for window, size in WINDOWS.items():
        page.set_viewport_size(size)
        for colours in COLOURS:
            page.emulate_media(color_scheme=colours, reduced_motion="reduce")
            picture = FOLDER / f"{name}-{window}-{colours}.jpg"
            page.screenshot(path=picture, type="jpeg", quality=QUALITY, animations="disabled")
    page.emulate_media(color_scheme="light")
    if before is not None:
        page.set_viewport_size(before)
