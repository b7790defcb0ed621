"""Keys of one's own: chosen in the list of keys, kept with the person."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from annotate.models import Assignment
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.hands import KEYS, MOUSE, Hand
from tests.browser.intercepting import intercept
from tests.browser.texts import ANSWERS
from tests.browser.work import NEXT
from tests.factories import make_prompt

pytestmark = pytest.mark.browser


@pytest.fixture
def keys(page: Page, ranked: Assignment) -> Locator:
    """The list of keys, opened beside a ranking of four."""
    open_board(page, ranked)
    page.keyboard.press("?")
    return page.get_by_role("dialog", name="Keys")


def open_board(page: Page, ranked: Assignment) -> None:
    page.goto(reverse("annotate:rank", args=[ranked.uuid]))
    page.locator("#ranking[data-ready]").wait_for()


def change(keys: Locator, act: str, key: str) -> None:
    keys.get_by_role("button", name=f"Change the key for “{act}”").click()
    keys.page.keyboard.press(key)


def said(keys: Locator, sentence: str) -> None:
    expect(keys.locator("[data-keys-said]")).to_have_text(sentence)


def heard(page: Page, sentence: str) -> None:
    expect(page.locator("[data-announce]")).to_have_text(sentence)


def key_for(keys: Locator, act: str) -> Locator:
    return keys.locator(
        "dt", has=keys.page.locator(f"xpath=following-sibling::dd[1][span='{act}']")
    )


@pytest.mark.parametrize("hand", [KEYS, MOUSE], ids=str)
def test_a_chosen_key_works_at_once_and_everywhere(
    hand: Hand,
    page: Page,
    keys: Locator,
    scene: Scene,
    ranked: Assignment,
    open_context: OpenContext,
) -> None:
    hand.press(keys.get_by_role("button", name="Change the key for “undo”"))
    page.keyboard.press("u")
    said(keys, "Kept")
    hand.press(keys.get_by_role("button", name="Close"))
    elsewhere = open_context(scene.ada).new_page()
    open_board(elsewhere, ranked)

    for window in (page, elsewhere):
        window.keyboard.press("u")
        heard(window, "Nothing to undo")
        expect(window.get_by_role("button", name="Undo", exact=False).locator("kbd")).to_have_text(
            "U"
        )


def test_the_former_key_does_nothing_more(page: Page, keys: Locator) -> None:
    change(keys, "undo", "u")
    said(keys, "Kept")
    keys.get_by_role("button", name="Close").click()

    page.keyboard.press("2")
    page.keyboard.press("z")

    heard(page, "A moved to rank 2")


def test_who_takes_the_key_of_something_else_is_told(page: Page, keys: Locator) -> None:
    change(keys, "undo", "d")

    said(
        keys,
        "Kept. “compare it with the one ranked next to it” has no key now: give it another",
    )
    expect(key_for(keys, "compare it with the one ranked next to it")).to_have_text("–")


def test_keys_that_are_needed_are_not_given_away(page: Page, keys: Locator) -> None:
    change(keys, "undo", "ArrowDown")
    said(keys, "That key is needed to move about: press a letter or a sign")

    page.keyboard.press("4")
    said(keys, "4 stays what it is: press another")

    page.keyboard.press("Escape")
    said(keys, "It stays as it was")
    expect(keys).to_be_visible()
    expect(key_for(keys, "undo")).to_have_text("Z")


def test_ours_come_back(page: Page, keys: Locator) -> None:
    change(keys, "undo", "u")
    change(keys, "redo", "y")
    expect(key_for(keys, "redo")).to_have_text("Y")

    change(keys, "undo", "Backspace")
    expect(key_for(keys, "undo")).to_have_text("Z")
    expect(key_for(keys, "redo")).to_have_text("Y")
    keys.get_by_role("button", name="Take our keys again").click()

    expect(key_for(keys, "redo")).to_have_text("Shift+Z")


def test_two_keys_changed_in_a_hurry_are_both_kept(page: Page, keys: Locator) -> None:
    """The second is awaited while the server still keeps the first."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    intercept(page, "**/profile/keys/", hold, times=1)
    with page.expect_request("**/profile/keys/"):
        change(keys, "undo", "u")
    keys.get_by_role("button", name="Change the key for “redo”").click()

    held.pop().continue_()
    expect(key_for(keys, "undo")).to_have_text("U")
    page.keyboard.press("y")

    expect(key_for(keys, "redo")).to_have_text("Y")
    said(keys, "Kept")


def test_a_key_that_was_not_kept_is_not_shown(page: Page, keys: Locator, watch: Watch) -> None:
    intercept(page, "**/profile/keys/", lambda route: route.fulfill(status=503))

    with watch.expecting("503"):
        change(keys, "undo", "u")
        said(keys, "The server did not keep that; try again in a moment")

    expect(key_for(keys, "undo")).to_have_text("Z")


def test_the_list_of_keys_is_for_everybody(page: Page, keys: Locator) -> None:
    assert seen_by_all(page) == []


def test_a_key_that_was_just_chosen_works_on_the_item_that_was_loaded_before(
    page: Page, scene: Scene, ranked: Assignment
) -> None:
    make_prompt(scene.campaign, text=NEXT, answers=ANSWERS)
    with page.expect_response("**/ahead/"):
        open_board(page, ranked)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    change(keys, "undo", "u")
    said(keys, "Kept")
    keys.get_by_role("button", name="Close").click()
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text(NEXT)
    page.locator("#ranking[data-ready]").wait_for()

    page.keyboard.press("u")

    heard(page, "Nothing to undo")
