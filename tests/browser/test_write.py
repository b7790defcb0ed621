"""Writing an answer: preview, and a text that nothing loses."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment, Demonstration, Draft
from tests.browser.conftest import OpenContext, Scene, Watch, session_of
from tests.browser.hands import EVERY_HAND, Hand
from tests.browser.work import at_desk, is_next, rows

pytestmark = pytest.mark.browser

SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d$")


def open_editor(page: Page, assignment: Assignment) -> None:
    page.goto(reverse("annotate:demonstrate", args=[assignment.uuid]))
    page.locator("#writing[data-ready]").wait_for()


def test_an_answer_is_written_with_a_preview_and_recovered_after_the_page_is_killed(
    page: Page, scene: Scene
) -> None:
    held = scene.hand(Kind.DEMONSTRATE)
    open_editor(page, held)
    page.get_by_label("Your answer").fill("Aspirin binds **first**.")
    expect(page.locator("#preview strong")).to_have_text("first")
    expect(page.locator("[data-count]")).to_have_text("3 words")
    expect(page.locator("[data-saved]")).to_have_text(SAVED)

    page.close()
    again = page.context.new_page()
    open_editor(again, held)
    expect(again.get_by_label("Your answer")).to_have_value("Aspirin binds **first**.")
    again.keyboard.press("Control+Enter")
    expect(again.get_by_role("heading", name="Ada Quill’s desk")).to_be_visible()

    assert Demonstration.objects.get().text == "Aspirin binds **first**."


def test_a_text_that_never_reached_the_server_is_recovered_from_the_browser(
    page: Page, scene: Scene, watch: Watch
) -> None:
    held = scene.hand(Kind.DEMONSTRATE)
    open_editor(page, held)
    with watch.expecting("net::ERR_INTERNET_DISCONNECTED", "htmx:"):
        page.context.set_offline(True)
        page.get_by_label("Your answer").fill("Written in a tunnel.")
        expect(page.locator("[data-saved=offline]")).to_contain_text("kept in this browser")
        page.close()

    page.context.set_offline(False)
    again = page.context.new_page()
    open_editor(again, held)

    expect(again.get_by_label("Your answer")).to_have_value("Written in a tunnel.")
    expect(again.locator("[data-saved]")).to_have_text(SAVED)
    assert Draft.objects.get().body == {"text": "Written in a tunnel."}


def test_a_login_that_expired_keeps_the_text_until_one_is_back(
    page: Page, scene: Scene, watch: Watch
) -> None:
    held = scene.hand(Kind.DEMONSTRATE)
    open_editor(page, held)
    with watch.expecting("401"):
        Session.objects.all().delete()
        page.get_by_label("Your answer").fill("Typed while signed out.")
        expect(page.locator("[data-saved=signed-out]")).to_be_visible()
        origin = page.evaluate("location.origin")
        page.context.add_cookies([session_of(scene.ada, origin)])  # type: ignore[list-item]
        expect(page.locator("[data-saved]")).to_have_text(SAVED, timeout=10_000)

    assert Draft.objects.get().body == {"text": "Typed while signed out."}


def test_two_tabs_see_both_texts(
    page: Page, scene: Scene, watch: Watch, open_context: OpenContext
) -> None:
    held = scene.hand(Kind.DEMONSTRATE)
    other = open_context(scene.ada).new_page()  # another machine
    open_editor(page, held)
    open_editor(other, held)
    page.get_by_label("Your answer").fill("From the office.")
    expect(page.locator("[data-saved]")).to_have_text(SAVED)

    with watch.expecting("409"):
        other.get_by_label("Your answer").fill("From home.")
        choice = other.get_by_role("dialog", name="This draft was changed elsewhere")
        expect(choice.locator("[data-mine]")).to_have_text("From home.")
        expect(choice.locator("[data-theirs]")).to_have_text("From the office.")
        choice.get_by_role("button", name="Take the other").click()

    expect(other.get_by_label("Your answer")).to_have_value("From the office.")


def test_the_guideline_opens_beside_the_text(page: Page, scene: Scene) -> None:
    held = scene.hand(Kind.DEMONSTRATE)
    open_editor(page, held)

    page.get_by_role("button", name="Guideline").click()

    expect(page.get_by_role("heading", name="What a good answer is")).to_be_visible()
    expect(page.get_by_label("Your answer")).to_be_visible()


def test_markup_in_a_preview_is_shown_not_obeyed(page: Page, scene: Scene) -> None:
    held = scene.hand(Kind.DEMONSTRATE)
    open_editor(page, held)

    page.get_by_label("Your answer").fill('<img src=x onerror="alert(1)"> **seen**')

    expect(page.locator("#preview strong")).to_have_text("seen")
    expect(page.locator("#preview")).to_contain_text('<img src=x onerror="alert(1)">')


@EVERY_HAND
def test_an_answer_is_written_and_another_skipped(
    hand: Hand, scene: Scene, held: Assignment, open_context: OpenContext
) -> None:
    page = open_context(scene.ada, **hand.window).new_page()
    page.goto("/")
    hand.press(page.get_by_role("link", name="Resume"))
    page.locator("#writing[data-ready]").wait_for()

    hand.write(page.get_by_label("Your answer"), "By **hand**.")
    expect(page.locator("#preview strong")).to_have_text("hand")
    hand.press(page.get_by_role("button", name="Submit"))
    is_next(page)
    hand.press(page.get_by_role("button", name="Skip"))
    hand.choose(page.get_by_role("radio", name="Broken or unreadable"))
    hand.write(page.get_by_label("Anything that helps"), "Nothing is asked.")
    hand.press(page.locator("#skip").get_by_role("button", name="Skip"))
    at_desk(page)

    assert rows() == ["By **hand**."]
    skipped = Assignment.objects.get(state=AssignmentState.SKIPPED)
    assert (skipped.skip_reason, skipped.skip_note) == ("broken", "Nothing is asked.")
