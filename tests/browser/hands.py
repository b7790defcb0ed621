"""The same acts by keys alone, by mouse and by a finger.

Keys alone: Tab from where the page has put the focus, then the keys of what has it; nothing else
sets a focus. A finger: touch events, in the window of a phone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.sync_api import FilePayload, FloatRect, Locator, Page

from commons.models import User
from tests.browser.conftest import PHONE, OpenContext

MOST_STEPS = 150  # more than any page has stops
# Of a finger before it lets go: one that flies off throws, and the browser takes the next tap for a
# halt to that.
REST = 100  # ms
HAS_FOCUS = "one => one === document.activeElement"
# Tab stops at one radio of a group; from there the arrows lead to the others.
GROUP_HAS_FOCUS = """one => {
  const at = document.activeElement;
  return at.type === "radio" && at.name === one.name && at.form === one.form;
}"""

# From the first letter of some words, which stand in one node, to the last.
WHERE = """(text, words) => {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    node.parentElement.scrollIntoView({ block: "center" });
    const { left, right, top, bottom } = range.getBoundingClientRect();
    return [left + 1, right - 1, (top + bottom) / 2];
  }
}"""


def walk_to(it: Locator, *, back: bool = False, until: str = HAS_FOCUS) -> None:
    """By the Tab key, from wherever the focus is."""
    it.wait_for()
    for _ in range(MOST_STEPS):
        if it.evaluate(until):
            return
        it.page.keyboard.press("Shift+Tab" if back else "Tab")
    pytest.fail(f"no way to {it} by keyboard")


@dataclass(frozen=True)
class Hand:
    """By mouse; the others differ in what they override."""

    name: str
    window: Mapping[str, object]

    def __str__(self) -> str:
        return self.name

    def press(self, it: Locator) -> None:
        it.click()

    def do(self, key: str, button: Locator) -> None:
        """What the page does at this key, and at this button of it."""
        self.press(button)

    def choose(self, it: Locator) -> None:
        """Check a radio or a box."""
        it.locator("xpath=ancestor-or-self::label | self::*[not(ancestor::label)]").click()

    def write(self, it: Locator, text: str) -> None:
        """After what stands in the field."""
        it.click()
        it.page.keyboard.press("Control+End")
        it.page.keyboard.type(text)

    def rewrite(self, it: Locator, text: str) -> None:
        """In the place of what stands in the field."""
        self._enter(it)
        it.page.keyboard.press("Control+A")
        it.page.keyboard.insert_text(text)

    def pick(self, it: Locator, label: str) -> None:
        """From a list that is the browser's own, outside the page."""
        it.select_option(label=label)

    def select(self, text: Locator, words: str) -> None:
        """Words that are to be read, by drawing over them."""
        mouse = text.page.mouse
        left, right, middle = text.evaluate(WHERE, words)
        mouse.move(left, middle)
        mouse.down()
        mouse.move(right, middle, steps=4)
        mouse.up()

    def bring(self, it: Locator, file: FilePayload) -> None:
        """Choose a file for a field."""
        with it.page.expect_file_chooser() as opened:
            self.press(it)
        opened.value.set_files(file)

    def _enter(self, it: Locator) -> None:
        it.click()


class Keys(Hand):
    def press(self, it: Locator) -> None:
        walk_to(it)
        it.page.keyboard.press("Enter")

    def do(self, key: str, button: Locator) -> None:
        button.page.keyboard.press(key)

    def choose(self, it: Locator) -> None:
        if it.get_attribute("type") == "checkbox":
            walk_to(it)
            it.page.keyboard.press("Space")
            return
        walk_to(it, until=GROUP_HAS_FOCUS)
        it.page.keyboard.press("Space")
        for _ in range(MOST_STEPS):
            if it.is_checked():
                return
            it.page.keyboard.press("ArrowDown")
        pytest.fail(f"no way to {it} by the arrows")

    def write(self, it: Locator, text: str) -> None:
        walk_to(it)
        it.page.keyboard.press("Control+End")
        it.page.keyboard.type(text)

    def pick(self, it: Locator, label: str) -> None:
        walk_to(it)
        it.page.keyboard.type(label)

    def _enter(self, it: Locator) -> None:
        walk_to(it)


class Finger(Hand):
    def press(self, it: Locator) -> None:
        it.tap()

    def choose(self, it: Locator) -> None:
        it.locator("xpath=ancestor-or-self::label | self::*[not(ancestor::label)]").tap()

    def write(self, it: Locator, text: str) -> None:
        it.tap()
        it.page.keyboard.insert_text(text)  # as keyboards of phones do

    def select(self, text: Locator, words: str) -> None:
        """By their first and their last, where the page waits for that; a long press and the
        handles that follow are the phone's own, outside the page."""
        left, right, middle = text.evaluate(WHERE, words)
        for x in (left, right):
            text.page.touchscreen.tap(x, middle)

    def _enter(self, it: Locator) -> None:
        it.tap()


KEYS, MOUSE, FINGER = Keys("keys", {}), Hand("mouse", {}), Finger("finger", PHONE)
EVERY_HAND = pytest.mark.parametrize("hand", [KEYS, MOUSE, FINGER], ids=str)
MOUSE_AND_FINGER = pytest.mark.parametrize("hand", [MOUSE, FINGER], ids=str)


def box_of(it: Locator) -> FloatRect:
    box = it.bounding_box()
    assert box is not None, f"{it} is not to be seen"
    return box


def middle_of(it: Locator) -> tuple[float, float]:
    box = box_of(it)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


class Touch:
    """One finger on the glass, for what is more than a tap."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> None:
        self._send("touchStart", start)
        for step in range(1, steps + 1):
            share = step / steps
            x, y = (one + (other - one) * share for one, other in zip(start, end, strict=True))
            self._send("touchMove", (x, y))
        self.page.wait_for_timeout(REST)
        self._send("touchEnd")

    def _send(self, kind: str, *at: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in at]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@dataclass(frozen=True)
class At:
    """A page and the hand that acts on it."""

    page: Page
    hand: Hand

    def go(self, address: str) -> None:
        """Open a page from its address, and wait until its scripts run."""
        self.page.goto(address)
        self.page.locator("html[data-awake]").wait_for(state="attached")

    def press(self, name: str, role: Literal["button", "link"] = "button") -> None:
        self.hand.press(self.page.get_by_role(role, name=name, exact=True))

    def enter(self, label: str, text: str) -> None:
        self.hand.rewrite(self.page.get_by_label(label, exact=True).first, text)


def sit(open_context: OpenContext, person: User | None, hand: Hand) -> At:
    """Put a person, or a stranger, in front of a window of their own."""
    return At(open_context(person, **hand.window).new_page(), hand)
