"""No keystroke is lost and nothing is handed in twice, whatever happens to the network."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotate.enums import AssignmentState
from annotate.models import Assignment, Demonstration, Draft
from tests.browser.axe import seen_by_all
from tests.browser.conftest import Watch
from tests.browser.intercepting import intercept
from tests.browser.leaving import leave
from tests.browser.work import (
    OFFLINE,
    address,
    at_desk,
    holds,
    is_next,
    is_saved,
    kept_in,
    lose_the_answer,
    open_item,
    rows,
    says,
    write,
)

pytestmark = [pytest.mark.browser, pytest.mark.services]


def test_what_is_typed_and_handed_in_offline_arrives_once_and_leads_on(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "Written in a tunnel.")
        says(page, "offline", "kept in this browser")
        page.keyboard.press("Control+Enter")
        says(page, "offline", "you may close this page")
        page.context.set_offline(False)
        is_next(page)

    assert rows() == ["Written in a tunnel."]
    assert Assignment.objects.filter(state=AssignmentState.OPEN).count() == 1


def test_what_was_handed_in_offline_is_sent_by_the_next_page_of_its_item(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    key = page.locator("#writing [name=key]").input_value()
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "Sent by the page after this one.")
        page.keyboard.press("Control+Enter")
        says(page, "offline", "you may close this page")
        leave(page)  # a failed reload would do as well, but Chromium tries that again by itself
        page.context.set_offline(False)
        again = page.context.new_page()
        again.goto(address(held))
        is_next(again)

    held.refresh_from_db()
    assert rows() == ["Sent by the page after this one."]
    assert str(held.closing_key) == key


def test_what_was_handed_in_offline_is_sent_by_whichever_page_opens_next(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "Sent from the profile.")
        page.keyboard.press("Control+Enter")
        says(page, "offline", "you may close this page")
        leave(page)
    page.context.set_offline(False)

    again = page.context.new_page()
    again.goto(reverse("commons:profile"))

    expect(again.locator("[data-unsent]")).to_contain_text("has arrived")
    assert rows() == ["Sent from the profile."]
    assert not Assignment.objects.filter(state=AssignmentState.OPEN).exists()
    assert kept_in(again) == []


def test_whoever_handed_in_offline_may_go_on_editing(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "Too early.")
        page.keyboard.press("Control+Enter")
        says(page, "offline", "you may close this page")
        expect(page.get_by_label("Your answer")).not_to_be_editable()
        page.get_by_role("button", name="Go on editing").click()
        write(page, "In time.")
        page.context.set_offline(False)
        is_saved(page)
    page.keyboard.press("Control+Enter")
    is_next(page)

    assert rows() == ["In time."]


def test_a_skip_that_was_sent_offline_arrives_once(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        page.get_by_role("button", name="Skip").first.click()
        page.get_by_role("radio", name="Not my field").check()
        page.locator("#skip").get_by_role("button", name="Skip", exact=True).click()
        says(page, "offline", "you may close this page")
        page.context.set_offline(False)
        is_next(page)

    held.refresh_from_db()
    assert (held.state, held.skip_reason) == ("skipped", "not-my-field")


def test_an_answer_that_got_lost_is_asked_for_again_and_there_is_one_row(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    write(page, "Once.")
    is_saved(page)
    intercept(page, "**/write/", lose_the_answer, times=1)
    with watch.expecting(*OFFLINE):
        page.keyboard.press("Control+Enter")
        is_next(page)

    assert rows() == ["Once."]
    assert Assignment.objects.filter(state=AssignmentState.OPEN).count() == 1


def test_a_reload_after_an_answer_that_got_lost_leads_on_and_there_is_one_row(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    write(page, "Once.")
    is_saved(page)
    intercept(page, "**/write/", lose_the_answer, times=1)
    with watch.expecting(*OFFLINE):
        page.keyboard.press("Control+Enter")
        says(page, "offline", "you may close this page")
        page.reload()
        is_next(page)

    assert rows() == ["Once."]


def test_what_arrived_and_was_then_edited_becomes_a_change_of_it(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    write(page, "First.")
    is_saved(page)
    intercept(page, "**/write/", lose_the_answer, times=1)
    with watch.expecting(*OFFLINE, "409"):
        page.keyboard.press("Control+Enter")
        page.get_by_role("button", name="Go on editing").click()
        write(page, "Second.")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("alert")).to_contain_text("save it as a change")
        holds(page, "Second.")
        page.get_by_role("button", name="Save the change").click()
        at_desk(page)

    assert rows() == ["First.", "Second."]
    assert Demonstration.objects.get(current=True).text == "Second."


def test_a_draft_whose_answer_got_lost_is_no_other_tabs_text(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    intercept(page, "**/draft", lose_the_answer, times=1)
    with watch.expecting(*OFFLINE, "409"):
        write(page, "It arrived")
        says(page, "offline", "kept in this browser")
        write(page, "It arrived, and more")
        is_saved(page)

    expect(page.locator("#draft-conflict")).to_be_hidden()
    assert Draft.objects.get().body == {"text": "It arrived, and more"}


def test_an_answer_after_such_a_draft_is_handed_in_without_a_question(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    intercept(page, "**/draft", lose_the_answer, times=1)
    with watch.expecting(*OFFLINE, "409"):
        write(page, "It arrived")
        says(page, "offline", "kept in this browser")
        page.keyboard.type(", and more")
        page.keyboard.press("Control+Enter")
        is_next(page)

    assert rows() == ["It arrived, and more"]


def test_a_page_that_is_gone_before_its_draft_is_answered_blames_no_other_tab(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    intercept(page, "**/draft", lose_the_answer)
    with watch.expecting(*OFFLINE):
        write(page, "It arrived")
        says(page, "offline", "kept in this browser")
        page.keyboard.type(", and more")
        page.close()

    again = page.context.new_page()
    open_item(again, held)

    holds(again, "It arrived, and more")
    is_saved(again)
    expect(again.locator("#draft-conflict")).to_be_hidden()


def test_a_double_click_on_submit_is_one_row_and_takes_one_item(
    page: Page, held: Assignment
) -> None:
    open_item(page, held)
    write(page, "Once.")
    page.get_by_role("button", name="Submit").dblclick()
    is_next(page)

    assert rows() == ["Once."]
    assert Assignment.objects.filter(state=AssignmentState.OPEN).count() == 1


def test_a_server_in_trouble_is_asked_again(page: Page, held: Assignment, watch: Watch) -> None:
    open_item(page, held)
    write(page, "Patience.")
    intercept(page, "**/write/", lambda route: route.fulfill(status=503), times=1)
    with watch.expecting("503"):
        page.keyboard.press("Control+Enter")
        says(page, "offline", "The server has trouble")
        is_next(page)

    assert rows() == ["Patience."]


def test_a_refusal_is_shown_by_the_page_that_says_what_to_do(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    with watch.expecting("422"):
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("alert")).to_contain_text("The answer is empty")
        page.locator("form[data-ready]").wait_for()
        write(page, "Not any more.")
        is_saved(page)
    page.keyboard.press("Control+Enter")
    is_next(page)

    assert rows() == ["Not any more."]


def test_what_is_told_of_an_answer_that_waits_is_for_everybody(
    page: Page, held: Assignment, ranked: Assignment, watch: Watch
) -> None:
    found = []

    for item in (held, ranked):
        page.context.set_offline(False)
        open_item(page, item)
        with watch.expecting(*OFFLINE):
            page.context.set_offline(True)
            if item == held:
                write(page, "Waiting.")
            else:
                page.keyboard.press("4")
            page.keyboard.press("Control+Enter")
            says(page, "offline", "you may close this page")
            found += seen_by_all(page)
            page.get_by_role("button", name="Go on editing").click()

    assert found == []
