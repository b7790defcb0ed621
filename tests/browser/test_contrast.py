"""High contrast, chosen here or by the system; forced colours; and tables in a narrow window."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from annotate.enums import Kind
from tests.browser.axe import COLOURS, broken
from tests.browser.conftest import OpenContext, Scene
from tests.browser.test_pages import dashboard, datasets, item, look_at

pytestmark = pytest.mark.browser


def faint(page: Page) -> list[str]:
    """What has less than 7 : 1, as WCAG's level AAA asks."""
    found = broken(page, "rule", ["color-contrast-enhanced"])
    return [each[:120] for _, _, at in found for each in at]


def seen(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for colours in COLOURS:
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        found[colours] = faint(page)
    return found


@pytest.mark.parametrize("kind", [Kind.RANK, Kind.DEMONSTRATE])
def test_whoever_chose_contrast_reads_every_word_of_their_work(
    scene: Scene, open_context: OpenContext, kind: Kind
) -> None:
    page = open_context(scene.ada).new_page()
    look_at(page, "/")
    page.get_by_label("Account of Ada Quill").click()
    page.get_by_role("button", name="Contrast").click()
    look_at(page, item(kind)(scene))

    assert page.locator("html").get_attribute("data-theme") == "contrast"
    assert seen(page) == {"light": [], "dark": []}


def test_the_dashboard_has_it_too(scene: Scene, open_context: OpenContext) -> None:
    page = open_context(scene.lead).new_page()
    look_at(page, dashboard(scene))
    page.evaluate("document.documentElement.dataset.theme = 'contrast'")

    assert seen(page) == {"light": [], "dark": []}


def test_the_systems_wish_for_more_contrast_is_heard(
    scene: Scene, open_context: OpenContext
) -> None:
    page = open_context(scene.lead, contrast="more").new_page()
    look_at(page, "/")

    assert seen(page) == {"light": [], "dark": []}


def test_in_forced_colours_one_sees_where_one_is(scene: Scene, open_context: OpenContext) -> None:
    page = open_context(scene.lead, forced_colors="active").new_page()
    look_at(page, reverse("annotate:datasets"))

    def line(which: str) -> str:
        entry = page.locator(f".site-nav a{which}").first
        return entry.evaluate("it => getComputedStyle(it).borderBlockEndWidth")

    assert (line("[aria-current]"), line(":not([aria-current])")) == ("3px", "0px")


def test_in_a_narrow_window_the_entry_of_the_page_is_in_sight(
    scene: Scene, open_context: OpenContext
) -> None:
    page = open_context(scene.lead, viewport={"width": 320, "height": 640}).new_page()
    look_at(page, reverse("annotate:dashboard"))

    box = page.locator(".site-nav [aria-current]").bounding_box()

    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320


def test_in_a_narrow_window_a_table_is_read_without_scrolling_sideways(
    scene: Scene, open_context: OpenContext
) -> None:
    page = open_context(scene.lead, viewport={"width": 320, "height": 640}).new_page()
    look_at(page, datasets(scene))

    wider = page.locator(".table-scroll").evaluate("it => it.scrollWidth - it.clientWidth")

    assert wider == 0
    assert page.get_by_role("cell", name="Failed").is_visible()
