"""What a campaign asks of each answer: by keys, by mouse, in the draft, and after handing in."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.models import Demonstration, Draft, Ranking
from annotate.services.campaign import Work, acknowledge_instructions, publish_instructions
from annotate.services.ranking import RankingAnswer, submit_ranking
from tests.annotate.asking import RANK, called
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, OpenContext, Scene, Watch, make_scene
from tests.browser.pictures import make_pictures
from tests.browser.work import address, at_desk, is_saved, open_item

pytestmark = pytest.mark.browser

SPANS = [{"name": "wrong", "label": "Wrong"}, {"name": "good", "label": "Well said"}]
DOSE = "Take **two** tablets – 🩺 twice a day.\r\n\r\n- with water\r\n- after `meals`"
ANSWERS = [DOSE, "Take *ten* at once.", "Ask somebody.", "No."]

WHERE = """([text, words]) => {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at < 0) continue;
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + words.length);
    walker.currentNode.parentElement.scrollIntoView({ block: "center" });
    const { left, right, top, bottom } = range.getBoundingClientRect();
    return [left + 1, right - 1, (top + bottom) / 2];
  }
}"""
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
    """Go to an answer by the keys."""
    card = card_of(page, name)
    while not card.evaluate("card => card.matches('.is-focused')"):
        page.keyboard.press("j")
    return card


def select(page: Page, card: Locator, words: str) -> None:
    """Draw the mouse over words of an answer."""
    text = card.locator("[data-answer]").element_handle()
    left, right, middle = page.evaluate(WHERE, [text, words])
    page.mouse.move(left, middle)
    page.mouse.down()
    page.mouse.move(right, middle, steps=4)
    page.mouse.up()


def panel(page: Page) -> Locator:
    return page.get_by_role("form", name="Mark in")


def mark(page: Page, kind: str, why: str = "") -> None:
    panel(page).get_by_role("radio", name=kind).check()
    panel(page).get_by_label("Why").fill(why)
    panel(page).get_by_role("button", name="Mark").click()
    expect(panel(page)).to_be_hidden()


def ideal(page: Page) -> Locator:
    return page.get_by_label("The best answer, as it should be")


def test_everything_is_said_by_keys_alone(page: Page, scene: Scene) -> None:
    held = scene.hand(Kind.RANK)
    dose = called(held, DOSE)
    open_item(page, held)

    look_at(page, dose)
    page.keyboard.press("4")
    page.keyboard.press("1")
    page.keyboard.press("Tab")  # past the ranks, into the text and the questions
    while not page.evaluate("document.activeElement.name?.startsWith('ratings_')"):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")  # from “not answered” round to the highest point
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("m")
    page.keyboard.type("two tablets")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("It says how many.")
    page.keyboard.press("Enter")
    expect(page.locator("[data-announce]")).to_contain_text("Well said in")
    page.keyboard.press("e")
    expect(ideal(page)).to_be_focused()
    expect(ideal(page)).to_have_value(DOSE.replace("\r\n", "\n"))
    page.keyboard.press("Control+a")
    page.keyboard.type("Take **one** tablet.")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.type("It names the dose.")
    page.keyboard.press("Control+Enter")
    at_desk(page)

    kept = Ranking.objects.get()
    span = {"name": "good", "start": 7, "end": 20, "quote": "two** tablets"}
    assert kept.answers == {
        dose: {
            "ratings": {"helpful": 6},
            "flags": {"harmful": False},
            "spans": [span | {"why": "It says how many."}],
        }
    }
    assert kept.reason == "It names the dose."
    assert kept.ideal is not None
    assert kept.ideal.text == "Take **one** tablet."
    assert str(kept.ideal.started_from and kept.ideal.started_from.uuid) == dose


def test_everything_is_said_by_mouse_and_comes_back_after_a_reload(
    page: Page, scene: Scene
) -> None:
    held = scene.hand(Kind.RANK)
    dose, ten = called(held, DOSE), called(held, ANSWERS[1])
    open_item(page, held)
    page.get_by_role("button", name="All", exact=True).click()

    card = card_of(page, dose)
    card.get_by_role("button", name="on rank 4").click()
    card.get_by_role("button", name="on rank 1").click()
    card.get_by_role("radio", name="7").check()
    card_of(page, ten).get_by_role("radio", name="Yes").check()
    card_of(page, ten).get_by_role("radio", name="2").check()
    card_of(page, ten).get_by_role("group", name="Helpful").get_by_label("Not answered").check()
    select(page, card, "twice a day")
    mark(page, "Wrong", "Once is enough.")
    select(page, card, "meals")
    mark(page, "Well said")
    page.get_by_role("button", name="Edit the best").click()
    ideal(page).fill("Take one.")
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
    select(one, card_of(one, dose), "meals")
    mark(one, "Wrong")
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


def test_what_was_handed_in_is_changed_with_all_that_was_said(page: Page, scene: Scene) -> None:
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
    open_item(page, held)

    card = look_at(page, dose)
    expect(card.get_by_role("radio", name="3")).to_be_checked()
    expect(card.locator("[data-marked]")).to_contain_text("Take")
    card.get_by_role("radio", name="4").check()
    page.keyboard.press("e")
    expect(ideal(page)).to_have_value("Take one.")
    page.get_by_role("button", name="Begin again from the best one").click()
    expect(ideal(page)).to_have_value(DOSE.replace("\r\n", "\n"))
    page.get_by_role("button", name="Save the change").click()
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
    select(page, card, "with water")
    mark(page, "Wrong", "Once is enough.")
    card.get_by_role("radio", name="7").check()

    make_pictures(page, "rank-questions")
    assert violations(page) == []
    card.get_by_role("button", name="Mark a stretch").click()
    assert violations(page) == []
    panel(page).get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Edit the best").click()
    assert violations(page) == []


def test_questions_are_answered_by_touch(scene: Scene, open_context: OpenContext) -> None:
    held = scene.hand(Kind.RANK)
    page = open_context(scene.ada, **PHONE).new_page()
    open_item(page, held)

    page.get_by_role("button", name="Put A on rank 2").tap()
    card = page.locator(".answer.is-focused")
    card.locator(".point", has_text=re.compile("^7$")).tap()
    card.locator(".point", has_text=re.compile("^No$")).tap()
    page.get_by_role("button", name="Submit").tap()
    at_desk(page)

    [said] = Ranking.objects.get().answers.values()
    assert said == {"ratings": {"helpful": 7}, "flags": {"harmful": False}}
