"""No keystroke is lost and nothing is handed in twice, whatever happens to the page, the browser,
the server, the network or the login."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import SHUT_RDWR, socket

import psutil
import pytest
from django.contrib.sessions.models import Session
from django.core.servers.basehttp import ThreadedWSGIServer
from django.urls import reverse
from playwright.sync_api import Browser, Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import AssignmentState
from annotate.models import Assignment, Demonstration, Draft, Ranking
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from commons.models import User
from tests.browser.conftest import FLAGS, OpenContext, Scene, Watch, session_of
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

LONG = "Ä long answer. " * 4500  # 72,000 bytes of UTF-8


# The page, the browser, the server ---------------------------------------------


def test_a_page_that_crashes_before_its_text_is_saved_comes_back_with_it(
    page: Page, held: Assignment
) -> None:
    open_item(page, held)
    page.get_by_label("Your answer").press_sequentially("Half a sen")
    with page.expect_event("crash"), pytest.raises(Error):
        page.goto("chrome://crash")
    assert not Draft.objects.exists()

    again = page.context.new_page()
    open_item(again, held)

    holds(again, "Half a sen")
    is_saved(again)
    assert Draft.objects.get().body == {"text": "Half a sen"}


def test_a_browser_that_is_killed_without_a_connection_comes_back_with_the_text(
    browser: Browser,
    chromium: Path,
    scene: Scene,
    held: Assignment,
    live_server: LiveServer,
    tmp_path: Path,
) -> None:
    with window(browser, chromium, tmp_path, scene.ada, live_server) as page:
        open_item(page, held)
        write(page, "Written first. ")  # the first is on the disk soon, what follows is not
        page.wait_for_timeout(6000)
        page.context.set_offline(True)
        page.keyboard.type("Then the rest.")
        is_on_disk(page, "Written first. Then the rest.")
        kill_all_of(tmp_path)
    Draft.objects.all().delete()

    with window(browser, chromium, tmp_path, scene.ada, live_server) as page:
        open_item(page, held)
        holds(page, "Written first. Then the rest.")


@contextmanager
def window(
    browser: Browser, chromium: Path, folder: Path, person: User, server: LiveServer
) -> Iterator[Page]:
    """A window of a browser whose folder outlives it."""
    for lock in folder.glob("Singleton*"):
        lock.unlink()
    opened = browser.browser_type.launch_persistent_context(
        folder, executable_path=chromium, args=FLAGS, base_url=server.url
    )
    opened.add_cookies([session_of(person, server.url)])  # type: ignore[list-item]
    yield opened.new_page()
    with suppress(Error):  # it may have been killed
        opened.close()


def kill_all_of(folder: Path) -> None:
    """Kill every process of the browser that has this folder, all at once."""
    ours = [each for each in psutil.process_iter(["cmdline"]) if runs_in(each, folder)]
    for each in ours:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    psutil.wait_procs(ours)


def runs_in(process: psutil.Process, folder: Path) -> bool:
    return any(str(folder) in word for word in process.info["cmdline"] or [])


def is_on_disk(page: Page, text: str) -> None:
    """The second store of the browser has it: some milliseconds after it was typed."""
    for _ in range(20):
        if text in page.evaluate(ON_DISK):
            return
        page.wait_for_timeout(50)
    pytest.fail("the text did not reach the disk within a second")


ON_DISK = """() => new Promise((resolve) => {
  indexedDB.open("laurel").onsuccess = ({ target: { result } }) => {
    const all = result.transaction("copies").objectStore("copies").getAll();
    all.onsuccess = () => {
      result.close();
      resolve(all.result.map((each) => each.content?.text));
    };
  };
})"""


class EndingServer(ThreadedWSGIServer):
    """A server that hangs up when it ends, as a process does, and may begin again at its port."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.calls: list[socket] = []
        super().__init__(*args, **kwargs | {"allow_reuse_address": True})

    def get_request(self) -> tuple[socket, object]:
        call, caller = super().get_request()
        self.calls.append(call)
        return call, caller

    def server_close(self) -> None:
        for call in self.calls:
            with suppress(OSError):  # the browser has hung up already
                call.shutdown(SHUT_RDWR)
        super().server_close()


def started(at: str) -> LiveServer:
    server = LiveServer(at, start=False)
    server.thread.server_class = EndingServer
    server.start()
    return server


