"""A correction in the making survives a page that crashes, a login that runs out and a server that
is restarted: of an order, of a pair and of a text."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Decision, Kind, Role
from annotate.models import Review, ReviewDraft
from annotate.services.campaign import Work
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.reviewing import find_reviews
from commons.models import User
from tests.browser.conftest import OpenContext, Watch, make_scene, session_of
from tests.browser.intercepting import intercept
from tests.browser.leaving import leave
from tests.browser.test_answers_kept import look_again
from tests.browser.test_lost_nothing import crash, started
from tests.browser.test_review import join, open_review, rank
from tests.browser.test_review_draft import AWAY, note_at, says
from tests.browser.texts import ANSWERS
from tests.browser.work import kept_in

pytestmark = [pytest.mark.browser, pytest.mark.services]

NOTE, TEXT = "Read the table again.", "The *dose*. Once a day."
DRAFT = "**/review/*/draft/"


@dataclass(frozen=True)
class Case:
    """Something to be reviewed, by whom, and what they make of it."""

    review: Review
    iris: User
    correct: Callable[[Page], None]
    stands: Callable[[Page], None]

    def write(self, page: Page) -> None:
        """What should stand instead, a reason, a note to the first."""
        page.keyboard.press("c")
        self.correct(page)
        page.get_by_label("Reason").select_option("factual")
        page.locator("[data-version] textarea").first.fill(NOTE)

    def is_there(self, page: Page) -> None:
        expect(page.locator("#review")).to_have_attribute("data-decision", "correct")
        expect(page.locator("[name=reason]")).to_have_value("factual")
        assert note_at(page, 0) == NOTE
        self.stands(page)

    def is_draft(self) -> None:
        body = ReviewDraft.objects.get().body
        assert (body["decision"], body["reason"]) == ("correct", "factual")
        assert list(body["notes"].values()) == [NOTE]

    def is_decided(self) -> None:
        self.review.refresh_from_db()
        assert (self.review.decision, self.review.reason) == (Decision.CORRECT, "factual")


def of_orders(answers: int) -> Callable[[], Case]:
    def make() -> Case:
        works = [Work(Kind.RANK, answers=answers, wanted=2, reviewed_share=1)]
        scene = make_scene(works, ANSWERS[:answers])
        task = rank(scene, "abcd"[:answers], scene.ada)
        rank(scene, "dcba"[-answers:], join(scene, "grace"))
        find_reviews()
        review = Review.objects.get(task=task)
        iris = join(scene, "iris", Role.REVIEWER)
        if answers == 2:
            return Case(review, iris, choose_b, b_is_chosen)
        return Case(review, iris, put_a_last, a_is_last)

    return make


def of_a_text() -> Case:
    scene = make_scene([Work(Kind.DEMONSTRATE, reviewed_share=1)])
    turn = scene.hand(Kind.DEMONSTRATE)
    submit_demonstration(assignment=turn, answer=DemonstrationAnswer("The *dose*."), by=scene.ada)
    find_reviews()
    return Case(Review.objects.get(), join(scene, "iris", Role.REVIEWER), add_words, words_stand)


def choose_b(page: Page) -> None:
    page.keyboard.press("6")


def b_is_chosen(page: Page) -> None:
    expect(page.locator("[data-pair] [data-key='6']")).to_be_checked()


def put_a_last(page: Page) -> None:
    page.keyboard.press("4")


def a_is_last(page: Page) -> None:
    expect(page.locator("[data-letter=A] [data-standing]")).to_have_text("rank 4")


def add_words(page: Page) -> None:
    page.get_by_role("textbox", name="What should stand instead").fill(TEXT)


def words_stand(page: Page) -> None:
    expect(page.get_by_role("textbox", name="What should stand instead")).to_have_value(TEXT)


@pytest.fixture(params=[of_orders(4), of_orders(2), of_a_text], ids=["order", "pair", "text"])
def case(request: pytest.FixtureRequest, live_server: LiveServer) -> Case:
    made: Case = request.param()
    return made


@pytest.fixture
def page(case: Case, open_context: OpenContext) -> Page:
    return open_context(case.iris).new_page()


def test_a_page_that_crashes_before_its_correction_is_saved_comes_back_with_it(
    page: Page, case: Case, watch: Watch
) -> None:
    open_review(page, case.review)
    intercept(page, DRAFT, lambda route: route.abort())
    with watch.expecting(*AWAY):
        case.write(page)
        says(page, "offline", "cannot be reached")
        crash(page)
    assert not ReviewDraft.objects.exists()

    again = page.context.new_page()
    open_review(again, case.review)

    case.is_there(again)
    says(again, "saved", "Saved")
    case.is_draft()
    assert kept_in(again) == []


def test_a_login_that_runs_out_in_the_middle_loses_no_word_of_it(
    page: Page, case: Case, live_server: LiveServer, watch: Watch
) -> None:
    def sign_in() -> None:
        page.context.add_cookies([session_of(case.iris, live_server.url)])  # type: ignore[list-item]
        look_again(page)  # back from the tab of the sign-in

    open_review(page, case.review)
    with watch.expecting("401", "403"):
        Session.objects.all().delete()
        case.write(page)
        says(page, "signed-out", "Signed out")
        sign_in()
        says(page, "saved", "Saved")
        case.is_draft()
        Session.objects.all().delete()
        page.keyboard.press("Control+Enter")
        says(page, "signed-out", "Signed out")
        sign_in()
        is_decided(page)

    case.is_decided()
    assert kept_in(page) == []


def test_a_server_that_is_restarted_gets_the_correction_and_the_decision(
    case: Case, open_context: OpenContext, watch: Watch
) -> None:
    server = started("localhost")
    page = open_context(case.iris, base_url=server.url).new_page()
    open_review(page, case.review)
    with watch.expecting("net::ERR_", "htmx:"):
        server.stop()
        case.write(page)
        says(page, "offline", "cannot be reached")
        server = started(f"localhost:{server.thread.port}")
        look_again(page)
        says(page, "saved", "Saved")
        case.is_draft()
        server.stop()
        page.keyboard.press("Control+Enter")
        says(page, "offline", "you may close this page")
        server = started(f"localhost:{server.thread.port}")
        look_again(page)
        is_decided(page)
    leave(page)
    server.stop()

    case.is_decided()


def test_a_decision_of_a_page_that_crashed_then_is_sent_by_the_next(
    page: Page, case: Case, watch: Watch
) -> None:
    open_review(page, case.review)
    with watch.expecting(*AWAY, "htmx:"):
        intercept(page, "**/*", lambda route: route.abort())
        case.write(page)
        page.keyboard.press("Control+Enter")
        says(page, "offline", "you may close this page")
        crash(page)
    case.review.refresh_from_db()
    assert case.review.decision == ""

    again = page.context.new_page()
    again.goto(reverse("annotate:review", args=[case.review.uuid]))
    is_decided(again)

    case.is_decided()
    assert kept_in(again) == []


def is_decided(page: Page) -> None:
    expect(page.get_by_text("Decided. The authors find your notes")).to_be_visible()
