"""A conversation outlives its page, a login that runs out and a server that is restarted."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotate.models import Conversation, ConversationTurn
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.hands import KEYS
from tests.browser.leaving import leave
from tests.browser.test_lost_nothing import crash, started
from tests.browser.test_talk import at_talk, is_answered, judged, page, scene
from tests.browser.work import SAVED
from tests.conversations import said

__all__ = ["page", "scene"]  # fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
]


def open_turn(page: Page, turn: ConversationTurn) -> None:
    page.goto(reverse("annotate:talk", args=[turn.conversation.uuid]))
    at_talk(page)


def next_words(page: Page, text: str) -> None:
    expect(page.get_by_label("What do you say next?")).to_have_value(text)


def test_a_page_that_crashes_comes_back_with_the_words_and_the_wording(
    page: Page, scene: Scene
) -> None:
    turn = judged(scene)
    open_turn(page, turn)
    page.keyboard.type("Why so ma")
    KEYS.choose(page.locator("[name=reply][data-key=E]"))
    KEYS.write(page.get_by_label("My own wording", exact=True), " With wa")
    crash(page)
    turn.refresh_from_db()
    assert turn.draft == {}

    again = page.context.new_page()
    open_turn(again, turn)

    next_words(again, "Why so ma")
    own = again.get_by_label("My own wording", exact=True)
    expect(own).to_have_value("Take two. With wa")
    expect(again.locator("[data-saved]")).to_have_text(SAVED)
    turn.refresh_from_db()
    assert (turn.draft["reply"], turn.draft["edited"]) == ("own", "Take two. With wa")


def test_a_page_that_crashes_while_answers_come_is_found_at_the_desk(
    page: Page, scene: Scene
) -> None:
    said(scene.campaign, scene.ada)
    page.goto(reverse("annotate:talk", args=[Conversation.objects.get().uuid]))
    at_talk(page)
    crash(page)

    again = page.context.new_page()
    again.goto("/")
    KEYS.press(again.get_by_role("link", name="Go on"))

    is_answered(again, scene)


def test_a_login_that_runs_out_in_the_middle_loses_no_word(
    page: Page, scene: Scene, watch: Watch
) -> None:
    turn = judged(scene)
    open_turn(page, turn)
    with watch.expecting("401", "403"):
        Session.objects.all().delete()
        page.keyboard.type("Why so many?")
        expect(page.locator("[data-saved=signed-out]")).to_contain_text("Your text is kept here")
        page.keyboard.press("Control+Enter")
        KEYS.write(page.get_by_label("Username"), "ada")
        KEYS.write(page.get_by_label("Password"), "opensesame")
        page.keyboard.press("Enter")
        at_talk(page)
    next_words(page, "Why so many?")
    expect(page.get_by_label("What do you say next?")).to_be_focused()
    page.keyboard.press("Control+Enter")

    is_answered(page, scene, ("Because.", "It depends."))
    assert [each.prompt.question for each in turn.conversation.turns.order_by("number")] == [
        "How many?",
        "Why so many?",
    ]


def test_a_server_that_is_restarted_gets_the_words_and_gives_the_answers(
    scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    turn = judged(scene)
    server = started("localhost")
    page = open_context(scene.ada, base_url=server.url).new_page()
    open_turn(page, turn)
    with watch.expecting("net::ERR_", "htmx:"):
        server.stop()
        page.keyboard.type("Why?")
        expect(page.locator("[data-saved=offline]")).to_contain_text("cannot be reached")
        server = started(f"localhost:{server.thread.port}")
        expect(page.locator("[data-saved]")).to_have_text(SAVED)
        server.stop()
        page.keyboard.type(" And when?")
        page.keyboard.press("Control+Enter")
        expect(page).to_have_url(re.compile("^chrome-error:"))
        server = started(f"localhost:{server.thread.port}")
        open_turn(page, turn)
        next_words(page, "Why? And when?")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("2 answers are on their way")).to_be_visible()
        with page.expect_event("requestfailed"):
            server.stop()
        expect(page.get_by_text("The server cannot be reached")).to_be_visible()
        server = started(f"localhost:{server.thread.port}")
        is_answered(page, scene, ("Because.", "It depends."))
    leave(page)
    server.stop()

    said_then = turn.conversation.turns.get(number=2)
    assert said_then.prompt.question == "Why? And when?"