def test_a_server_that_is_restarted_gets_what_was_typed_meanwhile(
    scene: Scene, held: Assignment, open_context: OpenContext, watch: Watch
) -> None:
    server = started("localhost")
    page = open_context(scene.ada, base_url=server.url).new_page()
    open_item(page, held)
    with watch.expecting("net::ERR_", "htmx:"):
        server.stop()
        write(page, "Typed while it was down.")
        says(page, "offline", "The server cannot be reached")
        server = started(f"localhost:{server.thread.port}")
        is_saved(page)
    server.stop()

    assert Draft.objects.get().body == {"text": "Typed while it was down."}


def test_a_pause_of_three_seconds_is_enough_for_a_draft(page: Page, held: Assignment) -> None:
    page.clock.install()
    open_item(page, held)
    write(page, "A thought.")

    with page.expect_response("**/draft") as saved:
        page.clock.run_for(3000)

    assert saved.value.status == 200
    assert Draft.objects.get().body == {"text": "A thought."}


def test_who_leaves_the_text_need_not_pause(page: Page, held: Assignment) -> None:
    page.clock.install()
    open_item(page, held)
    write(page, "A thought.")

    with page.expect_response("**/draft") as saved:
        page.get_by_role("link", name="Laurel", exact=True).focus()

    assert saved.value.status == 200


# The network --------------------------------------------------------------------


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
    page.route("**/write/", lose_the_answer, times=1)
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
    page.route("**/write/", lose_the_answer, times=1)
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
    page.route("**/write/", lose_the_answer, times=1)
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
    page.route("**/draft", lose_the_answer, times=1)
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
    page.route("**/draft", lose_the_answer, times=1)
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
    page.route("**/draft", lose_the_answer)
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
    page.route("**/write/", lambda route: route.fulfill(status=503), times=1)
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


# The login ----------------------------------------------------------------------


def test_a_login_that_runs_out_while_one_writes_loses_nothing(
    page: Page, held: Assignment, watch: Watch
) -> None:
    open_item(page, held)
    with watch.expecting("401", "403"):
        Session.objects.all().delete()
        with page.expect_response("**/preview/"):
            write(page, "Typed while")
        says(page, "signed-out", "Signed out")
        page.keyboard.type(" signed out.")
        page.keyboard.press("Control+Enter")
        says(page, "signed-out", "and your answer is sent")
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Sign in").click()
        door = opened.value
        door.get_by_label("Username").fill("ada")
        door.get_by_label("Password").fill("opensesame")
        door.get_by_role("button", name="Sign in").click()
        at_desk(door)
        page.bring_to_front()
        is_next(page)

    assert rows() == ["Typed while signed out."]


def test_what_one_person_left_is_not_sent_as_anothers(
    page: Page, scene: Scene, held: Assignment, live_server: LiveServer, watch: Watch
) -> None:
    context = page.context
    open_item(page, held)
    with watch.expecting(*OFFLINE):
        context.set_offline(True)
        write(page, "Ada’s.")
        says(page, "offline", "kept in this browser")
        leave(page)
    context.set_offline(False)
    context.clear_cookies()
    context.add_cookies([session_of(scene.lead, live_server.url)])  # type: ignore[list-item]

    other = context.new_page()
    sent: list[str] = []
    other.on("request", lambda request: sent.append(request.method))
    other.goto("/")
    other.wait_for_load_state("networkidle")

    assert set(sent) == {"GET"}
    assert kept_in(other) == ["draft"]
    assert not Draft.objects.exists()


# Two tabs -----------------------------------------------------------------------


def test_two_tabs_of_a_text_are_settled_by_keys(page: Page, held: Assignment, watch: Watch) -> None:
    other = page.context.new_page()
    open_item(page, held)
    open_item(other, held)
    write(page, "From the first tab.")
    is_saved(page)

    with watch.expecting("409"):
        other.bring_to_front()
        write(other, "From the second.")
        choice = other.get_by_role("dialog", name="This draft was changed elsewhere")
        expect(choice.locator("[data-mine]")).to_have_text("From the second.")
        expect(choice.locator("[data-theirs]")).to_have_text("From the first tab.")
        other.keyboard.press("Escape")
        other.keyboard.press("Escape")
        expect(choice).to_be_visible()
        choose(other, "Keep this one")
        is_saved(other)
    other.keyboard.press("Control+Enter")
    is_next(other)

    assert rows() == ["From the second."]


