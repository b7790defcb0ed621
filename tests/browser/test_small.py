"""In a small window the answer that is read has the room, and all that is asked is in reach."""

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.models import Assignment, Ranking
from annotate.services.campaign import Work, acknowledge_instructions, publish_instructions
from tests.annotate.asking import RANK
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene, make_scene
from tests.browser.hands import FINGER, KEYS, MOUSE, Hand
from tests.browser.pictures import make_pictures
from tests.browser.texts import ANSWERS
from tests.browser.touch import LEAST, PHONES, hard_to_hit
from tests.browser.work import at_desk, open_item

pytestmark = pytest.mark.browser

PHONE = PHONES["small"]
# Of the window, at the least, belongs to the answer that is read: held upright, and on its side.
UPRIGHT, ASIDE = 0.6, 0.5
SIZES = [(320, 640), (360, 740), (390, 844)]
ON_ITS_SIDE = (844, 390)
LONG = [f"Answer **{at}**. " + ANSWERS[0] * 6 for at in range(9)]

# Of the points of a grid over the window, those at which it is hit, and nothing over it.
SHARE = """one => {
  let [all, hit] = [0, 0];
  for (let x = 4; x < innerWidth; x += 8) {
    for (let y = 4; y < innerHeight; y += 8) {
      all += 1;
      hit += one.contains(document.elementFromPoint(x, y));
    }
  }
  return hit / all;
}"""


def item_of(answers: int, asks: bool = True) -> tuple[Scene, Assignment]:
    """An item of long answers, about each of which a campaign asks several things."""
    scene = make_scene([Work(Kind.RANK, answers=answers)], LONG[:answers])
    if asks:
        asked: dict[str, object] = {"rank": RANK | {"reason": "no", "ideal": "no"}}
        instructions = publish_instructions(
            campaign=scene.campaign, guideline="Read them all.", by=scene.lead, form=asked
        )
        acknowledge_instructions(instructions=instructions, by=scene.ada)
    return scene, scene.hand(Kind.RANK)


def card(page: Page, letter: str) -> Locator:
    return page.locator(f".answer[data-letter='{letter}']")


def read(page: Page, letter: str) -> Locator:
    """Turn to an answer, and bring its beginning to the top of the window."""
    chip = page.locator(f".chip[aria-label^='{letter},']")
    if chip.count():
        chip.click()
    card(page, letter).evaluate("it => it.scrollIntoView({ block: 'start' })")
    return card(page, letter).locator(".answer-body")


@pytest.mark.parametrize("answers", [2, 4, 9])
@pytest.mark.parametrize("asks", [True, False], ids=["asking", "plain"])
def test_an_answer_has_most_of_the_window(
    answers: int, asks: bool, live_server: LiveServer, open_context: OpenContext
) -> None:
    scene, held = item_of(answers, asks)
    page = open_context(scene.ada, **PHONE).new_page()
    open_item(page, held)
    scant, small = {}, []

    for width, height in (*SIZES, ON_ITS_SIDE):
        page.set_viewport_size({"width": width, "height": height})
        for letter in ("A", "B", "ABCDEFGHI"[answers - 1]):
            share = read(page, letter).evaluate(SHARE)
            if share < (UPRIGHT if height > width else ASIDE):
                scant[width, height, letter] = share
        small += hard_to_hit(page)

    assert scant == {}
    assert small == []


def test_what_was_chosen_of_two_stands_in_words_over_the_row_and_moves_nothing(
    live_server: LiveServer, open_context: OpenContext
) -> None:
    scene, held = item_of(2)
    page = open_context(scene.ada, **PHONE).new_page()
    open_item(page, held)
    row = page.locator("[data-pair]")
    expect(row.get_by_text("Which answer is better?")).to_be_in_viewport()

    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        before = row.bounding_box()
        for cell in row.locator("label").all():
            cell.tap()
            words, at = box(cell.locator(".cell-words")), box(cell)
            assert words["x"] >= 0
            assert words["x"] + words["width"] <= width
            assert words["y"] + words["height"] <= at["y"]
            assert at["width"] >= LEAST
        assert row.bounding_box() == before
        assert read(page, "B").evaluate(SHARE) >= UPRIGHT


def box(it: Locator) -> dict[str, float]:
    found: dict[str, float] = it.evaluate(
        "it => (({ x, y, width, height }) => ({ x, y, width, height }))(it.getBoundingClientRect())"
    )
    return found


@pytest.mark.parametrize("hand", [KEYS, MOUSE, FINGER], ids=str)
@pytest.mark.parametrize("answers", [2, 4])
def test_the_questions_lie_in_a_sheet_that_every_hand_opens(
    hand: Hand, answers: int, live_server: LiveServer, open_context: OpenContext
) -> None:
    scene, held = item_of(answers)
    window = PHONE if hand is FINGER else {"viewport": PHONE["viewport"]}
    page = open_context(scene.ada, **window).new_page()
    open_item(page, held)
    first = card(page, "A")
    sheet = first.locator(".question-sheet")
    expect(sheet).to_be_hidden()

    hand.press(first.get_by_role("button", name="Questions about A"))
    expect(sheet).to_be_visible()
    assert seen_by_all(page) == []
    if hand is FINGER:
        assert hard_to_hit(page) == []
    hand.choose(sheet.get_by_role("radio", name="7"))
    hand.choose(sheet.get_by_role("radio", name="No", exact=True))
    make_pictures(page, f"questions-of-{answers}")
    hand.press(sheet.get_by_role("button", name="Close"))
    expect(sheet).to_be_hidden()
    judge(hand, page, answers)
    at_desk(page)

    kept = Ranking.objects.get()
    assert kept.answers == {held.order[0]: {"ratings": {"helpful": 7}, "flags": {"harmful": False}}}


def judge(hand: Hand, page: Page, answers: int) -> None:
    """A is better, or goes to rank 2."""
    if answers == 2:
        hand.choose(page.get_by_role("radio", name="A better"))
    else:
        hand.press(card(page, "A").get_by_role("button", name="on rank 2"))
    hand.press(page.get_by_role("button", name="Submit"))


@pytest.mark.parametrize("answers", [2, 4])
def test_in_a_wide_window_the_questions_stand_under_their_answer(
    answers: int, live_server: LiveServer, open_context: OpenContext
) -> None:
    scene, held = item_of(answers)
    page = open_context(scene.ada).new_page()
    open_item(page, held)

    expect(card(page, "A").get_by_role("group", name="Helpful")).to_be_visible()
    expect(page.get_by_role("button", name="Questions about A")).to_be_hidden()


def test_a_sheet_that_is_open_stays_one_where_the_phone_is_turned(
    live_server: LiveServer, open_context: OpenContext
) -> None:
    scene, held = item_of(2)
    page = open_context(scene.ada, **PHONE).new_page()
    open_item(page, held)
    sheet = card(page, "A").locator(".question-sheet")

    card(page, "A").get_by_role("button", name="Questions about A").tap()
    page.set_viewport_size({"width": ON_ITS_SIDE[0], "height": ON_ITS_SIDE[1]})

    lies = box(sheet)
    assert (lies["x"], lies["width"], lies["y"] + lies["height"]) == (0, *ON_ITS_SIDE)
    sheet.get_by_role("button", name="Close").tap()
    expect(card(page, "A").get_by_role("group", name="Helpful")).to_be_visible()
