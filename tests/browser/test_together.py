"""Two or three answers stand in columns that scroll as one, until a person lets them go."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.services.campaign import Work
from tests.browser.conftest import Scene, make_scene
from tests.browser.texts import ANSWERS
from tests.browser.work import open_item

pytestmark = pytest.mark.browser

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
  return columns.map(share).toSorted((one, other) => one - other);
}"""


@pytest.fixture(params=[2, 3])
def scene(live_server: LiveServer, request: pytest.FixtureRequest) -> Scene:
    long = [ANSWERS[0], ANSWERS[1] * 2, ANSWERS[3]]
    return make_scene([Work(Kind.RANK, answers=request.param)], long[: request.param])


def shares(page: Page) -> list[int]:
    """How far the columns have scrolled once they rest, in hundredths, the least first."""
    return page.evaluate(SHARES)


def test_the_answers_scroll_together_until_they_are_let_go(page: Page, scene: Scene) -> None:
    page.set_viewport_size({"width": 1000, "height": 580})
    open_item(page, scene.hand(Kind.RANK))
    others = [100] * (page.locator("[data-candidate]").count() - 1)

    page.keyboard.press("j")
    page.keyboard.press("End")
    assert shares(page) == [100, *others]
    page.keyboard.press("t")
    page.keyboard.press("Home")
    assert shares(page) == [0, *others]
    page.reload()

    expect(page.get_by_role("checkbox", name="Scroll together")).not_to_be_checked()
