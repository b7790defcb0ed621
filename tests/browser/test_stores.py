"""Long texts, full stores, and what is found in them by the pages that come later."""

import pytest
from playwright.sync_api import Page, expect

from annotate.enums import AssignmentState
from annotate.models import Assignment, Draft
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.leaving import leave
from tests.browser.work import (
    OFFLINE,
    at_desk,
    choose,
    is_next,
    is_saved,
    kept_in,
    open_item,
    rows,
    says,
    write,
)

pytestmark = [pytest.mark.browser, pytest.mark.services]

LONG = "Ä long answer. " * 4500  # 72,000 bytes of UTF-8


def test_a_long_text_survives_its_page_and_is_sent_by_the_next(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, LONG)
        leave(page)
    page.context.set_offline(False)
    assert not Draft.objects.exists()

    again = page.context.new_page()
    again.goto("/")
    again.wait_for_load_state("networkidle")

    assert Draft.objects.get().body == {"text": LONG}
    assert kept_in(again) == []


def test_a_long_request_is_measured_in_bytes_before_it_may_outlive_its_page(
    page: Page, held: Assignment
) -> None:
    page.add_init_script(
        """const send = window.fetch; window.lasting = [];
        window.fetch = (url, how) => {
          if (how.method === "PUT") lasting.push(how.keepalive);
          return send(url, how);
        };"""
    )
    open_item(page, held)

    write(page, "short")
    is_saved(page)
    write(page, "Ä" * 40_000)  # 80,000 bytes
    expect(page.locator("[data-saved=changed]")).to_be_visible()
    is_saved(page)

    assert page.evaluate("lasting") == [True, False]


def test_two_texts_of_one_item_are_left_to_its_own_page(
    page: Page, held: Assignment, scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "From the train.")
        says(page, "offline", "kept in this browser")
        leave(page)
    office = open_context(scene.ada).new_page()
    open_item(office, held)
    write(office, "From the office.")
    is_saved(office)

    page.context.set_offline(False)
    again = page.context.new_page()
    with watch.expecting("409"):
        again.goto("/")
        expect(again.locator("[data-unsent]")).to_contain_text("two different texts")
        found = seen_by_all(again)
        again.get_by_role("link", name="Open it").click()
        choice = again.get_by_role("dialog", name="This draft was changed elsewhere")
        expect(choice.locator("[data-mine]")).to_have_text("From the train.")
        expect(choice.locator("[data-theirs]")).to_have_text("From the office.")
        choose(again, "Keep this one")
        is_saved(again)

    assert found == []
    assert Draft.objects.get().body == {"text": "From the train."}
    assert kept_in(again) == []


def test_a_text_whose_item_is_closed_can_still_be_read(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "Nobody wants it any more.")
        says(page, "offline", "kept in this browser")
        leave(page)
    Assignment.objects.update(state=AssignmentState.RELEASED, closed_at="2026-01-01T00:00Z")

    page.context.set_offline(False)
    again = page.context.new_page()
    with watch.expecting("409"):
        again.goto("/")
        again.get_by_text("Show it").click()
        expect(again.locator("[data-unsent] pre")).to_have_text("Nobody wants it any more.")
        found = seen_by_all(again)
        again.get_by_role("button", name="Forget it").click()
        again.reload()
        again.wait_for_load_state("networkidle")

    assert found == []
    expect(again.locator("[data-unsent]")).to_have_count(0)


def test_a_text_for_what_another_machine_has_handed_in_may_become_a_change_of_it(
    page: Page, held: Assignment, scene: Scene, watch: Watch
) -> None:
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "From the train.")
        says(page, "offline", "kept in this browser")
        leave(page)
    submit_demonstration(assignment=held, answer=DemonstrationAnswer("Handed in."), by=scene.ada)

    page.context.set_offline(False)
    again = page.context.new_page()
    with watch.expecting("409"):
        again.goto("/")
        again.get_by_role("link", name="Open it").click()
        choice = again.get_by_role("dialog", name="This draft was changed elsewhere")
        expect(choice.locator("[data-mine]")).to_have_text("From the train.")
        expect(choice.locator("[data-theirs]")).to_have_text("Handed in.")
        choose(again, "Keep this one")
        again.get_by_role("button", name="Save the change").click()
        at_desk(again)

    assert rows() == ["Handed in.", "From the train."]
    assert kept_in(again) == []


def test_a_full_store_is_told_and_tried_again(page: Page, held: Assignment, watch: Watch) -> None:
    open_item(page, held)
    page.evaluate(
        """() => {
          window.keepItem = Storage.prototype.setItem;
          Storage.prototype.setItem = () => { throw new DOMException("", "QuotaExceededError"); };
        }"""
    )

    write(page, "One.")
    says(page, "saved", "this browser’s storage is full")
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "Two.")
        says(page, "offline", "keep this page open")
        page.keyboard.press("Control+Enter")
        says(page, "offline", "Keep this page open: this browser’s storage is full")
        page.evaluate("() => { Storage.prototype.setItem = keepItem; }")
        says(page, "offline", "you may close this page")
        page.context.set_offline(False)
        is_next(page)

    assert rows() == ["Two."]
