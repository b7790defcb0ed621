"""Ranking four answers: by keys alone, by mouse and finger, and what a screen reader hears."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment, Draft, Ranking
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.hands import (
    EVERY_HAND,
    FINGER,
    KEYS,
    MOUSE_AND_FINGER,
    Hand,
    Touch,
    box_of,
    middle_of,
)
from tests.browser.texts import ANSWERS
from tests.browser.work import NEXT
from tests.factories import make_prompt

pytestmark = pytest.mark.browser


def open_board(page: Page, assignment: Assignment) -> None:
    page.goto(reverse("annotate:rank", args=[assignment.uuid]))
    page.locator("#ranking[data-ready]").wait_for()


def at_desk(page: Page) -> None:
    """Nothing more was waiting: the submission led home."""
    expect(page.get_by_role("heading", name="Ada Quill’s desk")).to_be_visible()


def say(page: Page, sentence: str) -> None:
    expect(page.locator("[data-announce]")).to_have_text(sentence)


def test_four_answers_are_ranked_with_a_tie_by_keys_alone(page: Page, scene: Scene) -> None:
    held = scene.hand(Kind.RANK)
    a, b, c, d = held.order
    page.goto("/")

    page.keyboard.press("Enter")  # the desk's first button has the focus: resume
    page.locator("#ranking[data-ready]").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("1")
    say(page, "B moved to rank 1")
    page.keyboard.press("j")
    page.keyboard.press("=")
    say(page, "C moved to rank 2, tied with A")
    page.keyboard.press("k")
    page.keyboard.press("]")
    page.keyboard.press("]")
    say(page, "B is clearly better than A and C")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("0")
    say(page, "D is unrankable")
    page.keyboard.press("z")
    say(page, "Undone: B, then A = C, then D")
    page.keyboard.press("Shift+Z")
    say(page, "Done again: B, then A = C; unrankable: D")
    page.keyboard.press("z")
    say(page, "Undone: B, then A = C, then D")
    page.keyboard.press("Control+Enter")
    at_desk(page)

    kept = Ranking.objects.get()
    assert (kept.tiers, kept.unrankable, kept.strengths) == ([[b], [a, c], [d]], [], [2, None])


@MOUSE_AND_FINGER
def test_four_answers_are_ranked_with_a_tie_by_hand_and_the_next_are_skipped(
    hand: Hand, scene: Scene, open_context: OpenContext
) -> None:
    """By pulling, by the buttons of the rail, the cards and the bar."""
    held = scene.hand(Kind.RANK)
    make_prompt(scene.campaign, text=NEXT, answers=ANSWERS)
    a, b, c, d = held.order
    page = open_context(scene.ada, reduced_motion="reduce", **hand.window).new_page()
    open_board(page, held)

    pull(hand, page, chip="B", onto=".tier-box >> nth=0", at=0.1)  # before A
    say(page, "B moved to rank 1")
    pull(hand, page, chip="C", onto=".tier-box >> nth=1", at=0.5)  # onto A
    say(page, "C moved to rank 2, tied with A")
    hand.press(page.get_by_role("button", name="Undo"))
    say(page, "Undone: B, then A, then C, then D")
    hand.press(page.get_by_role("button", name="Redo"))
    say(page, "Done again: B, then A = C, then D")
    pull(hand, page, chip="D", onto="[data-apart]", at=0.5)
    say(page, "D is unrankable")
    hand.press(page.locator(".chip[aria-label^='D,']"))
    hand.press(page.get_by_role("button", name="Put D on rank 2"))
    say(page, "D moved to rank 2")
    hand.press(page.get_by_role("button", name="Tie D with the rank above"))
    say(page, "D moved to rank 1, tied with B")
    hand.press(page.get_by_role("button", name="D cannot be ranked"))
    say(page, "D is unrankable")
    hand.press(page.get_by_role("button", name="B is better than A and C"))
    say(page, "B is slightly better than A and C")
    hand.press(page.get_by_role("button", name="B is slightly better than A and C"))
    say(page, "B is clearly better than A and C")
    hand.press(page.get_by_role("button", name="Submit"))
    expect(page.locator("#prompt")).to_contain_text(NEXT)
    hand.press(page.get_by_role("button", name="Skip"))
    hand.choose(page.get_by_role("radio", name="Contains personal data"))
    hand.press(page.locator("#skip").get_by_role("button", name="Skip"))
    at_desk(page)

    kept = Ranking.objects.get()
    assert (kept.tiers, kept.unrankable, kept.strengths) == ([[b], [a, c]], [d], [2])
    skipped = Assignment.objects.get(state=AssignmentState.SKIPPED)
    assert (skipped.task.prompt.question, skipped.skip_reason) == (NEXT, "personal-data")


def pull(hand: Hand, page: Page, *, chip: str, onto: str, at: float) -> None:
    """Pull a chip of the rail onto an element, ``at`` this share of it in the rail's direction."""
    start = middle_of(page.locator(f".chip[aria-label^='{chip},'] .letter"))
    end = box_of(page.locator(onto))
    across, down = (at, 0.5) if hand is FINGER else (0.5, at)  # on a phone the ranks stand in a row
    there = (end["x"] + end["width"] * across, end["y"] + end["height"] * down)
    if hand is FINGER:
        Touch(page).drag(start, there)
        return
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*there, steps=8)
    page.mouse.up()


