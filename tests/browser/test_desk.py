"""Work is begun, resumed and given back at the desk: by keys alone, by mouse and by a finger."""

import re

import pytest
from playwright.sync_api import Page, expect

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import EVERY_HAND, Hand
from tests.browser.work import address, at_desk
from tests.factories import make_prompt

pytestmark = pytest.mark.browser


@EVERY_HAND
def test_work_is_begun_resumed_and_given_back(
    hand: Hand, scene: Scene, open_context: OpenContext
) -> None:
    for _ in range(2):
        make_prompt(scene.campaign, answers=["a", "b", "c", "d"])
    page = open_context(scene.ada, **hand.window).new_page()
    page.goto("/")

    hand.press(page.get_by_role("button", name=re.compile("^Start( ↵)?$")))
    page.locator("form[data-ready]").wait_for()
    begun = Assignment.objects.get(shown_at__isnull=False)
    expect(page).to_have_url(re.compile(address(begun)))
    go_home(hand, page)
    # What was loaded ahead meanwhile stands there as well.
    hand.press(page.locator(f"a[href='{address(begun)}']", has_text="Resume"))
    page.locator("form[data-ready]").wait_for()
    expect(page).to_have_url(re.compile(address(begun)))
    go_home(hand, page)
    other = Kind.DEMONSTRATE if begun.task.kind == Kind.RANK else Kind.RANK
    hand.press(page.get_by_role("button", name=f"{other.label} for Medicine, spring"))
    page.locator("form[data-ready]").wait_for()
    chosen = Assignment.objects.filter(shown_at__isnull=False).latest("shown_at")
    go_home(hand, page)
    item = page.get_by_role("listitem").filter(has=page.locator(f"[href='{address(chosen)}']"))
    hand.press(item.get_by_role("button", name="Give back"))
    expect(item).to_have_count(0)
    at_desk(page)

    begun.refresh_from_db()
    chosen.refresh_from_db()
    assert (begun.state, chosen.state) == (AssignmentState.OPEN, AssignmentState.RELEASED)
    assert chosen.task.kind == other


def go_home(hand: Hand, page: Page) -> None:
    hand.press(page.get_by_role("link", name="Laurel", exact=True))
    at_desk(page)
