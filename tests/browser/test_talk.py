"""A conversation in Chromium: said, answered, judged, gone on with: by keys, mouse, finger."""

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
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene, make_scene
from tests.browser.hands import EVERY_HAND, KEYS, MOUSE_AND_FINGER, Hand, walk_to
from tests.browser.pictures import make_pictures
from tests.browser.test_pair import WATCH_SHIFTS
from tests.browser.test_rank_many import go_to, place
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
    walk_to(page.get_by_role("button", name="Finish the conversation"))
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
    expect(page.get_by_role("button", name="Try again")).to_be_focused()
    page.keyboard.press("Enter")
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


def test_every_stage_is_for_everybody(page: Page, scene: Scene) -> None:
    found = {}

    def look(stage: str) -> None:
        make_pictures(page, stage)
        found[stage] = seen_in_windows(page)

    page.goto(BEGIN)
    look("talk-begin")
    talk = said(scene.campaign, scene.ada)
    address = reverse("annotate:talk", args=[talk.uuid])
    page.goto(address)
    at_talk(page)
    look("talk-waiting")
    answer(scene.campaign)
    page.locator("#ranking[data-ready]").wait_for()  # it goes on by itself
    look("talk-judging")
    page.goto("about:blank")
    judge(talk.turns.get(), scene.ada)
    page.goto(address)
    at_talk(page)
    look("talk")
    page.goto("/")
    found["desk"] = seen_in_windows(page)

    assert found == {stage: {how: [] for how in seen} for stage, seen in found.items()}


@MOUSE_AND_FINGER
def test_a_conversation_of_two_turns_by_hand(
    hand: Hand, scene: Scene, open_context: OpenContext
) -> None:
    page = open_context(scene.ada, **hand.window).new_page()
    page.goto("/")
    hand.press(page.get_by_role("link", name="Begin a conversation"))
    hand.write(page.get_by_label("What do you say first?"), "How many?")
    hand.press(page.get_by_role("button", name="Say it"))
    is_answered(page, scene)
    hand.choose(page.locator("[name=cell][value=b2]"))
    hand.press(page.get_by_role("button", name="Submit"))
    at_talk(page)
    hand.choose(page.locator("[name=reply][data-key=E]"))
    hand.write(page.get_by_label("My own wording", exact=True), " With water.")
    hand.write(page.get_by_label("What do you say next?"), "Why?")
    hand.press(page.get_by_role("button", name="Say it"))
    is_answered(page, scene, ("Because.", "It depends."))
    expect(page.locator("#prompt")).to_contain_text("With water.")
    hand.choose(page.locator("[name=cell][value=bad]"))
    hand.press(page.get_by_role("button", name="Submit"))
    at_talk(page)
    hand.choose(page.locator("[name=reply][data-key=A]"))
    hand.press(page.get_by_role("button", name="Finish the conversation"))
    expect(page.get_by_text("The conversation has ended")).to_be_visible()

    first, second = Conversation.objects.get().turns.order_by("number")
    one, two = Ranking.objects.order_by("pk")
    best = first.prompt.candidates.get(uuid=one.tiers[0][0]).text
    assert first.reply[0]["content"] == f"{best} With water."
    assert second.reply[0]["content"] in ("Because.", "It depends.")
    assert (one.strengths, len(two.unrankable)) == ([2], 2)


@EVERY_HAND
def test_three_answers_of_a_turn_are_ranked_and_one_of_them_gone_on_with(
    hand: Hand, live_server: object, open_context: OpenContext
) -> None:
    """Of more than two there are ranks in the place of the row of cells."""
    now = timezone.now()
    WorkerHeartbeat.objects.create(name="w", started_at=now, seen_at=now, **ALIVE)
    scene = make_scene([Work(Kind.TALK, answers=3, turns=2)])
    page = open_context(scene.ada, **hand.window).new_page()
    page.goto("/")
    hand.press(page.get_by_role("link", name="Begin a conversation"))

    speak(hand, page, "What do you say first?", "How many?")
    answered_by_three(page, scene, "One.", "Two.", "Three.")
    first = [card.get_attribute("data-candidate") for card in page.locator(".answer").all()]
    put(hand, page, "C", "1")
    put(hand, page, "B", "=")  # with A
    hand.do("Control+Enter", page.get_by_role("button", name="Submit"))
    at_talk(page)
    expect(page.locator("[name=reply]:checked")).to_have_attribute("data-key", "C")
    go_on_with(hand, page, "B")
    speak(hand, page, "What do you say next?", "Why?")
    answered_by_three(page, scene, "Because.", "It depends.", "Ask him.")
    put(hand, page, "B", "0")
    hand.do("Control+Enter", page.get_by_role("button", name="Submit"))
    at_talk(page)
    hand.press(page.get_by_role("button", name="Finish the conversation"))
    expect(page.get_by_text("The conversation has ended")).to_be_visible()

    a, b, c = first
    one, two = Ranking.objects.order_by("pk")
    assert (one.tiers, one.unrankable) == ([[c], [a, b]], [])
    assert [len(tier) for tier in two.tiers] == [1, 1]
    turns = ConversationTurn.objects.order_by("number")
    gone_on_with = [str(turn.chosen and turn.chosen.uuid) for turn in turns]
    assert gone_on_with == [b, two.tiers[0][0]]


def speak(hand: Hand, page: Page, label: str, text: str) -> None:
    hand.write(page.get_by_label(label, exact=True), text)
    hand.do("Control+Enter", page.get_by_role("button", name="Say it"))


def answered_by_three(page: Page, scene: Scene, *texts: str) -> None:
    expect(page.get_by_text("3 answers are on their way")).to_be_visible()
    answer(scene.campaign, texts)
    page.locator("#ranking[data-ready]").wait_for()


def put(hand: Hand, page: Page, letter: str, key: str) -> None:
    if hand is KEYS:
        go_to(page, letter)
    place(hand, page, letter, key)


def go_on_with(hand: Hand, page: Page, letter: str) -> None:
    radio = page.locator(f"[name=reply][data-key={letter}]")
    if hand is KEYS:
        walk_to(page.get_by_role("button", name="Finish the conversation"))  # out of the words
        page.keyboard.press(letter)
    else:
        hand.choose(radio)
    expect(radio).to_be_checked()
