"""Long answers stay smooth: no task of the page holds up what a person does."""

import pytest
from playwright.sync_api import Page

from annotate.enums import Kind
from annotate.services.assignment import take_assignment
from tests.browser.conftest import OpenContext, Scene
from tests.browser.test_rank import open_board, say
from tests.factories import make_campaign, make_member, make_prompt

pytestmark = pytest.mark.browser

PARAGRAPH = (
    "Aspirin acetylates **serine 529** of COX-1, *irreversibly* (see [this](https://e.example)):\n"
    "$\\theta = \\frac{[I]}{[I] + K_i}$, `dose(100)`.\n\n- one\n- two\n\n"
)
ANSWER = PARAGRAPH * (100_000 // len(PARAGRAPH) + 1)
CODE = "```python\n" + "def f(x: int) -> str:  # why\n    return 'a' * (x + 1)\n" * 1_000 + "```"

SLOWEST = 1_000  # ms; generous, as other tests run beside this one
WATCH = """
window.slow = [];
for (const [type, of] of [["longtask", 50], ["event", 16]]) {
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) slow.push([each.startTime, each.duration, each.name]);
  }).observe({ type, buffered: true, durationThreshold: of });
}
"""


def slower_than(page: Page, limit: int, since: float) -> list[list[object]]:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")
    return [each for each in page.evaluate("slow") if each[0] >= since and each[1] > limit]


def test_a_100_kilobyte_answer_and_2000_lines_of_code_stay_smooth(
    scene: Scene, open_context: OpenContext
) -> None:
    campaign = make_campaign(lead=scene.lead)
    bob = make_member(campaign, name="bob")
    make_prompt(campaign, answers=[ANSWER, CODE, f"{ANSWER} again", "Short."])
    context = open_context(bob)
    context.add_init_script(WATCH)
    page = context.new_page()
    open_board(page, take_assignment(by=bob, campaign=campaign, kind=Kind.RANK))
    page.get_by_role("button", name="All", exact=True).click()
    assert page.locator(".prose math").count() > 1_000
    assert page.locator(".prose .k").count() > 1_000

    since = page.evaluate("performance.now()")
    page.keyboard.press("j")
    page.keyboard.press("1")
    say(page, "B moved to rank 1")
    page.mouse.move(600, 500)
    page.mouse.wheel(0, 5_000)
    page.keyboard.press("z")

    assert slower_than(page, SLOWEST, since) == []
