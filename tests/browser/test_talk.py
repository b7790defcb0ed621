"""A conversation in Chromium: said, answered, judged and gone on with, by keyboard alone."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from annotate import gateway
from annotate.enums import Kind
from annotate.models import Conversation, ConversationTurn, Ranking
from annotate.services.campaign import Work
from commons.models import WorkerHeartbeat
from tests.browser.axe import seen_by_all
from tests.browser.conftest import PHONE, OpenContext, Scene, make_scene
from tests.browser.pictures import make_pictures
from tests.browser.test_pair import WATCH_SHIFTS
from tests.conversations import ANSWERS, answer, judge, model_answers, said

pytestmark = [
    pytest.mark.browser,
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
]

BEGIN = reverse("annotate:begin_talk")
ALIVE = {"queues": "answers,default", "host": "here", "pid": 1}


@pytest.fixture
def scene(live_server: object) -> Scene:
    """A campaign that asks for conversations of two turns, and a worker that lives."""
    now = timezone.now()
    WorkerHeartbeat.objects.create(name="w", started_at=now, seen_at=now, **ALIVE)
    return make_scene([Work(Kind.TALK, answers=2, turns=2)])


@pytest.fixture
def page(scene: Scene, open_context: OpenContext) -> Page:
    return open_context(scene.ada).new_page()


def says(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    expect(field).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")


def is_answered(page: Page, scene: Scene, texts: tuple[str, ...] = ANSWERS) -> None:
    expect(page.get_by_text("2 answers are on their way")).to_be_visible()
    answer(scene.campaign, texts)
    page.locator("#ranking[data-ready]").wait_for()


def at_talk(page: Page) -> None:
    page.locator("main.talk[data-ready]").wait_for()


def tab_to(page: Page, button: str) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip().startswith(button):
            return
    pytest.fail(f"no way to “{button}” by keyboard")


def test_a_conversation_of_two_turns_by_keyboard(page: Page, scene: Scene) -> None:
    page.goto("/")
    expect(page.get_by_role("link", name="Begin a conversation")).to_be_focused()
    page.keyboard.press("Enter")
    says(page, "What do you say first?", "How many?")
    is_answered(page, scene)

    page.keyboard.press("6")  # B is better
    page.keyboard.press("Control+Enter")
    at_talk(page)
    expect(page.locator("[name=reply]:checked")).to_have_attribute("data-key", "B")
    says(page, "What do you say next?", "Why?")
    is_answered(page, scene, ("Because.", "It depends."))
    expect(page.locator("#prompt")).to_contain_text("How many?")

    page.keyboard.press("0")  # both bad
    page.keyboard.press("Control+Enter")
    at_talk(page)
    expect(page.get_by_text("That was turn 2")).to_be_visible()
    page.keyboard.press("E")
    own = page.get_by_label("My own wording", exact=True)
    expect(own).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("As the leaflet says.")
    tab_to(page, "Finish the conversation")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The conversation has ended")).to_be_visible()

    talk = Conversation.objects.get()
    replies = [turn.reply[0]["content"] for turn in talk.turns.order_by("number")]
    assert (talk.state, replies[1]) == ("finished", "As the leaflet says.")
    assert replies[0] in ANSWERS
    strengths = list(Ranking.objects.order_by("pk").values_list("strengths", "unrankable"))
    assert [(said, len(apart)) for said, apart in strengths] == [([2], 0), ([], 2)]


def test_what_is_written_can_be_read_as_it_grows(page: Page, scene: Scene) -> None:
    talk = said(scene.campaign, scene.ada)
    page.goto(reverse("annotate:talk", args=[talk.uuid]))
    at_talk(page)
    asked = gateway.claim_request([scene.campaign.uuid])
    assert asked is not None

    page.evaluate(WATCH_SHIFTS)
    gateway.say_written(asked, texts=["Take **two** a", ""], says="writing answers")
    expect(page.locator("#coming strong")).to_have_text("two")
    expect(page.get_by_text("writing answers")).to_be_visible()
    gateway.say_written(asked, texts=["Take **three**\n\n" + "and more\n\n" * 40, "No"])
    expect(page.locator("#coming strong")).to_have_text("three")
    assert page.evaluate("window.shifts") == []

    gateway.fail_request(asked, "The engine is out of breath.")
    expect(page.get_by_role("alert")).to_have_text("The engine is out of breath.")
    page.get_by_role("button", name="Try again").press("Enter")
    expect(page.get_by_text("2 answers are on their way")).to_be_visible()
    again = gateway.claim_request([scene.campaign.uuid])
    assert again is not None
    gateway.answer_request(again, model_answers())
    page.locator("#ranking[data-ready]").wait_for()


def judged(scene: Scene) -> ConversationTurn:
    talk = said(scene.campaign, scene.ada)
    answer(scene.campaign)
    judge(talk.turns.get(), scene.ada)
    return talk.turns.get()


def test_what_is_about_to_be_said_survives_its_page(page: Page, scene: Scene) -> None:
    turn = judged(scene)
    address = reverse("annotate:talk", args=[turn.conversation.uuid])
    page.goto(address)
    at_talk(page)

    page.keyboard.type("Why so ma")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"^Saved "))
    page.goto(address)
    at_talk(page)

    expect(page.get_by_label("What do you say next?")).to_have_value("Why so ma")
    turn.refresh_from_db()
    assert turn.draft["text"] == "Why so ma"


def test_the_first_words_survive_their_page(page: Page) -> None:
    page.goto(BEGIN)
    page.get_by_label("What do you say first?").fill("How ma")

    page.goto(BEGIN)

    expect(page.get_by_label("What do you say first?")).to_have_value("How ma")


def test_axe_finds_nothing_at_any_stage(page: Page, scene: Scene) -> None:
    page.goto(BEGIN)
    make_pictures(page, "talk-begin")
    found = seen_by_all(page)
    talk = said(scene.campaign, scene.ada)
    address = reverse("annotate:talk", args=[talk.uuid])
    page.goto(address)
    at_talk(page)
    found += seen_by_all(page)
    page.goto("about:blank")  # the page would go on by itself once it is answered
    answer(scene.campaign)
    judge(talk.turns.get(), scene.ada)
    page.goto(address)
    at_talk(page)
    make_pictures(page, "talk")
    found += seen_by_all(page)
    page.goto("/")
    found += seen_by_all(page)

    assert found == []


def test_a_conversation_by_touch(scene: Scene, open_context: OpenContext) -> None:
    page = open_context(scene.ada, **PHONE).new_page()
    page.goto(BEGIN)

    page.get_by_label("What do you say first?").tap()
    page.keyboard.insert_text("How many?")
    page.get_by_role("button", name="Say it").tap()
    is_answered(page, scene)
    page.locator("[name=cell][value=b2]").tap()
    page.get_by_role("button", name="Submit").tap()
    at_talk(page)
    page.locator("[name=reply][data-key=A]").tap()
    page.get_by_role("button", name="Finish the conversation").tap()
    expect(page.get_by_text("The conversation has ended")).to_be_visible()

    talk = Conversation.objects.get()
    assert (talk.state, talk.turns.get().reply[0]["content"] in ANSWERS) == ("finished", True)
    assert Ranking.objects.get().strengths == [2]


def test_three_answers_of_a_conversation_are_judged_by_mouse(
    live_server: object, open_context: OpenContext
) -> None:
    """Of more than two there are ranks in the place of the row of cells."""
    now = timezone.now()
    WorkerHeartbeat.objects.create(name="w", started_at=now, seen_at=now, **ALIVE)
    scene = make_scene([Work(Kind.TALK, answers=3, turns=1)])
    page = open_context(scene.ada).new_page()
    page.goto(BEGIN)

    page.get_by_label("What do you say first?").fill("How many?")
    page.get_by_role("button", name="Say it").click()
    expect(page.get_by_text("3 answers are on their way")).to_be_visible()
    answer(scene.campaign, ("One.", "Two.", "Three."))
    page.locator("#ranking[data-ready]").wait_for()
    page.get_by_role("group", name="Rank of C").get_by_role("button").first.click()
    expect(page.locator("[data-letter=C] [data-standing]")).to_have_text("rank 1")
    third = page.locator("[data-letter=C]").get_attribute("data-candidate")
    page.get_by_role("button", name="Submit").click()
    at_talk(page)
    expect(page.locator("[name=reply]:checked")).to_have_attribute("data-key", "C")
    page.get_by_role("button", name="Finish the conversation").click()
    expect(page.get_by_text("The conversation has ended")).to_be_visible()

    assert Ranking.objects.get().tiers[0] == [third]
    assert str(ConversationTurn.objects.get().chosen.uuid) == third  # type: ignore[union-attr]  # chosen just now
