"""All that is said of answers survives a page that crashes, a login that runs out, a server that is
restarted, and a page that is gone before what was handed in could be sent: of four and of two."""

from dataclasses import dataclass

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.models import Assignment, Draft, Ranking
from tests.annotate.asking import called
from tests.browser.conftest import OpenContext, Scene, Watch, session_of
from tests.browser.hands import MOUSE
from tests.browser.intercepting import intercept
from tests.browser.leaving import leave
from tests.browser.test_answers import (
    DOSE,
    DRAWN,
    asking_scene,
    card_of,
    ideal,
    look_at,
    mark,
    point_at,
)
from tests.browser.test_lost_nothing import crash, started
from tests.browser.work import OFFLINE, address, at_desk, is_saved, kept_in, open_item, says

pytestmark = [pytest.mark.browser, pytest.mark.services]

SPAN = {"name": "wrong", "start": 25, "end": 36, "quote": "twice a day", "why": "Once."}
EDITED, REASON = "Take **one** tablet.", "It names the dose."
WHY = "Why did you rank them so?"

OF_FOUR_AND_OF_TWO = pytest.mark.parametrize("scene", [4, 2], indirect=True, ids="K={}".format)


@pytest.fixture
def scene(request: pytest.FixtureRequest, live_server: LiveServer) -> Scene:
    return asking_scene(request.param)


@dataclass(frozen=True)
class Item:
    """Answers in somebody's hands, of which the one about the dose is the best."""

    held: Assignment

    @property
    def dose(self) -> str:
        return called(self.held, DOSE)

    @property
    def is_pair(self) -> bool:
        return len(self.held.order) == 2

    @property
    def better(self) -> str:
        """The key of the cell that says so, where there are two."""
        return "2" if self.held.order[0] == self.dose else "6"

    def rank(self, page: Page) -> None:
        """The dose first, and what is asked of it."""
        if self.is_pair:
            page.keyboard.press(self.better)
        else:
            look_at(page, self.dose)
            page.keyboard.press("4")
            page.keyboard.press("1")
        self.rate(page, 7)
        card_of(page, self.dose).get_by_role("radio", name="Yes").check()

    def rate(self, page: Page, points: int) -> None:
        card_of(page, self.dose).get_by_role("radio", name=str(points)).check()

    def show(self, page: Page) -> None:
        """Evidence, why, and how it should be."""
        point_at(MOUSE, card_of(page, self.dose), "twice a day")
        mark(MOUSE, page, "Wrong", "Once.")
        page.get_by_role("button", name="Edit the best").click()
        ideal(page).fill(EDITED)
        page.get_by_label(WHY).fill(REASON)
        page.keyboard.press("Escape")

    def stands(self, page: Page) -> None:
        """All of it is on the page."""
        card = card_of(page, self.dose)
        if self.is_pair:
            expect(page.locator(f"[data-pair] [data-key='{self.better}']")).to_be_checked()
        else:
            look_at(page, self.dose)
            expect(card.locator("[data-standing]")).to_have_text("rank 1")
        expect(card.get_by_role("radio", name="7")).to_be_checked()
        expect(card.get_by_role("radio", name="Yes")).to_be_checked()
        expect(card.locator("[data-marked] li")).to_contain_text("Once.")
        assert page.evaluate(DRAWN)["mark-0"] == ["twice a day"]
        expect(page.locator("#beside [name=reason]")).to_have_value(REASON)
        expect(page.locator("#beside [name=ideal]")).to_have_value(EDITED)

    def is_saved(self, page: Page) -> None:
        """All of it: on a slow machine a page still says so of what was typed before."""
        is_saved(page)
        for _ in range(100):
            draft = Draft.objects.filter(assignment=self.held).first()
            if draft and draft.body.get("reason") == REASON and draft.body.get("ideal") == EDITED:
                return
            page.wait_for_timeout(100)

    def is_draft(self) -> None:
        """The server has it."""
        body = Draft.objects.get(assignment=self.held).body
        said = {name: body[name] for name in ("answers", "reason", "ideal", "ideal_from")}
        assert body["tiers"][0] == [self.dose]
        assert said == {
            "answers": self.answers(7),
            "reason": REASON,
            "ideal": EDITED,
            "ideal_from": self.dose,
        }

    def is_handed_in(self, points: int = 7) -> None:
        kept = Ranking.objects.get()
        assert kept.ideal is not None
        assert (kept.tiers[0], kept.answers, kept.reason, kept.ideal.text) == (
            [self.dose],
            self.answers(points),
            REASON,
            EDITED,
        )
        if self.is_pair:
            assert kept.strengths == [2]

    def answers(self, points: int) -> dict[str, object]:
        said = {"ratings": {"helpful": points}, "flags": {"harmful": True}, "spans": [SPAN]}
        return {self.dose: said}


