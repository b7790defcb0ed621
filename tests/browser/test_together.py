"""Two or three answers stand in columns that scroll as one, until a person lets them go."""

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.services.campaign import Work
from tests.browser.conftest import OpenContext, Scene, make_scene
from tests.browser.hands import EVERY_HAND, FINGER, KEYS, Hand, Touch, box_of, middle_of
from tests.browser.texts import ANSWERS
from tests.browser.work import open_item

pytestmark = pytest.mark.browser

BESIDE: ViewportSize = {"width": 1000, "height": 580}  # a tablet's window, for a finger
FAR = 5000  # px, more than any column is long
SHARES = """async () => {
  const columns = [...document.querySelectorAll("[data-candidate]")];
  const range = (each) => each.scrollHeight - each.clientHeight;
  const share = (each) => Math.round(100 * each.scrollTop / range(each));
  let [before, still] = ["", 0];
  while (still < 20) {
    await new Promise(requestAnimationFrame);
    const now = columns.map((each) => each.scrollTop).join();
    still = now === before ? still + 1 : 0;
    before = now;
  }
  return columns.map(share);
}"""


@pytest.fixture(params=[2, 3])
def scene(live_server: LiveServer, request: pytest.FixtureRequest) -> Scene:
    long = [ANSWERS[0], ANSWERS[1] * 2, ANSWERS[3]]
    return make_scene([Work(Kind.RANK, answers=request.param)], long[: request.param])


def shares(page: Page) -> list[int]:
    """How far the columns have scrolled once they rest, in hundredths."""
    return page.evaluate(SHARES)


def scroll(hand: Hand, column: Locator, *, down: bool) -> None:
    """To the end of a column, or back to its beginning; the keys have it in focus."""
    page = column.page
    if hand is KEYS:
        page.keyboard.press("End" if down else "Home")
    elif hand is FINGER:
        flick(column, down=down)
    else:
        page.mouse.move(*middle_of(column))
        page.mouse.wheel(0, FAR if down else -FAR)


def flick(column: Locator, *, down: bool) -> None:
    """As often as a finger needs, from near one end of the column to near the other."""
    box = box_of(column)
    x = box["x"] + box["width"] / 2
    top, bottom = (x, box["y"] + 60), (x, box["y"] + box["height"] - 20)
    for _ in range(12):
        Touch(column.page).drag(*((bottom, top) if down else (top, bottom)))


@EVERY_HAND
def test_the_answers_scroll_together_until_they_are_let_go(
    hand: Hand, scene: Scene, open_context: OpenContext
) -> None:
    page = open_context(scene.ada, **{**hand.window, "viewport": BESIDE}).new_page()
    open_item(page, scene.hand(Kind.RANK))
    together = page.get_by_role("checkbox", name="Scroll together")
    columns = page.locator("[data-candidate]").all()
    at = 1 if hand is KEYS and len(columns) == 3 else 0  # where the first “next” leads
    ends = [100] * len(columns)

    if hand is KEYS:
        page.keyboard.press("j")
    scroll(hand, columns[at], down=True)
    assert shares(page) == ends
    if hand is KEYS:
        page.keyboard.press("t")
    else:
        hand.choose(together)
    expect(together).not_to_be_checked()
    scroll(hand, columns[at], down=False)
    ends[at] = 0
    assert shares(page) == ends
    page.reload()

    expect(together).not_to_be_checked()
