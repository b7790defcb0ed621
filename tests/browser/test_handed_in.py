"""What was handed in may be changed for a time, and what runs out of time is told."""

import re

import pytest
from playwright.sync_api import Page, expect

from annotate.enums import AssignmentState
from annotate.models import Assignment, Draft, Ranking
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.hands import EVERY_HAND, Hand
from tests.browser.leaving import leave
from tests.browser.work import (
    OFFLINE,
    at_desk,
    holds,
    is_next,
    is_saved,
    kept_in,
    open_item,
    rows,
    says,
    write,
)

pytestmark = [pytest.mark.browser, pytest.mark.services]


# After handing in ---------------------------------------------------------------


def change(hand: Hand, page: Page) -> None:
    """From the desk, where what was handed in lately stands."""
    page.goto("/")
    hand.press(page.get_by_role("link", name="Change:"))
    page.locator("form[data-ready]").wait_for()


@EVERY_HAND
def test_an_answer_is_changed_from_the_desk(
    hand: Hand, scene: Scene, done: Assignment, open_context: OpenContext
) -> None:
    page = open_context(scene.ada, **hand.window).new_page()
    change(hand, page)
    expect(page.locator(".work-bar")).to_contain_text(
        re.compile(r"You handed this in at \S+ .*you may change it until")
    )
    holds(page, "First.")

    hand.rewrite(page.get_by_label("Your answer"), "Second.")
    says(page, "changed", "Kept in this browser until you save the change")
    hand.do("Control+Enter", page.get_by_role("button", name="Save the change"))
    at_desk(page)
    expect(page.locator(".messages")).to_contain_text("Your change is kept.")

    assert rows() == ["First.", "Second."]
    assert kept_in(page) == []


def test_a_change_that_was_not_saved_yet_survives_its_page(page: Page, done: Assignment) -> None:
    open_item(page, done)
    write(page, "Second.")
    page.close()

    again = page.context.new_page()
    open_item(again, done)

    holds(again, "Second.")
    says(again, "recovered", "Recovered what you had")
    assert rows() == ["First."]
    assert not Draft.objects.exists()


def test_a_change_that_was_saved_offline_arrives_once(
    page: Page, done: Assignment, watch: Watch
) -> None:
    open_item(page, done)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "Second.")
        page.keyboard.press("Control+Enter")
        says(page, "offline", "you may close this page")
        leave(page)
    page.context.set_offline(False)

    again = page.context.new_page()
    again.goto("/")

    expect(again.locator("[data-unsent]")).to_contain_text("has arrived")
    assert rows() == ["First.", "Second."]


@EVERY_HAND
def test_an_order_is_changed_after_it_was_handed_in(
    hand: Hand, scene: Scene, ranked: Assignment, open_context: OpenContext
) -> None:
    a, b, c, d = ranked.order
    page = open_context(scene.ada, **hand.window).new_page()
    open_item(page, ranked)
    first = page.locator(".answer").first
    hand.do("4", first.get_by_role("button", name="on rank 4"))
    hand.do("Control+Enter", page.get_by_role("button", name="Submit"))
    at_desk(page)

    change(hand, page)
    expect(first.locator("[data-standing]")).to_have_text("rank 4")
    hand.do("1", first.get_by_role("button", name="on rank 1"))
    hand.do("Control+Enter", page.get_by_role("button", name="Save the change"))
    at_desk(page)

    kept = Ranking.objects.order_by("revision").values_list("revision", "tiers")
    assert list(kept) == [(1, [[b], [c], [d], [a]]), (2, [[a], [b], [c], [d]])]


# The lease ----------------------------------------------------------------------


def test_whoever_reads_without_typing_keeps_the_item(page: Page, held: Assignment) -> None:
    page.clock.install()
    open_item(page, held)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url.rpartition("/")[2]))

    page.clock.fast_forward(50_000)
    page.mouse.move(300, 300)
    with page.expect_response("**/extend") as renewed:
        page.clock.fast_forward(15_000)
    page.clock.fast_forward(30_000)
    page.clock.fast_forward(600_000)

    assert renewed.value.status == 200
    assert sent.count("extend") == 1


def test_a_lease_that_ran_out_is_told_without_a_reload_and_the_text_is_kept(
    page: Page, held: Assignment, watch: Watch
) -> None:
    page.clock.install()
    open_item(page, held)
    over = page.get_by_text(
        "The time for this item is over; what you hand in is kept all the same."
    )

    page.clock.fast_forward("01:01:00")
    expect(over).to_be_visible()
    with page.expect_response("**/extend"):
        page.mouse.move(300, 300)
    expect(over).to_be_hidden()
    Assignment.objects.filter(pk=held.pk).update(
        state=AssignmentState.EXPIRED, closed_at="2026-01-01T00:00Z"
    )
    with watch.expecting("409"):
        page.clock.fast_forward(61_000)
        page.mouse.move(310, 310)
        page.clock.fast_forward(16_000)
        expect(over).to_be_visible()
        write(page, "Late, and kept.")
        page.clock.run_for(2000)
        is_saved(page)
        page.keyboard.press("Control+Enter")
        is_next(page)

    assert rows() == ["Late, and kept."]


def test_what_may_be_changed_is_for_everybody(page: Page, done: Assignment) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Handed in lately")).to_be_visible()
    found = seen_by_all(page)
    open_item(page, done)
    found += seen_by_all(page)

    assert found == []
