"""What was left is found again by the next page, and where two texts meet their person chooses."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Error, Page, Route, expect

from annotate.models import Assignment, Draft, Ranking
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.intercepting import intercept
from tests.browser.leaving import leave
from tests.browser.left import (
    choice_in,
    hand_in_and_close,
    is_kept,
    only_notice,
    open_desk,
    reads,
    take_back,
)
from tests.browser.work import (
    OFFLINE,
    address,
    at_desk,
    choose,
    holds,
    is_saved,
    kept_in,
    open_item,
    rows,
    says,
    write,
)

pytestmark = [pytest.mark.browser, pytest.mark.services]


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
        # The first tab stays, without a network for as long: it may ask for what comes next.
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
    intercept(again, "**/draft", hold, times=1)
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


HELD_ANSWER = """
const ask = window.fetch;
window.fetch = async (...asked) => {
  const answer = await ask(...asked);
  if (!String(asked[0]).endsWith("/draft")) return answer;
  const body = await answer.json();
  answer.json = () => body;
  document.documentElement.dataset.answered = "";
  return new Promise((resolve) => { window.releaseAnswer = () => resolve(answer); });
};"""


def test_an_answer_that_comes_at_the_moment_of_a_choice_is_asked_about_once(
    page: Page, held: Assignment, scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    office = open_context(scene.ada).new_page()
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        page.context.set_offline(True)
        write(page, "From before.")
        leave(page)
    page.context.set_offline(False)

    again = page.context.new_page()
    again.add_init_script(HELD_STORE)
    again.add_init_script(HELD_ANSWER)
    again.goto(address(held))
    open_item(office, held)
    write(office, "From the office.")
    is_saved(office)
    with watch.expecting("409"):
        write(again, "Typed meanwhile.")
        again.wait_for_selector("html[data-answered]")
        again.evaluate("releaseStore()")
        choice_in(again, mine="From before.", theirs="Typed meanwhile.")
        methods: list[str] = []
        again.on("request", lambda request: methods.append(request.method))
        again.evaluate(
            """() => {
              const choice = document.getElementById("draft-conflict");
              choice.addEventListener("close", () => queueMicrotask(releaseAnswer), { once: true });
              choice.querySelector("[value=theirs]").click();
            }"""
        )
        choice_in(again, mine="Typed meanwhile.", theirs="From the office.")
        again.wait_for_timeout(300)
        assert "PUT" not in methods, "nothing is saved while a question waits for its answer"


def test_a_copy_that_its_own_tab_has_renewed_meanwhile_is_not_forgotten(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    intercept(page, "**/draft", lambda route: route.abort())
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
    intercept(page, "**/draft", lambda route: route.fulfill(status=409, json=there))
    open_item(page, held)
    with watch.expecting("409"):
        write(page, "From the train.")
        choice_in(page, mine="From the train.", theirs="From the office.")

    expect(page.locator("[data-when]")).to_be_visible(visible=bool(told))
    expect(page.get_by_role("heading", name="The other")).to_contain_text(told)