def test_an_untouched_order_is_asked_about_once(page: Page, scene: Scene) -> None:
    held = scene.hand(Kind.RANK)
    open_board(page, held)
    question = page.get_by_role(
        "dialog", name="You have not changed the order: submit as it stands?"
    )

    page.keyboard.press("Control+Enter")
    question.get_by_role("button", name="Look again").click()
    expect(question).to_be_hidden()
    page.keyboard.press("Control+Enter")
    question.get_by_role("button", name="Submit as it stands").click()
    at_desk(page)

    assert Ranking.objects.get().tiers == [[each] for each in held.order]


def test_an_order_survives_the_page(page: Page, scene: Scene) -> None:
    held = scene.hand(Kind.RANK)
    open_board(page, held)
    page.keyboard.press("4")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"^Saved \d\d:\d\d:\d\d$"))

    page.reload()
    page.locator("#ranking[data-ready]").wait_for()

    expect(page.locator(".answer").first.locator("[data-standing]")).to_have_text("rank 4")


def test_without_scripts_the_page_is_a_form(open_context: OpenContext, scene: Scene) -> None:
    held = scene.hand(Kind.RANK)
    a, b, c, d = held.order
    page = open_context(scene.ada, java_script_enabled=False).new_page()
    page.goto(reverse("annotate:rank", args=[held.uuid]))

    for letter, rank in {"A": "2", "B": "1", "C": "2"}.items():
        page.locator(f"#rank-{letter}").select_option(rank)
    page.locator("#rank-D").select_option(label="cannot be ranked")
    page.get_by_role("button", name="Submit").click()
    at_desk(page)

    kept = Ranking.objects.get()
    assert (kept.tiers, kept.unrankable) == ([[b], [a, c]], [d])


def test_two_tabs_are_asked_which_order_stays(
    page: Page, scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    held = scene.hand(Kind.RANK)
    a, b, c, d = held.order
    other = page.context.new_page()
    open_board(page, held)
    open_board(other, held)
    page.keyboard.press("2")
    page.locator("[data-saved=saved]").wait_for()

    with watch.expecting("409"):
        other.bring_to_front()
        other.keyboard.press("4")
        choice = other.get_by_role("dialog", name="This draft was changed elsewhere")
        expect(choice.locator("[data-mine]")).to_contain_text("A: rank 4")
        expect(choice.locator("[data-theirs]")).to_contain_text("A: rank 2")
        choice.get_by_role("button", name="Keep this one").click()
        other.locator("[data-saved=saved]").wait_for()

    assert Draft.objects.get().body["tiers"] == [[b], [c], [d], [a]]


def test_single_keys_can_be_switched_off(page: Page, scene: Scene) -> None:
    held = scene.hand(Kind.RANK)
    open_board(page, held)

    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Single keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("4")

    expect(page.locator(".answer").first.locator("[data-standing]")).to_have_text("rank 1")


def test_a_skip_asks_why_by_keys_alone(page: Page, scene: Scene) -> None:
    held = scene.hand(Kind.RANK)
    open_board(page, held)

    page.keyboard.press("s")
    expect(page.locator("#skip [name=reason]").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#skip")).to_be_hidden()
    page.keyboard.press("2")  # the keys of the item work again
    say(page, "A moved to rank 2")
    page.keyboard.press("s")
    KEYS.choose(page.get_by_role("radio", name="Contains personal data"))
    page.keyboard.press("Tab")
    page.keyboard.type("A name, and skis.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    at_desk(page)

    held.refresh_from_db()
    assert (held.state, held.skip_reason) == ("skipped", "personal-data")
    assert held.skip_note == "A name, and skis."


@EVERY_HAND
def test_the_prompt_is_pinned_and_folded_and_one_answer_or_all_are_shown(
    hand: Hand, scene: Scene, open_context: OpenContext
) -> None:
    page = open_context(scene.ada, **hand.window).new_page()
    open_board(page, scene.hand(Kind.RANK))
    text, body = page.locator("#prompt .prompt-body"), page.locator(".answer:visible")

    def does(key: str, button: Locator) -> None:
        if hand is KEYS:
            page.keyboard.press(key)
        else:
            hand.press(button)

    def fold() -> None:
        does("p", page.locator("#prompt > summary"))

    def turn(to: str) -> None:
        button = page.get_by_role("button", name=to, exact=True)
        does("v", button)
        expect(button).to_have_attribute("aria-pressed", "true")

    expect(body).to_have_count(1)
    turn("All")
    expect(body).to_have_count(4)
    page.locator(".answer").last.scroll_into_view_if_needed()
    if hand is not FINGER:
        expect(text).to_be_in_viewport()  # the answers scroll beneath it
    turn("One")
    expect(body).to_have_count(1)
    fold()
    expect(text).to_be_hidden()
    fold()
    expect(text).to_be_visible()
    page.keyboard.press("?")
    listed = page.locator("#keys dd span")
    expect(listed.get_by_text("fold the prompt", exact=True)).to_be_visible()
    expect(listed.get_by_text("one answer at a time, or all", exact=True)).to_be_visible()
