"""No keystroke is lost to a login that runs out, and none is sent as somebody else's."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotate.models import Assignment, Draft, Ranking
from tests.browser.conftest import Scene, Watch, session_of
from tests.browser.leaving import leave
from tests.browser.work import (
    OFFLINE,
    at_desk,
    is_next,
    kept_in,
    open_item,
    rows,
    says,
    write,
)

pytestmark = [pytest.mark.browser, pytest.mark.services]


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


def test_a_login_that_runs_out_while_one_ranks_loses_nothing(
    page: Page, scene: Scene, ranked: Assignment, live_server: LiveServer, watch: Watch
) -> None:
    open_item(page, ranked)
    with watch.expecting("401", "403"):
        Session.objects.all().delete()
        page.keyboard.press("4")
        says(page, "signed-out", "Signed out")
        page.keyboard.press("2")
        page.keyboard.press("Control+Enter")
        says(page, "signed-out", "and your answer is sent")
        page.context.add_cookies([session_of(scene.ada, live_server.url)])  # type: ignore[list-item]
        page.evaluate("dispatchEvent(new Event('focus'))")  # back from the tab of the sign-in
        at_desk(page)

    a, b, c, d = ranked.order
    assert [each.tiers for each in Ranking.objects.all()] == [[[b], [a], [c], [d]]]


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
