"""A stretch of an answer is marked: by words that are pressed, and by what a phone selects."""

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.models import Ranking
from tests.annotate.asking import called
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import FINGER, KEYS, MOUSE, MOUSE_AND_FINGER, WHERE, Hand, box_of
from tests.browser.test_answers import (
    DOSE,
    SPANS,
    asking_scene,
    come_to,
    mark,
    panel,
    point_at,
    quote,
)
from tests.browser.work import at_desk, open_item

pytestmark = pytest.mark.browser

# A long press and the handles below a selection are the phone's own: no other event comes of them.
SELECT = """(text, [words, upTo]) => {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at < 0) continue;
    const end = walker.currentNode.data.indexOf(upTo) + upTo.length;
    getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, end);
    return getSelection().getRangeAt(0).getBoundingClientRect().toJSON();
  }
}"""
HANDLES = 40  # px that they take below a selection
SETTLED = 400  # ms, longer than a selection is waited for


@pytest.fixture
def scene(live_server: LiveServer) -> Scene:
    return asking_scene(4)


def open_card(hand: Hand, scene: Scene, open_context: OpenContext) -> tuple[Page, Locator]:
    held = scene.hand(Kind.RANK)
    page = open_context(scene.ada, **hand.window).new_page()
    open_item(page, held)
    return page, come_to(hand, page, called(held, DOSE))


def is_marked(card: Locator, words: str) -> None:
    expect(card.locator("[data-marked] q")).to_have_text(words)


@MOUSE_AND_FINGER
def test_words_are_pressed_until_the_stretch_is_right(
    hand: Hand, scene: Scene, open_context: OpenContext
) -> None:
    page, card = open_card(hand, scene, open_context)
    text = card.locator("[data-answer]")
    hand.press(card.get_by_role("button", name="Mark a stretch"))

    for word, stretch in (
        ("day", "day"),
        ("twice", "twice a day"),
        ("Take", "Take two tablets – 🩺 twice a day"),
        ("tablets", "tablets"),  # within the stretch one begins anew
        ("twice", "tablets – 🩺 twice"),
    ):
        press_on(hand, text, word)
        expect(quote(page)).to_have_value(stretch)
    mark(hand, page, "Wrong")

    is_marked(card, "tablets – 🩺 twice")


def press_on(hand: Hand, text: Locator, word: str) -> None:
    left, right, middle = text.evaluate(WHERE, word)
    page = text.page
    (page.touchscreen.tap if hand is FINGER else page.mouse.click)((left + right) / 2, middle)


def test_what_a_phone_selects_is_marked_as_it_grows_with_room_for_its_handles(
    scene: Scene, open_context: OpenContext
) -> None:
    page, card = open_card(FINGER, scene, open_context)
    text = card.locator("[data-answer]")

    selected: FloatRect = text.evaluate(SELECT, ["twice", "twice"])
    expect(quote(page)).to_have_value("twice")
    taken = box_of(panel(page))
    selected["height"] += HANDLES
    assert not meet(taken, selected)
    text.evaluate(SELECT, ["twice", "day"])
    expect(quote(page)).to_have_value("twice a day")
    assert box_of(panel(page)) == taken  # it stays where it is under the finger
    mark(FINGER, page, "Wrong")

    is_marked(card, "twice a day")


def meet(one: FloatRect, other: FloatRect) -> bool:
    across = one["x"] < other["x"] + other["width"] and other["x"] < one["x"] + one["width"]
    along = one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]
    return across and along


def test_a_press_beside_the_fields_leaves_the_panel_open(
    scene: Scene, open_context: OpenContext
) -> None:
    """It takes the selection away, as in some browsers a press of any button does."""
    page, card = open_card(MOUSE, scene, open_context)
    point_at(MOUSE, card, "meals")

    panel(page).get_by_role("heading").click()
    page.wait_for_timeout(SETTLED)
    assert page.evaluate("getSelection().isCollapsed")
    expect(quote(page)).to_have_value("meals")
    mark(MOUSE, page, "Wrong")

    is_marked(card, "meals")


def test_the_only_kind_of_mark_need_not_be_chosen(
    live_server: LiveServer, open_context: OpenContext
) -> None:
    scene = asking_scene(2, spans=SPANS[:1])
    page = open_context(scene.ada).new_page()
    open_item(page, scene.hand(Kind.RANK))

    page.keyboard.press("1")
    page.keyboard.press("j")
    page.keyboard.press("m")
    KEYS.write(quote(page), "take")
    KEYS.write(panel(page).get_by_label("Why"), "No.")
    page.keyboard.press("Enter")
    expect(panel(page)).to_be_hidden()
    page.keyboard.press("Control+Enter")
    at_desk(page)

    [said] = Ranking.objects.get().answers.values()
    assert [(span["name"], span["why"]) for span in said["spans"]] == [("wrong", "No.")]
