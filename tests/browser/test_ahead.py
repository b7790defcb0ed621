"""The next item takes the place of the one that was handed in, without a page being opened."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connection
from playwright.sync_api import Page, Route, expect

from annotate.enums import AssignmentState, CampaignState, Kind
from annotate.models import Assignment, Demonstration, Draft, Ranking
from annotate.services.campaign import change_campaign_state
from annotate.services.returning import return_turn
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.intercepting import intercept
from tests.browser.test_rank import open_board, say
from tests.browser.texts import ANSWERS
from tests.browser.work import NEXT, address, at_desk, holds, is_next, is_saved, open_item, write
from tests.factories import make_prompt

pytestmark = [pytest.mark.browser, pytest.mark.services]

LAST = "And which one is the last?"


@contextmanager
def loading_ahead(page: Page) -> Iterator[None]:
    """What is done inside asks for the next item, and its page has come when it is over."""
    with page.expect_response("**/ahead/"):
        yield


def mark(page: Page) -> None:
    """Know this document again."""
    page.evaluate("window.isMarked = true")


def is_same_document(page: Page) -> bool:
    return bool(page.evaluate("window.isMarked === true"))


def next_of(scene: Scene) -> Assignment:
    """What was leased and not seen yet."""
    return Assignment.objects.get(person=scene.ada, shown_at=None, state=AssignmentState.OPEN)


def test_three_orders_are_handed_in_on_one_page(page: Page, scene: Scene) -> None:
    first = scene.hand(Kind.RANK)
    make_prompt(scene.campaign, text=NEXT, answers="WXYZ")
    with loading_ahead(page):
        open_board(page, first)
    mark(page)
    make_prompt(scene.campaign, text=LAST, answers="WXYZ")
    page.keyboard.press("2")
    with loading_ahead(page):
        page.keyboard.press("Control+Enter")
        is_next(page)
    second = Assignment.objects.get(task__prompt__messages__0__content=NEXT, state="open")
    at_second = (page.url.endswith(address(second)), page.title(), focused(page))
    page.keyboard.press("3")
    say(page, "A moved to rank 3")
    with loading_ahead(page):
        page.keyboard.press("Control+Enter")
        expect(page.locator(".conversation")).to_contain_text(LAST)
    page.keyboard.press("4")
    say(page, "A moved to rank 4")

    assert is_same_document(page)
    assert at_second == (True, "Rank · Laurel", "main")
    assert second.shown_at is not None
    assert [tiers.index([order[0]]) + 1 for tiers, order in orders()] == [2, 3]
    page.keyboard.press("Control+Enter")
    at_desk(page)
    assert [tiers.index([order[0]]) + 1 for tiers, order in orders()] == [2, 3, 4]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def orders() -> list[tuple[list[list[str]], list[str]]]:
    """What was handed in, beside the order in which it was shown."""
    rows = Ranking.objects.order_by("pk").select_related("assignment")
    return [(each.tiers, each.assignment.order) for each in rows if each.assignment]


SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries()) {
    shifts.push([value, ...sources.map(({ node, previousRect, currentRect }) =>
      [node?.outerHTML ?? node?.textContent, JSON.stringify([previousRect, currentRect])])]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


def test_nothing_moves_while_an_item_comes_and_is_read(page: Page, scene: Scene) -> None:
    first = scene.hand(Kind.RANK)
    make_prompt(scene.campaign, text=NEXT, answers=[f"{text}\n\nMore." for text in ANSWERS])
    page.add_init_script(SHIFTS)
    with loading_ahead(page):
        open_board(page, first)
    page.keyboard.press("j")
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 300)
    page.keyboard.press("1")
    is_saved(page)
    page.keyboard.press("Control+Enter")
    is_next(page)
    page.locator("#ranking[data-ready]").wait_for()
    page.keyboard.press("j")
    page.wait_for_timeout(300)  # shifts are told of in a frame after theirs

    assert page.evaluate("shifts.filter(([value]) => value)") == []


def test_nothing_moves_where_a_slow_machine_paints_while_it_reads(page: Page, scene: Scene) -> None:
    first = scene.hand(Kind.RANK)
    page.add_init_script(SHIFTS)
    slow = page.context.new_cdp_session(page)
    open_board(page, first)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    shifts = []
    for _ in range(4):
        page.reload()
        page.locator("#ranking[data-ready]").wait_for()
        shifts += page.evaluate("shifts.filter(([value]) => value)")
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})

    assert shifts == []


def an_hour_before_midnight() -> str:
    """A zone in which whatever is leased for an hour is leased until tomorrow."""
    ahead = 23 - datetime.now(UTC).hour
    ahead -= 24 * (ahead > 12)
    return f"Etc/GMT{-ahead:+d}"  # signs are the other way round there: GMT-1 is an hour ahead


def test_nothing_moves_where_the_time_for_an_item_ends_after_midnight(
    scene: Scene, open_context: OpenContext
) -> None:
    """Its end is told without its day, as briefly as the page had it from the server."""
    first = scene.hand(Kind.RANK)
    page = open_context(scene.ada, timezone_id=an_hour_before_midnight()).new_page()
    page.add_init_script(SHIFTS)

    open_board(page, first)
    page.wait_for_timeout(300)

    expect(page.locator("[data-lease-runs]")).to_have_text(re.compile(r"Yours until 1?\d:\d\d\sAM"))
    assert page.evaluate("shifts.filter(([value]) => value)") == []


def test_a_text_is_written_after_another_and_each_is_its_own(page: Page, held: Assignment) -> None:
    with loading_ahead(page):
        open_item(page, held)
    mark(page)
    write(page, "The first.")
    is_saved(page)
    page.keyboard.press("Control+Enter")
    is_next(page)
    page.keyboard.type("The second.")
    is_saved(page)
    expect(page.locator("#preview")).to_have_text("The second.")
    expect(page.locator("[data-count]")).to_have_text("2 words")
    page.keyboard.press("Control+Enter")
    at_desk(page)

    rows = Demonstration.objects.order_by("pk")
    assert [(each.prompt.question, each.text) for each in rows][1:] == [(NEXT, "The second.")]
    assert [each.text for each in rows] == ["The first.", "The second."]


def test_a_skip_goes_on_to_it_and_whoever_listens_hears_of_it(page: Page, held: Assignment) -> None:
    with loading_ahead(page):
        open_item(page, held)
    mark(page)
    page.get_by_role("button", name="Skip").first.click()
    page.get_by_label("Not my field").check()
    page.locator("#skip").get_by_role("button", name="Skip").click()

    is_next(page)
    expect(page.get_by_text("Next item: Write an answer")).to_have_attribute("role", "status")
    assert is_same_document(page)
    assert focused(page) == "id_text"


def test_back_leads_to_what_was_handed_in(page: Page, held: Assignment) -> None:
    with loading_ahead(page):
        open_item(page, held)
    write(page, "The first.")
    page.keyboard.press("Control+Enter")
    is_next(page)
    page.go_back()

    expect(page.get_by_text("You handed this in at")).to_be_visible()
    holds(page, "The first.")
    assert page.url.endswith(address(held))


def test_what_has_ended_meanwhile_is_not_shown(page: Page, scene: Scene, held: Assignment) -> None:
    with loading_ahead(page):
        open_item(page, held)
    change_campaign_state(campaign=scene.campaign, to=CampaignState.PAUSED, by=scene.lead)
    write(page, "The first.")
    page.keyboard.press("Control+Enter")

    at_desk(page)
    assert Demonstration.objects.get().text == "The first."


def test_what_is_taken_back_as_it_comes_is_said_to_be_gone(
    page: Page, scene: Scene, held: Assignment, watch: Watch
) -> None:
    def end_it(route: Route) -> None:
        turn = next_of(scene)
        return_turn(assignment=turn.pk, task=turn.task_id, to=AssignmentState.EXPIRED)
        connection.close()  # a handler has one of its own
        route.continue_()

    with loading_ahead(page):
        open_item(page, held)
    intercept(page, "**/seen/", end_it)
    write(page, "The first.")
    with watch.expecting("409"):
        page.keyboard.press("Control+Enter")
        at_desk(page)

    expect(page.locator(".messages")).to_contain_text("expired")


def test_what_was_begun_in_another_tab_stands_as_it_is_there(
    page: Page, scene: Scene, held: Assignment
) -> None:
    with loading_ahead(page):
        open_item(page, held)
    Draft.objects.create(assignment=next_of(scene), body={"text": "From the office."}, version=1)
    write(page, "The first.")
    page.keyboard.press("Control+Enter")

    is_next(page)
    holds(page, "From the office.")


def test_a_page_that_needs_other_styles_is_opened(page: Page, held: Assignment) -> None:
    def need_more(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        route.fulfill(json=body | {"page": body["page"].replace("work.css", "newer.css")})

    intercept(page, "**/ahead/", need_more)
    with loading_ahead(page):
        open_item(page, held)
    mark(page)
    write(page, "The first.")
    page.keyboard.press("Control+Enter")

    is_next(page)
    holds(page, "")
    assert not is_same_document(page)


def test_what_could_not_be_sent_is_told_on_the_next_item_too(
    page: Page, held: Assignment, scene: Scene, watch: Watch
) -> None:
    page.goto("/")
    page.evaluate(
        """async ([person]) => {
          const { keep } = await import("/static/annotate/js/copies.js");
          const act = { item: "gone", person, title: "Old", href: "/", isRefused: true };
          keep("laurel:act:gone:0", { ...act, url: "/", fields: { note: "Mine." }, unsure: [] });
        }""",
        [str(scene.ada.uuid)],
    )
    with loading_ahead(page):
        open_item(page, held)
    expect(page.locator("[data-unsent] .notice")).to_have_count(1)
    write(page, "The first.")
    page.keyboard.press("Control+Enter")
    is_next(page)

    expect(page.locator("[data-unsent] .notice")).to_have_count(1)
