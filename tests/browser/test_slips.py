"""What is begun beside an item and not sent outlives its page; nothing is handed in past it."""

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.models import Assignment, ItemQuestion, Ranking
from tests.annotate.asking import called
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.hands import EVERY_HAND, KEYS, MOUSE, Hand, sit
from tests.browser.intercepting import intercept
from tests.browser.test_answers import DOSE, asking_scene, come_to, panel, point_at, quote
from tests.browser.test_lost_nothing import crash
from tests.browser.work import at_desk, kept_in, open_item

pytestmark = pytest.mark.browser

ASKING = "**/asking/"
WHY = "Dr Roe says otherwise."


@pytest.fixture
def asking(live_server: LiveServer) -> Scene:
    return asking_scene(4)


def anew(page: Page, held: Assignment) -> Page:
    """The page is killed, and its item opened in another tab."""
    crash(page)
    again = page.context.new_page()
    open_item(again, held)
    return again


def begin_mark(hand: Hand, scene: Scene, open_context: OpenContext) -> tuple[Page, Assignment]:
    held = scene.hand(Kind.RANK)
    page = open_context(scene.ada, **hand.window).new_page()
    open_item(page, held)
    card = come_to(hand, page, called(held, DOSE))
    for rank in "41":
        hand.do(rank, card.get_by_role("button", name=f"on rank {rank}"))
    point_at(hand, card, "meals")
    hand.write(panel(page).get_by_label("Why"), WHY)
    return page, held


def test_a_question_that_was_begun_is_there_again_and_is_sent_once(
    page: Page, ranked: Assignment
) -> None:
    open_item(page, ranked)
    page.keyboard.press("2")
    page.keyboard.press("q")
    page.get_by_label("Your question").wait_for()
    page.keyboard.type("Which un")
    again = anew(page, ranked)

    again.keyboard.press("2")
    again.keyboard.press("Control+Enter")  # it stands in the way, though nobody has opened it
    expect(again.get_by_label("Your question")).to_be_focused()
    again.keyboard.press("End")
    again.keyboard.type("it?")
    again.keyboard.press("Control+Enter")
    expect(again.get_by_text("Asked. The answer comes to your desk")).to_be_visible()

    assert ItemQuestion.objects.get().text == "Which unit?"
    again.reload()
    again.locator("form[data-ready]").wait_for()
    again.keyboard.press("q")
    expect(again.get_by_label("Your question")).to_have_value("")


def test_a_question_that_has_not_come_back_yet_stands_in_the_way_too(
    page: Page, ranked: Assignment, watch: Watch
) -> None:
    open_item(page, ranked)
    page.keyboard.press("q")
    KEYS.write(page.get_by_label("Your question"), "Which unit?")
    crash(page)
    again = page.context.new_page()
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    intercept(again, ASKING, hold)
    open_item(again, ranked)
    waits = again.get_by_text("One moment")

    again.keyboard.press("2")
    again.keyboard.press("Control+Enter")
    expect(waits).to_be_visible()
    with watch.expecting("ERR_FAILED"):
        asked.pop().abort()
        expect(again.get_by_text("The server cannot be reached just now")).to_be_visible()
    again.keyboard.press("Escape")
    again.unroute(ASKING)
    again.keyboard.press("Control+Enter")

    expect(again.get_by_label("Your question")).to_be_focused()
    expect(again.get_by_label("Your question")).to_have_value("Which unit?")
    expect(again.get_by_role("alert")).to_contain_text("Send this first, or clear it")
    assert not Ranking.objects.exists()


def test_a_note_to_a_skip_is_there_again_and_forgotten_with_the_skip(
    page: Page, ranked: Assignment
) -> None:
    open_item(page, ranked)
    page.keyboard.press("s")
    note = "Anything that helps the next person"
    KEYS.write(page.get_by_label(note), "The dose is of a ch")
    again = anew(page, ranked)

    again.keyboard.press("s")
    expect(again.get_by_label(note)).to_have_value("The dose is of a ch")
    KEYS.write(again.get_by_label(note), "ild.")
    again.keyboard.press("Shift+Tab")
    again.keyboard.press("Space")
    again.keyboard.press("Control+Enter")
    at_desk(again)

    ranked.refresh_from_db()
    assert ranked.skip_note == "The dose is of a child."
    assert kept_in(again) == []


@EVERY_HAND
def test_a_mark_that_was_begun_is_there_again_and_is_made(
    hand: Hand, asking: Scene, open_context: OpenContext
) -> None:
    page, held = begin_mark(hand, asking, open_context)
    again = anew(page, held)

    expect(quote(again)).to_have_value("meals")
    expect(panel(again).get_by_label("Why")).to_have_value(WHY)
    hand.choose(panel(again).get_by_role("radio", name="Wrong"))
    hand.press(panel(again).get_by_role("button", name="Mark"))
    expect(panel(again)).to_be_hidden()
    hand.do("Control+Enter", again.get_by_role("button", name="Submit"))
    at_desk(again)

    [span] = Ranking.objects.get().answers[called(held, DOSE)]["spans"]
    assert (span["quote"], span["why"]) == ("meals", WHY)
    assert kept_in(again) == []


@pytest.mark.parametrize("hand", [KEYS, MOUSE], ids=str)
def test_a_mark_that_was_begun_keeps_the_item_on_the_page(
    hand: Hand, asking: Scene, open_context: OpenContext
) -> None:
    """For a finger the panel stands over the button."""
    page, held = begin_mark(hand, asking, open_context)

    hand.press(page.get_by_role("button", name="Submit"))

    expect(panel(page).get_by_role("alert")).to_contain_text("Mark this first, or close it")
    assert not Ranking.objects.exists()
    hand.press(panel(page).get_by_role("button", name="Close"))
    assert "slip" not in kept_in(page)
    hand.press(page.get_by_role("button", name="Submit"))
    at_desk(page)
    assert "spans" not in Ranking.objects.get().answers.get(called(held, DOSE), {})


@EVERY_HAND
def test_a_question_keeps_an_item_that_is_being_skipped(
    hand: Hand, scene: Scene, open_context: OpenContext
) -> None:
    held = scene.hand(Kind.RANK)
    at = sit(open_context, scene.ada, hand)
    open_item(at.page, held)
    hand.do("q", at.page.get_by_role("button", name="Ask"))
    hand.write(at.page.get_by_label("Your question"), "Which unit?")
    hand.press(at.page.locator("#ask").get_by_role("button", name="Close"))

    hand.do("s", at.page.get_by_role("button", name="Skip"))
    hand.choose(at.page.get_by_role("radio", name="Not my field"))
    hand.press(at.page.locator("#skip").get_by_role("button", name="Skip"))

    expect(at.page.get_by_label("Your question")).to_have_value("Which unit?")
    expect(at.page.get_by_role("alert")).to_contain_text("Send this first, or clear it")
    held.refresh_from_db()
    assert held.state == "open"
