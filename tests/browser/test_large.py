"""Long answers are shown whole, and the page goes on answering."""

import pytest

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
TIMES = 100_000 // len(PARAGRAPH) + 1
ANSWER = PARAGRAPH * TIMES
CODE = "```python\n" + "def f(x: int) -> str:  # why\n    return 'a' * (x + 1)\n" * 1_000 + "```"


def test_beside_a_100_kilobyte_answer_and_2000_lines_of_code_keys_are_answered(
    scene: Scene, open_context: OpenContext
) -> None:
    campaign = make_campaign(lead=scene.lead)
    bob = make_member(campaign, name="bob")
    make_prompt(campaign, answers=[ANSWER, CODE, f"{ANSWER} again", "Short."])
    page = open_context(bob).new_page()
    open_board(page, take_assignment(by=bob, campaign=campaign, kind=Kind.RANK))
    page.get_by_role("button", name="All", exact=True).click()
    texts = page.locator(".prose[data-answer]").all_text_contents()
    assert sorted(text.count("dose(100)") for text in texts) == [0, 0, TIMES, TIMES]
    assert sorted(text.count("return 'a'") for text in texts) == [0, 0, 0, 1_000]

    page.keyboard.press("j")
    page.keyboard.press("1")
    say(page, "B moved to rank 1")
    page.mouse.move(600, 500)
    page.mouse.wheel(0, 5_000)
    page.keyboard.press("z")
    say(page, "Undone: A, then B, then C, then D")