@pytest.fixture
def item(scene: Scene) -> Item:
    return Item(scene.hand(Kind.RANK))


def look_again(page: Page) -> None:
    """Whoever comes back to the window need not wait for the next try."""
    page.evaluate("dispatchEvent(new Event('focus'))")


@OF_FOUR_AND_OF_TWO
def test_a_page_that_crashes_before_any_of_it_is_saved_comes_back_with_it(
    page: Page, item: Item, watch: Watch
) -> None:
    open_item(page, item.held)
    intercept(page, "**/draft", lambda route: route.abort())
    with watch.expecting(*OFFLINE):
        item.rank(page)
        item.show(page)
        says(page, "offline", "kept in this browser")
        crash(page)
    assert not Draft.objects.exists()

    again = page.context.new_page()
    open_item(again, item.held)

    item.stands(again)
    item.is_saved(again)
    item.is_draft()


@OF_FOUR_AND_OF_TWO
def test_a_page_that_crashes_after_it_was_saved_is_drawn_with_it(
    page: Page, item: Item, open_context: OpenContext, scene: Scene
) -> None:
    """On another machine, which has no copy of its own."""
    open_item(page, item.held)
    item.rank(page)
    item.show(page)
    item.is_saved(page)
    crash(page)
    item.is_draft()

    elsewhere = open_context(scene.ada).new_page()
    open_item(elsewhere, item.held)

    item.stands(elsewhere)


@OF_FOUR_AND_OF_TWO
def test_a_login_that_runs_out_in_the_middle_loses_none_of_it(
    page: Page, scene: Scene, item: Item, live_server: LiveServer, watch: Watch
) -> None:
    def sign_in() -> None:
        page.context.add_cookies([session_of(scene.ada, live_server.url)])  # type: ignore[list-item]
        look_again(page)  # back from the tab of the sign-in

    open_item(page, item.held)
    item.rank(page)
    is_saved(page)
    with watch.expecting("401", "403"):
        Session.objects.all().delete()
        item.show(page)
        says(page, "signed-out", "Signed out")
        sign_in()
        item.is_saved(page)
        item.is_draft()
        Session.objects.all().delete()
        item.rate(page, 6)
        page.keyboard.press("Control+Enter")
        says(page, "signed-out", "and your answer is sent")
        sign_in()
        at_desk(page)

    item.is_handed_in(points=6)


@OF_FOUR_AND_OF_TWO
def test_a_server_that_is_restarted_gets_all_that_was_said_and_handed_in_meanwhile(
    scene: Scene, item: Item, open_context: OpenContext, watch: Watch
) -> None:
    server = started("localhost")
    page = open_context(scene.ada, base_url=server.url).new_page()
    open_item(page, item.held)
    with watch.expecting("net::ERR_", "htmx:"):
        server.stop()
        item.rank(page)
        item.show(page)
        says(page, "offline", "The server cannot be reached")
        server = started(f"localhost:{server.thread.port}")
        look_again(page)
        item.is_saved(page)
        item.is_draft()
        server.stop()
        item.rate(page, 6)
        page.keyboard.press("Control+Enter")
        says(page, "offline", "you may close this page")
        server = started(f"localhost:{server.thread.port}")
        look_again(page)
        at_desk(page)
    leave(page)
    server.stop()

    item.is_handed_in(points=6)


@OF_FOUR_AND_OF_TWO
def test_what_was_handed_in_by_a_page_that_crashed_then_is_sent_by_the_next(
    page: Page, item: Item, watch: Watch
) -> None:
    open_item(page, item.held)
    with watch.expecting(*OFFLINE):
        intercept(page, "**/*", lambda route: route.abort())
        item.rank(page)
        item.show(page)
        page.keyboard.press("Control+Enter")
        says(page, "offline", "you may close this page")
        crash(page)
    assert not Ranking.objects.exists()

    again = page.context.new_page()
    again.goto(address(item.held))
    at_desk(again)

    item.is_handed_in()
    assert kept_in(again) == []
