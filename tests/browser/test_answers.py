"""What a campaign asks of each answer: by every hand, in the draft, and after handing in."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.models import Demonstration, Draft, Ranking
from annotate.services.campaign import Work, acknowledge_instructions, publish_instructions
from annotate.services.ranking import RankingAnswer, submit_ranking
from tests.annotate.asking import RANK, called
from tests.browser.axe import violations
from tests.browser.conftest import OpenContext, Scene, Watch, make_scene
from tests.browser.hands import EVERY_HAND, FINGER, KEYS, MOUSE, Hand
from tests.browser.pictures import make_pictures
from tests.browser.work import address, at_desk, is_saved, open_item

pytestmark = pytest.mark.browser

SPANS = [{"name": "wrong", "label": "Wrong"}, {"name": "good", "label": "Well said"}]
DOSE = "Take **two** tablets – 🩺 twice a day.\r\n\r\n- with water\r\n- after `meals`"
ANSWERS = [DOSE, "Take *ten* at once.", "Ask somebody.", "No."]

DRAWN = """() => Object.fromEntries([...CSS.highlights].map(
  ([name, marks]) => [name, [...marks].map(String)]))"""


def asking_scene(answers: int, **asked: object) -> Scene:
    scene = make_scene([Work(Kind.RANK, answers=answers)], ANSWERS[:answers])
    instructions = publish_instructions(
        campaign=scene.campaign,
        guideline="Read them all.",
        by=scene.lead,
        form={"rank": RANK | {"spans": SPANS} | asked},
    )
    acknowledge_instructions(instructions=instructions, by=scene.ada)
    return scene


@pytest.fixture
def scene(live_server: LiveServer) -> Scene:
    return asking_scene(4)


def card_of(page: Page, name: str) -> Locator:
    return page.locator(f"[data-candidate='{name}']")


def look_at(page: Page, name: str) -> Locator:
    """Go to an answer by the keys: on to the last, and back to the first, where they end."""
    card = card_of(page, name)
    for key in ["j"] * len(ANSWERS) + ["k"] * len(ANSWERS):
        if card.evaluate("card => card.matches('.is-focused')"):
            return card
        page.keyboard.press(key)
    return pytest.fail(f"no way to {name} by the keys")


def come_to(hand: Hand, page: Page, name: str) -> Locator:
    if hand is KEYS:
        return look_at(page, name)
    hand.press(page.locator(f".chip[data-id='{name}']"))
    return card_of(page, name)


def panel(page: Page) -> Locator:
    return page.get_by_role("form", name="Mark in")


def quote(page: Page) -> Locator:
    return panel(page).get_by_label("What it says")


def point_at(hand: Hand, card: Locator, words: str) -> None:
    """Draw over words of an answer, or press the first and the last; keys alone write them."""
    if hand is KEYS:
        say_words(hand, card, words)
        return
    if hand is FINGER:
        hand.press(card.get_by_role("button", name="Mark a stretch"))
    hand.select(card.locator("[data-answer]"), words)
    expect(quote(card.page)).to_have_value(words)


def say_words(hand: Hand, card: Locator, words: str) -> None:
    hand.do("m", card.get_by_role("button", name="Mark a stretch"))
    hand.write(quote(card.page), words)


def mark(hand: Hand, page: Page, kind: str, why: str = "") -> None:
    hand.choose(panel(page).get_by_role("radio", name=kind))
    if why:
        hand.write(panel(page).get_by_label("Why"), why)
    hand.press(panel(page).get_by_role("button", name="Mark"))
    expect(panel(page)).to_be_hidden()


def ideal(page: Page) -> Locator:
    return page.get_by_label("The best answer, as it should be")


def improve(hand: Hand, page: Page, text: str) -> None:
    """Edit the best one, which is there to begin with."""
    hand.do("e", page.get_by_role("button", name="Edit the best"))
    expect(ideal(page)).to_be_focused()
    expect(ideal(page)).to_have_value(DOSE.replace("\r\n", "\n"))
    hand.rewrite(ideal(page), text)
    hand.do("Escape", page.get_by_role("button", name="Close", exact=True))


def say_why(hand: Hand, page: Page, text: str) -> None:
    field = page.get_by_label("Why did you rank them so?")
    hand.do("r", page.get_by_role("button", name="Why"))
    expect(field).to_be_focused()
    hand.write(field, text)
    hand.do("Escape", page.get_by_role("button", name="Close", exact=True))
    expect(field).to_be_hidden()


@contextmanager
def sheet_of(hand: Hand, card: Locator) -> Iterator[None]:
    """On a phone the questions about an answer lie in a sheet."""
    if hand is not FINGER:
        yield
        return
    hand.press(card.get_by_role("button", name="Questions about"))
    yield
    hand.press(card.get_by_role("button", name="Close"))


@EVERY_HAND
def test_everything_is_said(hand: Hand, scene: Scene, open_context: OpenContext) -> None:
    """By keys alone, by mouse, by a finger: the same row."""
    held = scene.hand(Kind.RANK)
    dose = called(held, DOSE)
    page = open_context(scene.ada, **hand.window).new_page()
    open_item(page, held)

    card = come_to(hand, page, dose)
    for rank in "41":
        hand.do(rank, card.get_by_role("button", name=f"on rank {rank}"))
    with sheet_of(hand, card):
        hand.choose(card.get_by_role("radio", name="7"))
        hand.choose(card.get_by_role("radio", name="No", exact=True))
    say_words(hand, card, "two tablets")
    mark(hand, page, "Well said", "It says how many.")
    point_at(hand, card, "twice a day")
    mark(hand, page, "Wrong")
    point_at(hand, card, "meals")
    mark(hand, page, "Well said")
    hand.press(card.get_by_role("button", name="Take away the mark of “meals”"))
    improve(hand, page, "Take **one** tablet.")
    say_why(hand, page, "It names the dose.")
    compare(hand, page)
    hand.do("Control+Enter", page.get_by_role("button", name="Submit"))
    at_desk(page)

    kept = Ranking.objects.get()
    good = {"name": "good", "start": 7, "end": 20, "quote": "two** tablets"}
    wrong = {"name": "wrong", "start": 25, "end": 36, "quote": "twice a day"}
    assert kept.answers == {
        dose: {
            "ratings": {"helpful": 7},
            "flags": {"harmful": False},
            "spans": [good | {"why": "It says how many."}, wrong],
        }
    }
    assert kept.tiers[0] == [dose]
    assert kept.reason == "It names the dose."
    assert kept.ideal is not None
    assert kept.ideal.text == "Take **one** tablet."
    assert str(kept.ideal.started_from and kept.ideal.started_from.uuid) == dose


def compare(hand: Hand, page: Page) -> None:
    hand.do("d", page.get_by_role("button", name="Compare"))
    dialog = page.get_by_role("dialog", name="Compare")
    expect(dialog.locator(".difference-row").first).to_be_visible()
    second = dialog.get_by_label("second answer")
    other = second.locator("option:not(:checked):enabled").last.inner_text()
    hand.pick(second, other)
    expect(second.locator("option:checked")).to_have_text(other)
    expect(dialog.locator(".difference-row ins").first).to_be_visible()
    hand.press(dialog.get_by_role("button", name="Close"))
    expect(dialog).to_be_hidden()


def test_what_was_said_comes_back_after_a_reload(page: Page, scene: Scene) -> None:
    held = scene.hand(Kind.RANK)
    dose, ten = called(held, DOSE), called(held, ANSWERS[1])
    open_item(page, held)
    page.get_by_role("button", name="All", exact=True).click()

    card = card_of(page, dose)
    card.get_by_role("button", name="on rank 4").click()
    card.get_by_role("button", name="on rank 1").click()
    MOUSE.choose(card.get_by_role("radio", name="7"))
    MOUSE.choose(card_of(page, ten).get_by_role("radio", name="Yes"))
    MOUSE.choose(card_of(page, ten).get_by_role("radio", name="2"))
    MOUSE.choose(
        card_of(page, ten).get_by_role("group", name="Helpful").get_by_label("Not answered")
    )
    point_at(MOUSE, card, "twice a day")
    mark(MOUSE, page, "Wrong", "Once is enough.")
    point_at(MOUSE, card, "meals")
    mark(MOUSE, page, "Well said")
    page.get_by_role("button", name="Edit the best").click()
    MOUSE.rewrite(ideal(page), "Take one.")
    is_saved(page)
    open_item(page, held)

    expect(card.get_by_role("radio", name="7")).to_be_checked()
    expect(card.locator("[data-marked] li")).to_have_count(2)
    assert page.evaluate(DRAWN) == {
        "mark-0": ["twice a day"],
        "mark-1": ["meals"],
        "mark-2": [],
        "mark-3": [],
    }
    card.get_by_role("button", name="Take away the mark of “meals”").click()
    is_saved(page)
    expected = {
        dose: {
            "ratings": {"helpful": 7},
            "spans": [
                {
                    "name": "wrong",
                    "start": 25,
                    "end": 36,
                    "quote": "twice a day",
                    "why": "Once is enough.",
                }
            ],
        },
        ten: {"flags": {"harmful": True}},
    }
    assert Draft.objects.get().body["answers"] == expected

    page.get_by_role("button", name="Submit").click()
    at_desk(page)

    kept = Ranking.objects.get()
    assert kept.answers == expected
    assert kept.ideal is not None
    assert kept.ideal.text == "Take one."


def test_two_tabs_that_say_different_things_are_told_apart_in_words(
    scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    held = scene.hand(Kind.RANK)
    dose = called(held, DOSE)
    context = open_context(scene.ada)
    one, other = context.new_page(), context.new_page()
    for tab in (one, other):
        open_item(tab, held)

    look_at(one, dose).get_by_role("radio", name="7").check()
    MOUSE.select(card_of(one, dose).locator("[data-answer]"), "meals")
    mark(MOUSE, one, "Wrong")
    is_saved(one)
    other.bring_to_front()
    theirs = other.locator("#draft-conflict [data-theirs]")
    with watch.expecting("409 (Conflict)"):
        look_at(other, dose).get_by_role("radio", name="2").check()
        expect(theirs).to_contain_text("Helpful 7; Wrong “meals”")

    expect(other.locator("#draft-conflict [data-mine]")).to_contain_text("Helpful 2")
    other.get_by_role("button", name="Take the other").click()
    expect(card_of(other, dose).get_by_role("radio", name="7")).to_be_checked()
    expect(card_of(other, dose).locator("[data-marked]")).to_contain_text("meals")


@EVERY_HAND
def test_what_was_handed_in_is_changed_with_all_that_was_said(
    hand: Hand, scene: Scene, open_context: OpenContext
) -> None:
    held = scene.hand(Kind.RANK)
    dose, others = called(held, DOSE), [called(held, each) for each in ANSWERS[1:]]
    span = {"name": "wrong", "start": 0, "end": 4, "quote": "Take"}
    said = RankingAnswer(
        tiers=[[dose], others],
        answers={dose: {"ratings": {"helpful": 3}, "spans": [span]}},
        reason="Because.",
        ideal="Take one.",
    )
    submit_ranking(assignment=held, answer=said, by=scene.ada)
    page = open_context(scene.ada, **hand.window).new_page()
    page.goto("/")
    hand.press(page.get_by_role("link", name="Change:"))
    page.locator("form[data-ready]").wait_for()

    card = come_to(hand, page, dose)
    expect(card.locator("[data-marked]")).to_contain_text("Take")
    with sheet_of(hand, card):
        expect(card.get_by_role("radio", name="3")).to_be_checked()
        hand.choose(card.get_by_role("radio", name="4"))
    hand.do("e", page.get_by_role("button", name="Edit the best"))
    expect(ideal(page)).to_have_value("Take one.")
    hand.press(page.get_by_role("button", name="Begin again from the best one"))
    expect(ideal(page)).to_have_value(DOSE.replace("\r\n", "\n"))
    hand.do("Escape", page.get_by_role("button", name="Close", exact=True))
    hand.do("Control+Enter", page.get_by_role("button", name="Save the change"))
    at_desk(page)

    kept = Ranking.objects.get(current=True)
    assert kept.answers == {dose: {"ratings": {"helpful": 4}, "spans": [span]}}
    assert (kept.revision, kept.reason, kept.ideal) == (2, "Because.", None)
    assert not Demonstration.objects.filter(current=True).exists()


def test_what_is_required_is_asked_for_and_the_ideal_is_of_the_best(
    live_server: LiveServer, open_context: OpenContext
) -> None:
    scene = asking_scene(2, reason="required", ideal="required")
    held = scene.hand(Kind.RANK)
    a, b = held.order
    page = open_context(scene.ada).new_page()
    open_item(page, held)

    page.keyboard.press("e")
    expect(page.locator("[data-ideal-note]")).to_contain_text("There is no best one yet")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Why did you rank them so?")).to_be_focused()
    page.keyboard.type("A is safe.")
    page.keyboard.press("Control+Enter")
    expect(ideal(page)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("Safer.")
    page.keyboard.press("Escape")
    page.keyboard.press("7")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-ideal-note]")).to_contain_text("not the best any more")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    at_desk(page)

    kept = Ranking.objects.get()
    assert (kept.tiers, kept.reason, kept.ideal and kept.ideal.text) == (
        [[a], [b]],
        "A is safe.",
        "Safer.",
    )


def test_a_page_without_scripts_asks_in_plain_fields(
    scene: Scene, open_context: OpenContext
) -> None:
    held = scene.hand(Kind.RANK)
    page = open_context(scene.ada, java_script_enabled=False).new_page()
    page.goto(address(held))

    for place, letter in enumerate("ABCD", start=1):
        page.locator(f"#rank-{letter}").select_option(str(place))
    card = card_of(page, held.order[0])
    card.get_by_role("radio", name="5").check()
    card.get_by_role("radio", name="No", exact=True).check()
    page.get_by_role("button", name="Edit the best").click()
    page.get_by_label("Why did you rank them so?").fill("One.\nTwo.")
    ideal(page).fill("Better.\nStill.")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Submit").click()
    at_desk(page)

    kept = Ranking.objects.get()
    said = {"ratings": {"helpful": 5}, "flags": {"harmful": False}}
    assert (kept.answers, kept.reason) == ({held.order[0]: said}, "One.\nTwo.")
    assert kept.ideal is not None
    assert kept.ideal.text == "Better.\nStill."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_questions_are_for_everybody(
    scheme: str, scene: Scene, open_context: OpenContext
) -> None:
    held = scene.hand(Kind.RANK)
    page = open_context(scene.ada, color_scheme=scheme).new_page()
    open_item(page, held)
    card = look_at(page, called(held, DOSE))
    MOUSE.select(card.locator("[data-answer]"), "with water")
    mark(MOUSE, page, "Wrong", "Once is enough.")
    card.get_by_role("radio", name="7").check()

    make_pictures(page, "rank-questions")
    assert violations(page) == []
    card.get_by_role("button", name="Mark a stretch").click()
    assert violations(page) == []
    panel(page).get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Edit the best").click()
    assert violations(page) == []
