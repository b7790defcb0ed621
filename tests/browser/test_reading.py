"""What is drawn stays in its place and reads in its own direction."""

import pytest
from playwright.sync_api import Page

from annotate.enums import Kind, Role
from annotate.services.campaign import add_member
from tests.browser.conftest import Scene
from tests.browser.test_rank import open_board
from tests.browser.work import open_item
from tests.factories import make_campaign, make_prompt

pytestmark = pytest.mark.browser

WHERE_IT_IS = """(word) => {
  const texts = [...document.querySelectorAll(".is-focused .prose mtext")];
  const one = texts.find((each) => each.textContent === word);
  const { x, y, width, height } = one.getBoundingClientRect();
  const [across, down] = [x + width / 2, y + height / 2];
  const prose = one.closest(".prose");
  const below = down - prose.getBoundingClientRect().bottom;
  return [below, prose.contains(document.elementFromPoint(across, down))];
}"""
LEFT_OF = """([selector, letter]) => {
  const walker = document.createTreeWalker(
    document.querySelector(`#preview ${selector}`), NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(letter);
    if (at < 0) continue;
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + 1);
    return range.getBoundingClientRect().left;
  }
}"""


def test_a_formula_that_is_moved_is_not_drawn_over_what_others_wrote(
    page: Page, scene: Scene
) -> None:
    campaign = make_campaign(lead=scene.lead)
    add_member(campaign=campaign, person=scene.ada, role=Role.ANNOTATOR, by=scene.lead)
    moved = r"$\text{stays} \raise{-6em}{\text{gone}}$"
    make_prompt(campaign, answers=[moved, f"{moved} two", f"{moved} three", f"{moved} four"])
    open_board(page, Scene(campaign, scene.lead, scene.ada).hand(Kind.RANK))

    below, is_seen = page.evaluate(WHERE_IT_IS, "gone")
    assert (below > 20, below < 200, is_seen) == (True, True, False)
    below, is_seen = page.evaluate(WHERE_IT_IS, "stays")
    assert (below < 0, is_seen) == (True, True)


def test_each_block_reads_in_its_own_direction_and_code_from_the_left(
    page: Page, scene: Scene
) -> None:
    open_item(page, scene.hand(Kind.DEMONSTRATE))

    page.get_by_label("Your answer").fill("Latin (1) end.\n\nא (2) ב, `3 + 4` ג\n\n# ד 5 + 6")
    page.locator("#preview h1").wait_for()

    def left_of(selector: str, letter: str) -> float:
        return page.evaluate(LEFT_OF, [selector, letter])

    assert left_of("p:first-child", "L") < left_of("p:first-child", "1")
    assert left_of("p:nth-child(2)", "א") > left_of("p:nth-child(2)", "ב")
    assert left_of("code", "3") < left_of("code", "4")
    assert left_of("p:nth-child(2)", "ב") > left_of("code", "3")
    assert left_of("h1", "5") > left_of("h1", "6")
