"""What a page left in its browser is with the server, on the next page or before its person's eyes,
until they say that it may go."""

import pytest
from playwright.sync_api import Page, Route, expect

from annotate.models import Assignment
from tests.browser.axe import seen_by_all
from tests.browser.conftest import Watch
from tests.browser.intercepting import intercept
from tests.browser.leaving import leave
from tests.browser.left import (
    end_edit_time,
    hand_in_and_close,
    is_kept,
    only_notice,
    open_desk,
    reads,
    take_back,
)
from tests.browser.work import (
    OFFLINE,
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


def test_a_text_that_was_handed_in_offline_for_a_closed_item_can_still_be_read(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "Handed in too late.")
        hand_in_and_close(page)
    take_back(held)

    with watch.expecting("409", "404"):
        desk = open_desk(page)
        reads(only_notice(desk, "was not accepted"), "Handed in too late.")
        found = seen_by_all(desk)
        desk.get_by_role("link", name="Open it").click()
        at_desk(desk)
        only_notice(desk, "was not accepted").get_by_role("button", name="Forget it").click()
        expect(desk.locator("[data-unsent] .notice")).to_have_count(0)

    assert found == []
    assert kept_in(desk) == []
    assert rows() == []


def test_an_order_that_was_handed_in_offline_for_a_closed_item_can_still_be_read(
    page: Page, ranked: Assignment, watch: Watch
) -> None:
    open_item(page, ranked)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        page.keyboard.press("4")
        hand_in_and_close(page)
    take_back(ranked)

    with watch.expecting("409", "404"):
        notice = only_notice(open_desk(page), "was not accepted")
        reads(notice, "A: rank 4\nB: rank 1\nC: rank 2\nD: rank 3")


def test_a_change_that_arrives_after_its_time_can_still_be_read(
    page: Page, done: Assignment, watch: Watch
) -> None:
    open_item(page, done)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "Second.")
        hand_in_and_close(page)
    end_edit_time(done)

    with watch.expecting("409"):
        desk = open_desk(page)
        notice = only_notice(desk, "was not accepted")
        reads(notice, "Second.")
        notice.get_by_role("button", name="Forget it").click()
        expect(notice).to_have_count(0)

    assert kept_in(desk) == []
    assert rows() == ["First."]


def test_a_note_to_a_skip_that_is_refused_can_still_be_read(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        page.get_by_role("button", name="Skip").first.click()
        page.get_by_role("radio", name="Not my field").check()
        page.get_by_label("Anything that helps").fill("Ask a cardiologist.")
        page.locator("#skip").get_by_role("button", name="Skip", exact=True).click()
        says(page, "offline", "you may close this page")
        leave(page)
    take_back(held)

    desk = open_desk(page)
    desk.wait_for_load_state("networkidle")
    desk.reload()
    notice = only_notice(desk, "Your skip was not accepted")
    reads(notice, "Ask a cardiologist.")
    notice.get_by_role("button", name="Forget it").click()

    assert kept_in(desk) == []


def test_a_change_that_was_never_saved_can_be_read_after_its_time(
    page: Page, done: Assignment
) -> None:
    open_item(page, done)
    write(page, "Second.")
    page.close()

    desk = open_desk(page)
    only_notice(desk, "have not saved the change").get_by_role("link", name="Open it").click()
    holds(desk, "Second.")
    desk.close()
    end_edit_time(done)
    desk = open_desk(page)
    notice = only_notice(desk, "have not saved the change")
    reads(notice, "Second.")
    notice.get_by_role("button", name="Forget it").click()
    expect(notice).to_have_count(0)

    assert kept_in(desk) == []
    assert rows() == ["First."]


def test_a_change_that_was_taken_back_leaves_nothing(page: Page, done: Assignment) -> None:
    open_item(page, done)
    write(page, "Second.")
    says(page, "changed", "Kept in this browser")
    write(page, "First.")
    expect(page.locator("[data-saved=none]")).to_be_attached()

    assert kept_in(page) == []


def test_what_is_forbidden_is_told_in_words_and_not_taken_for_signed_out(
    page: Page, held: Assignment, watch: Watch
) -> None:
    intercept(
        page, "**/draft", lambda route: route.fulfill(status=403, json={"detail": "Not for you."})
    )
    intercept(page, "**/write/", forbid_to_send)
    open_item(page, held)
    with watch.expecting("403"):
        write(page, "Kept.")
        says(page, "refused", "Not for you. Your text is kept in this browser")
        page.keyboard.press("Control+Enter")
        only_notice(page, "You are not allowed to do this")

    holds(page, "Kept.")
    assert kept_in(page) == ["draft"]


def forbid_to_send(route: Route) -> None:
    if route.request.method == "POST":
        route.fulfill(status=403, body="<h1>Not allowed</h1>", content_type="text/html")
    else:
        route.continue_()


def test_a_token_that_is_missing_is_no_refusal(page: Page, held: Assignment, watch: Watch) -> None:
    missing = {"detail": "CSRF Failed: CSRF cookie not set."}
    intercept(page, "**/draft", lambda route: route.fulfill(status=403, json=missing))
    open_item(page, held)
    with watch.expecting("403"):
        write(page, "Kept.")
        says(page, "signed-out", "Signed out")
        page.context.clear_cookies(name="csrftoken")
        page.keyboard.press("Control+Enter")
        says(page, "signed-out", "and your answer is sent")
        is_next(page)

    assert rows() == ["Kept."]


# Leaving the page -------------------------------------------------------------------


def test_who_leaves_right_after_typing_leaves_the_newest_text_with_the_server(
    page: Page, held: Assignment
) -> None:
    open_item(page, held)
    write(page, "Typed and gone.")
    page.goto("/")

    is_kept(page, "Typed and gone.")


@pytest.mark.parametrize("arrives", [True, False])
def test_who_leaves_while_a_draft_is_on_its_way_leaves_the_newest_text_with_the_server(
    page: Page, held: Assignment, watch: Watch, arrives: bool
) -> None:
    def stay_on_the_way(route: Route) -> None:
        if arrives:
            route.fetch()

    open_item(page, held)
    intercept(page, "**/draft", stay_on_the_way, times=1)
    with watch.expecting(*OFFLINE, "409"):
        with page.expect_request("**/draft"):
            write(page, "On its way")
        page.keyboard.type(", and more.")
        page.goto("/")
        is_kept(page, "On its way, and more.")


def test_a_text_that_was_taken_back_after_an_answer_got_lost_is_saved_again(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    write(page, "Meant.")
    is_saved(page)
    intercept(page, "**/draft", lose_the_answer, times=1)
    with watch.expecting(*OFFLINE, "409"):
        write(page, "Not meant.")
        says(page, "offline", "kept in this browser")
        write(page, "Meant.")
        is_saved(page)

    is_kept(page, "Meant.")
