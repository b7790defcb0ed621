"""What a judgement takes is measured as it says: without pauses, other tabs and other pages."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.models import Assignment, Demonstration, Ranking
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene
from tests.browser.test_rank import at_desk, open_board, say
from tests.browser.work import is_next, open_item, write

pytestmark = pytest.mark.browser

READING = 300  # ms before the first key; what is measured is told in tenths of a second

COUNT = """async ([counted, moves]) => {
  const { Effort } = await import("/static/annotate/js/effort.js");
  const effort = new Effort(0, counted);
  let said = null;
  for (const [name, ...given] of moves) said = effort[name](...given);
  return said;
}"""


def test_time_counts_while_somebody_is_there(
    open_context: OpenContext, live_server: LiveServer
) -> None:
    page = open_context().new_page()
    page.goto("/login/")

    def after(*moves: list[object], **counted: object) -> object:
        said = page.evaluate(COUNT, [counted, list(moves)])
        return said["active_seconds"], said["seconds_to_first_act"], said["seconds_from_last_act"]

    assert [
        after(["report", 20_000]),
        after(["sign", 10_000], ["report", 100_000]),
        after(["hide", 5_000], ["sign", 90_000], ["report", 91_000]),
        after(["act", 4_000], ["act", 9_000], ["report", 11_500]),
        after(["sign", 10_000], ["sign", 9_000], ["report", 9_500]),
        after(["act", 1_000], ["report", 2_000], active=60_000, first=7_000, acts=1),
    ] == [
        (20, None, None),
        (40, None, None),
        (6, None, None),
        (11.5, 4, 2.5),
        (10.5, None, None),
        (62, 7, 1),
    ]


def test_an_order_keeps_how_often_it_was_changed(page: Page, scene: Scene) -> None:
    open_board(page, scene.hand(Kind.RANK))
    page.wait_for_timeout(READING)
    page.keyboard.press("2")
    page.keyboard.press("3")
    say(page, "A moved to rank 3")
    page.reload()
    page.locator("#ranking[data-ready]").wait_for()
    page.keyboard.press("4")
    page.keyboard.press("Control+Enter")
    at_desk(page)

    effort = Ranking.objects.get().effort
    assert effort
    assert (effort["acts"], effort["typed"], effort["pasted"]) == (3, 0, 0)
    assert READING / 1000 <= effort["seconds_to_first_act"] <= effort["active_seconds"]


def test_a_text_keeps_how_much_of_it_was_typed_and_pasted(
    page: Page, held: Assignment, scene: Scene
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    with page.expect_response("**/ahead/"):
        open_item(page, held)
    page.evaluate("navigator.clipboard.writeText('Pasted text.')")
    page.keyboard.type("Typed. ")
    page.keyboard.press("Control+V")
    page.keyboard.press("Control+Enter")
    is_next(page)
    write(page, "")
    page.keyboard.type("ab")
    page.keyboard.press("Control+Enter")
    at_desk(page)

    efforts = [row.effort or {} for row in Demonstration.objects.order_by("pk")]
    assert [(each["typed"], each["pasted"]) for each in efforts] == [(7, 12), (2, 0)]
    page.goto("/me/stored/")
    assert seen_by_all(page) == []
