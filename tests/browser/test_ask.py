"""A person asks about the item before them, a lead answers, and the next one reads it too."""

from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotate.enums import Kind
from annotate.models import Assignment, ItemQuestion, Precedent, Ranking
from annotate.services.question import answer_question, ask_question
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import KEYS, MOUSE_AND_FINGER, Hand
from tests.browser.pictures import make_pictures
from tests.browser.work import holds, open_item
from tests.factories import make_prompt

pytestmark = pytest.mark.browser

LIKE = "When may a pharmacy student take aspirin before ibuprofen, and does timing matter?"


def wait_awake(page: Page) -> None:
    page.locator("html[data-awake]").wait_for(state="attached")


def test_an_item_is_asked_about_and_answered_by_keyboard(
    scene: Scene, ranked: Assignment, page: Page, open_context: OpenContext
) -> None:
    open_item(page, ranked)
    page.keyboard.press("q")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type("Which dose is meant, q and s included?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The answer comes to your desk")).to_be_visible()
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#ask")).to_be_hidden()
    expect(page.get_by_label("Your question")).not_to_be_focused()  # a frame after it was hidden
    page.keyboard.press("2")  # the keys of the item work again
    expect(page.locator("[data-announce]")).to_contain_text("moved to rank 2")

    lead = open_context(scene.lead).new_page()
    lead.goto(reverse("annotate:questions"))
    wait_awake(lead)
    KEYS.write(lead.get_by_label("Answer Markdown"), "The **low** one.")
    lead.keyboard.press("Tab")
    lead.keyboard.press("Space")
    expect(lead.get_by_label("as everybody may read it")).to_have_value(
        "Which dose is meant, q and s included?"
    )
    lead.keyboard.press("Tab")
    lead.keyboard.press("Tab")
    lead.keyboard.press("Enter")
    expect(lead.get_by_role("status")).to_contain_text("Answered")

    read_at_desk(KEYS, page)
    assert Precedent.objects.count() == 1


def read_at_desk(hand: Hand, page: Page) -> None:
    page.goto(reverse("annotate:desk"))
    hand.press(page.get_by_role("link", name="Your question is answered"))
    expect(page.locator(".panel:not(details) strong")).to_have_text("low")


@MOUSE_AND_FINGER
def test_an_item_is_asked_about_and_answered_by_hand_and_what_is_typed_stays(
    hand: Hand, scene: Scene, held: Assignment, open_context: OpenContext
) -> None:
    page = open_context(scene.ada, **hand.window).new_page()
    open_item(page, held)
    hand.write(page.get_by_label("Your answer"), "Half of it")
    hand.press(page.get_by_role("button", name="Ask"))
    hand.write(page.get_by_label("Your question"), "Is a list wanted?")
    hand.press(page.locator("#ask").get_by_role("button", name="Ask"))
    expect(page.get_by_text("waits for an answer")).to_be_visible()
    hand.press(page.get_by_role("button", name="Close", exact=True))
    holds(page, "Half of it")

    lead = open_context(scene.lead, **hand.window).new_page()
    lead.goto(reverse("annotate:desk"))
    hand.press(lead.get_by_role("main").get_by_role("link", name="Answer"))
    wait_awake(lead)
    hand.press(lead.get_by_text("The prompt"))
    expect(lead.locator(".to-read")).to_contain_text("aspirin")
    hand.write(lead.get_by_label("Answer Markdown"), "The **low** one.")
    hand.choose(lead.get_by_role("checkbox", name="A precedent"))
    hand.press(lead.get_by_role("button", name="Answer"))
    expect(lead.get_by_role("status")).to_contain_text("Answered")

    read_at_desk(hand, page)
    assert [each.text for each in ItemQuestion.objects.all()] == ["Is a list wanted?"]
    assert [each.asked for each in Precedent.objects.all()] == ["Is a list wanted?"]


def test_a_precedent_stands_in_the_drawer_of_a_like_item(
    scene: Scene, ranked: Assignment, page: Page
) -> None:
    asked = ask_question(assignment=ranked, text="Which?", by=scene.ada, key=uuid4())
    answer_question(question=asked, answer="The *low* one.", by=scene.lead, precedent="Which dose?")
    make_prompt(scene.campaign, text=LIKE)
    scene.hand(Kind.DEMONSTRATE)
    turn = Assignment.objects.filter(person=scene.ada, task__kind=Kind.DEMONSTRATE).latest("pk")
    open_item(page, turn)

    page.get_by_role("button", name="Guideline").click()
    page.get_by_text("Which dose?", exact=True).click()

    expect(page.locator(".precedent em")).to_have_text("low")
    assert seen_by_all(page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_are_for_everybody(
    scene: Scene, ranked: Assignment, open_context: OpenContext, width: int
) -> None:
    size = {"viewport": {"width": width, "height": 700}}
    first = ask_question(assignment=ranked, text="Which?", by=scene.ada, key=uuid4())
    answer_question(question=first, answer="The *low* one.", by=scene.lead, precedent="Which?")
    ask_question(assignment=ranked, text="And now?", by=scene.ada, key=uuid4())
    ada, lead = (open_context(each, **size).new_page() for each in (scene.ada, scene.lead))
    found = []
    note = scene.ada.notes.get()
    for name, page, address in (
        ("note", ada, reverse("annotate:note", args=[note.uuid])),
        ("notes", ada, reverse("annotate:notes")),
        ("desk-of-ada", ada, reverse("annotate:desk")),
        ("precedents", ada, reverse("annotate:precedents", args=[scene.campaign.uuid])),
        ("questions", lead, reverse("annotate:questions")),
        ("desk-of-lead", lead, reverse("annotate:desk")),
    ):
        page.goto(address)
        wait_awake(page)
        make_pictures(page, name)
        found += [f"{address}: {each}" for each in seen_by_all(page)]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    open_item(ada, ranked)
    ada.get_by_role("button", name="Ask").click()
    ada.get_by_label("Your question").wait_for()
    found += seen_by_all(ada)

    assert found == []


def test_a_question_that_nobody_has_sent_keeps_the_item_on_the_page(
    page: Page, ranked: Assignment
) -> None:
    open_item(page, ranked)
    page.keyboard.press("2")
    page.keyboard.press("q")
    page.get_by_label("Your question").fill("Which unit?")
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Submit").click()

    expect(page.get_by_label("Your question")).to_have_value("Which unit?")
    expect(page.get_by_label("Your question")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Send this first, or clear it")
    assert not Ranking.objects.exists()


def test_ctrl_enter_sends_the_question_and_not_the_item(page: Page, ranked: Assignment) -> None:
    open_item(page, ranked)
    page.keyboard.press("q")
    page.get_by_label("Your question").fill("Which unit?")

    page.keyboard.press("Control+Enter")

    expect(page.get_by_text("Asked. The answer comes to your desk")).to_be_visible()
    assert not Ranking.objects.exists()
