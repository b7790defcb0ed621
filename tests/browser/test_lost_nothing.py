"""No keystroke is lost, whatever happens to the page, the browser or the server."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import SHUT_RDWR, socket

import psutil
import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from playwright.sync_api import Browser, Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.models import Assignment, Draft, Ranking
from commons.models import User
from tests.browser.conftest import OpenContext, Scene, Watch, session_of
from tests.browser.flags import FLAGS
from tests.browser.leaving import leave
from tests.browser.work import (
    at_desk,
    holds,
    is_saved,
    open_item,
    says,
    write,
)

pytestmark = [pytest.mark.browser, pytest.mark.services]


def test_a_page_that_crashes_before_its_text_is_saved_comes_back_with_it(
    page: Page, held: Assignment
) -> None:
    open_item(page, held)
    page.get_by_label("Your answer").press_sequentially("Half a sen")
    crash(page)
    assert not Draft.objects.exists()

    again = page.context.new_page()
    open_item(again, held)

    holds(again, "Half a sen")
    is_saved(again)
    assert Draft.objects.get().body == {"text": "Half a sen"}


def crash(page: Page) -> None:
    with page.expect_event("crash"), pytest.raises(Error):
        page.goto("chrome://crash")


def test_a_page_that_crashes_before_its_order_is_saved_comes_back_with_it(
    page: Page, ranked: Assignment
) -> None:
    open_item(page, ranked)
    page.keyboard.press("4")
    crash(page)
    assert not Draft.objects.exists()

    again = page.context.new_page()
    open_item(again, ranked)

    expect(again.locator("[data-letter=A] [data-standing]")).to_have_text("rank 4")
    is_saved(again)
    a, b, c, d = ranked.order
    assert Draft.objects.get().body["tiers"] == [[b], [c], [d], [a]]


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
    leave(page)
    server.stop()

    assert Draft.objects.get().body == {"text": "Typed while it was down."}


def test_a_server_that_is_restarted_gets_the_order_that_was_changed_and_handed_in_meanwhile(
    scene: Scene, ranked: Assignment, open_context: OpenContext, watch: Watch
) -> None:
    server = started("localhost")
    page = open_context(scene.ada, base_url=server.url).new_page()
    open_item(page, ranked)
    with watch.expecting("net::ERR_", "htmx:"):
        server.stop()
        page.keyboard.press("4")
        says(page, "offline", "The server cannot be reached")
        server = started(f"localhost:{server.thread.port}")
        is_saved(page)
        server.stop()
        page.keyboard.press("2")
        page.keyboard.press("Control+Enter")
        says(page, "offline", "you may close this page")
        server = started(f"localhost:{server.thread.port}")
        at_desk(page)
    leave(page)
    server.stop()

    a, b, c, d = ranked.order
    assert [each.tiers for each in Ranking.objects.all()] == [[[b], [a], [c], [d]]]


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
