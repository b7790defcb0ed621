"""What a page left in its browser is with the server, on the next page or before its person's eyes,
until they say that it may go."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Error, Locator, Page, Route, expect

from annotate.enums import AssignmentState
from annotate.models import Assignment, Draft, Ranking
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.leaving import leave
from tests.browser.work import (
    OFFLINE,
    address,
    at_desk,
    choose,
    holds,
    is_next,
    is_saved,
    kept_in,
    lose_the_answer,
    open_item,
    rows,
    says,
    seen_by_all,
    write,
)

pytestmark = pytest.mark.browser


def hand_in_and_close(page: Page) -> None:
    """Press the keys that hand in, where nobody answers, and go away."""
    page.keyboard.press("Control+Enter")
    says(page, "offline", "you may close this page")
    leave(page)


def take_back(assignment: Assignment) -> None:
    """A lead takes the turn back."""
    Assignment.objects.filter(pk=assignment.pk).update(
        state=AssignmentState.RELEASED, closed_at=timezone.now()
    )


def end_edit_time(assignment: Assignment) -> None:
    """An hour and a minute have passed."""
    Assignment.objects.filter(pk=assignment.pk).update(
        closed_at=timezone.now() - timedelta(minutes=61)
    )


def open_desk(page: Page) -> Page:
    """Another window of the same browser, with a connection."""
    page.context.set_offline(False)
    desk = page.context.new_page()
    desk.goto("/")
    return desk


def only_notice(page: Page, says_so: str) -> Locator:
    notice = page.locator("[data-unsent] .notice")
    expect(notice).to_have_count(1)
    expect(notice).to_contain_text(says_so)
    return notice


def reads(notice: Locator, text: str) -> None:
    """The text itself can be read, and copied from there."""
    notice.get_by_text("Show it").click()
    expect(notice.locator("pre")).to_be_visible()
    expect(notice.locator("pre")).to_have_text(text)


def choice_in(page: Page, *, mine: str, theirs: str) -> None:
    choice = page.get_by_role("dialog", name="This draft was changed elsewhere")
    expect(choice.locator("[data-mine]")).to_have_text(mine)
    expect(choice.locator("[data-theirs]")).to_have_text(theirs)


def is_kept(page: Page, text: str) -> None:
    """The server has exactly this, and the browser nothing more."""
    for _ in range(50):
        if [each.body for each in Draft.objects.all()] == [{"text": text}] and not kept_in(page):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{list(Draft.objects.values('body'))} and {kept_in(page)} after five seconds")


# Refused -------------------------------------------------------------------------


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
    page.route("**/draft", lambda route: route.fulfill(status=403, json={"detail": "Not for you."}))
    page.route("**/write/", forbid_to_send)
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
    page.route("**/draft", lambda route: route.fulfill(status=403, json=missing))
    open_item(page, held)
    with watch.expecting("403"):
        write(page, "Kept.")
        says(page, "signed-out", "Signed out")
        page.context.clear_cookies(name="csrftoken")
        page.keyboard.press("Control+Enter")
        says(page, "signed-out", "and your answer is sent")
        is_next(page)

    assert rows() == ["Kept."]


# Left, and found again ------------------------------------------------------------


def test_of_two_texts_that_were_left_the_chosen_one_is_saved(
    page: Page, held: Assignment, watch: Watch
) -> None:
    other = page.context.new_page()
    open_item(page, held)
    open_item(other, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "From the first tab.")
        write(other, "From the second.")
        leave(page)
        leave(other)
    page.context.set_offline(False)

    again = page.context.new_page()
    open_item(again, held)
    choice_in(again, mine="From the second.", theirs="From the first tab.")
    choose(again, "Take the other")

    holds(again, "From the first tab.")
    is_saved(again)
    is_kept(again, "From the first tab.")


HELD_STORE = """
const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (...asked) {
  const request = {};
  window.releaseStore = () => {
    const real = open.apply(this, asked);
    for (const event of ["onupgradeneeded", "onsuccess", "onerror"]) {
      real[event] = () => { request.result = real.result; request[event](); };
    }
  };
  return request;
};"""


def test_what_is_typed_before_the_browsers_own_copy_is_found_is_not_lost_to_it(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "From before.")
        leave(page)
    page.context.set_offline(False)

    again = page.context.new_page()
    again.add_init_script(HELD_STORE)
    again.goto(address(held))
    write(again, "Typed meanwhile.")
    again.evaluate("releaseStore()")
    choice_in(again, mine="From before.", theirs="Typed meanwhile.")
    choose(again, "Take the other")

    is_saved(again)
    is_kept(again, "Typed meanwhile.")


def test_a_refused_text_is_not_lost_to_one_that_another_tab_left(
    page: Page, held: Assignment, scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    other, office = page.context.new_page(), open_context(scene.ada).new_page()
    open_item(page, held)
    open_item(other, held)
    with watch.expecting(*OFFLINE):
        other.context.set_offline(True)
        write(other, "Left by the other tab.")
        leave(other)
    open_item(office, held)
    write(office, "From the office.")
    is_saved(office)

    page.context.set_offline(False)
    with watch.expecting("409"):
        write(page, "Handed in here.")
        page.keyboard.press("Control+Enter")
        choice_in(page, mine="Left by the other tab.", theirs="Handed in here.")
        choose(page, "Take the other")
        choice_in(page, mine="Handed in here.", theirs="From the office.")
        choose(page, "Keep this one")
        is_saved(page)

    is_kept(page, "Handed in here.")


def test_one_choice_waits_for_another(
    page: Page, held: Assignment, scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    office = open_context(scene.ada).new_page()
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "From before.")
        leave(page)
    page.context.set_offline(False)
    on_its_way: list[Route] = []

    def hold(route: Route) -> None:
        on_its_way.append(route)

    again = page.context.new_page()
    again.add_init_script(HELD_STORE)
    again.route("**/draft", hold, times=1)
    again.goto(address(held))
    open_item(office, held)
    write(office, "From the office.")
    is_saved(office)
    with watch.expecting("409"):
        with again.expect_request("**/draft"):
            write(again, "Typed meanwhile.")
        again.evaluate("releaseStore()")
        choice_in(again, mine="From before.", theirs="Typed meanwhile.")
        with again.expect_response("**/draft"):
            on_its_way[0].continue_()
        choice_in(again, mine="From before.", theirs="Typed meanwhile.")
        choose(again, "Take the other")
        choice_in(again, mine="Typed meanwhile.", theirs="From the office.")
        choose(again, "Keep this one")
        is_saved(again)

    is_kept(again, "Typed meanwhile.")


def test_a_copy_that_its_own_tab_has_renewed_meanwhile_is_not_forgotten(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    page.route("**/draft", lambda route: route.abort())
    with watch.expecting(*OFFLINE):
        write(page, "Half.")
        says(page, "offline", "kept in this browser")
        Draft.objects.create(assignment=held, body={"text": "From the office."})
        other = page.context.new_page()
        open_item(other, held)
        choice_in(other, mine="Half.", theirs="From the office.")
        write(page, "Half, and the rest.")
        with page.expect_event("crash"), pytest.raises(Error):
            page.goto("chrome://crash")
        choose(other, "Take the other")
        says(other, "saved", "Took the other text")

    again = page.context.new_page()
    open_item(again, held)
    choice_in(again, mine="Half, and the rest.", theirs="From the office.")


def test_a_store_that_answers_too_late_keeps_the_newer_text(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "Old.")
        older = page.evaluate(
            "Object.entries(localStorage).find(([name]) => name.includes('draft'))"
        )
        write(page, "New.")
        page.wait_for_timeout(500)  # the second store is on the disk
        leave(page)
    page.context.set_offline(False)

    again = page.context.new_page()
    again.clock.install()
    again.add_init_script(HELD_STORE)
    again.add_init_script(f"localStorage.setItem(...{older!r});")
    again.goto(address(held))
    again.wait_for_function("'releaseStore' in window")
    again.clock.run_for(10_500)
    holds(again, "Old.")
    again.evaluate("releaseStore()")
    again.clock.run_for(3000)
    is_saved(again)
    again.close()

    last = page.context.new_page()
    open_item(last, held)
    choice_in(last, mine="New.", theirs="Old.")


def test_no_text_is_thrown_away_for_its_age(page: Page, held: Assignment, watch: Watch) -> None:
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "Written long ago.")
        says(page, "offline", "kept in this browser")
        leave(page)
    take_back(held)

    page.context.set_offline(False)
    later = page.context.new_page()
    later.clock.install(time=timezone.now() + timedelta(days=400))
    with watch.expecting("409"):
        later.goto("/")
        reads(only_notice(later, "could not be kept"), "Written long ago.")


# Two tabs --------------------------------------------------------------------------


def test_two_tabs_that_hand_in_one_item_offline_lose_neither_text(
    page: Page, held: Assignment, watch: Watch
) -> None:
    other = page.context.new_page()
    open_item(page, held)
    write(page, "From the first tab.")
    is_saved(page)
    open_item(other, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        hand_in_and_close(page)
        write(other, "From the second.")
        hand_in_and_close(other)

    with watch.expecting("409"):
        desk = open_desk(page)
        notices = desk.locator("[data-unsent] .notice")
        expect(notices).to_have_count(2)
        expect(notices.first).to_contain_text("has arrived")
        reads(notices.last, "From the second.")
        notices.last.get_by_role("link", name="Open it").click()
        expect(desk.get_by_role("alert")).to_contain_text("save it as a change")
        holds(desk, "From the second.")
        desk.get_by_role("button", name="Save the change").click()
        at_desk(desk)

    assert rows() == ["From the first tab.", "From the second."]
    assert kept_in(desk) == []


def test_an_order_that_once_stood_here_may_be_another_tabs_by_now(
    page: Page, ranked: Assignment, watch: Watch
) -> None:
    a, b, c, d = ranked.order
    other = page.context.new_page()
    open_item(page, ranked)
    page.keyboard.press("2")
    is_saved(page)
    page.keyboard.press("3")
    saves(page, ranked, [[b], [c], [a], [d]])
    open_item(other, ranked)
    other.bring_to_front()
    other.keyboard.press("2")
    saves(other, ranked, [[b], [a], [c], [d]])

    with watch.expecting("409"):
        page.bring_to_front()
        page.keyboard.press("4")
        choice = page.get_by_role("dialog", name="This draft was changed elsewhere")
        expect(choice.locator("[data-mine]")).to_contain_text("A: rank 4")
        expect(choice.locator("[data-theirs]")).to_contain_text("A: rank 2")
        choose(page, "Take the other")

    assert Draft.objects.get().body["tiers"] == [[b], [a], [c], [d]]
    assert not Ranking.objects.exists()


def saves(page: Page, ranked: Assignment, tiers: list[list[str]]) -> None:
    for _ in range(50):
        if Draft.objects.filter(assignment=ranked, body__tiers=tiers).exists():
            return is_saved(page)
        page.wait_for_timeout(100)
    pytest.fail(f"{Draft.objects.get().body} is kept still")


@pytest.mark.parametrize(
    ("saved_at", "told"), [("2026-01-02T10:20:30Z", "saved at Jan 2, 2026"), (None, "")]
)
def test_the_choice_says_when_the_other_text_was_saved_where_that_is_known(
    page: Page, held: Assignment, watch: Watch, saved_at: str | None, told: str
) -> None:
    there = {"version": 7, "content": {"text": "From the office."}, "saved_at": saved_at}
    page.route("**/draft", lambda route: route.fulfill(status=409, json=there))
    open_item(page, held)
    with watch.expecting("409"):
        write(page, "From the train.")
        choice_in(page, mine="From the train.", theirs="From the office.")

    expect(page.locator("[data-when]")).to_be_visible(visible=bool(told))
    expect(page.get_by_role("heading", name="The other")).to_contain_text(told)


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
    page.route("**/draft", stay_on_the_way, times=1)
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
    page.route("**/draft", lose_the_answer, times=1)
    with watch.expecting(*OFFLINE, "409"):
        write(page, "Not meant.")
        says(page, "offline", "kept in this browser")
        write(page, "Meant.")
        is_saved(page)

    is_kept(page, "Meant.")