def test_a_text_that_is_handed_in_over_another_tabs_is_settled_first(
    page: Page, held: Assignment, watch: Watch
) -> None:
    other = page.context.new_page()
    open_item(page, held)
    open_item(other, held)
    write(page, "From the first tab.")
    is_saved(page)

    with watch.expecting("409"):
        other.bring_to_front()
        write(other, "From the second.")
        other.keyboard.press("Control+Enter")
        choice = other.get_by_role("dialog", name="This draft was changed elsewhere")
        expect(choice.locator("[data-mine]")).to_have_text("From the second.")
        expect(choice.locator("[data-theirs]")).to_have_text("From the first tab.")
        choose(other, "Take the other")
        holds(other, "From the first tab.")
    other.keyboard.press("Control+Enter")
    is_next(other)

    assert rows() == ["From the first tab."]


def test_an_order_that_is_handed_in_over_another_tabs_is_settled_first(
    page: Page, ranked: Assignment, watch: Watch
) -> None:
    a, b, c, d = ranked.order
    other = page.context.new_page()
    open_item(page, ranked)
    open_item(other, ranked)
    page.bring_to_front()
    page.keyboard.press("2")
    is_saved(page)

    with watch.expecting("409"):
        other.bring_to_front()
        other.keyboard.press("4")
        other.keyboard.press("Control+Enter")
        choice = other.get_by_role("dialog", name="This draft was changed elsewhere")
        expect(choice.locator("[data-mine]")).to_contain_text("A: rank 4")
        expect(choice.locator("[data-theirs]")).to_contain_text("A: rank 2")
        choose(other, "Keep this one")
        is_saved(other)
    other.keyboard.press("Control+Enter")
    at_desk(other)

    assert Ranking.objects.get().tiers == [[b], [c], [d], [a]]


def test_without_scripts_both_texts_stand_side_by_side(
    page: Page, held: Assignment, scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    plain = open_context(scene.ada, java_script_enabled=False).new_page()
    plain.goto(address(held))
    open_item(page, held)
    write(page, "With scripts.")
    is_saved(page)

    write(plain, "Without.")
    with watch.expecting("409"):
        plain.get_by_role("button", name="Submit").click()
        both = [each.text_content() for each in plain.locator("[data-other-draft] pre").all()]
    plain.get_by_role("button", name="Submit").click()
    is_next(plain)

    assert both == ["Without.", "With scripts."]
    assert rows() == ["Without."]


# Long texts and full stores -----------------------------------------------------


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


# After handing in ---------------------------------------------------------------


def test_an_answer_is_changed_from_the_desk(page: Page, done: Assignment) -> None:
    page.goto("/")
    page.get_by_role("link", name="Change:").click()
    expect(page.locator(".work-bar")).to_contain_text(
        re.compile(r"You handed this in at \S+ .*you may change it until")
    )
    holds(page, "First.")

    write(page, "Second.")
    says(page, "changed", "Kept in this browser until you save the change")
    page.keyboard.press("Control+Enter")
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


def test_an_order_is_changed_after_it_was_handed_in(page: Page, ranked: Assignment) -> None:
    a, b, c, d = ranked.order
    open_item(page, ranked)
    page.keyboard.press("4")
    page.keyboard.press("Control+Enter")
    at_desk(page)

    page.get_by_role("link", name="Change:").click()
    page.locator("form[data-ready]").wait_for()
    expect(page.locator(".answer").first.locator("[data-standing]")).to_have_text("rank 4")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
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


# For everybody ------------------------------------------------------------------


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


def test_what_may_be_changed_is_for_everybody(page: Page, done: Assignment) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Handed in lately")).to_be_visible()
    found = seen_by_all(page)
    open_item(page, done)
    found += seen_by_all(page)

    assert found == []


def test_a_choice_between_two_texts_is_for_everybody(
    page: Page, held: Assignment, scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    other = open_context(scene.ada).new_page()
    open_item(page, held)
    open_item(other, held)
    write(page, "One.")
    is_saved(page)
    with watch.expecting("409"):
        write(other, "Two.")
        other.keyboard.press("Control+Enter")
        other.get_by_role("dialog", name="This draft was changed elsewhere").wait_for()
        found = seen_by_all(other)
        other.get_by_role("button", name="Keep this one").click()
        is_saved(other)

    assert found == []
