"""Ranking four answers: by keys alone, by drag, and what a screen reader hears."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotate.enums import Kind
from annotate.models import Assignment, Draft, Ranking
from tests.browser.conftest import OpenContext, Scene, Watch

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
    page.keyboard.press("Control+Enter")
    at_desk(page)

    kept = Ranking.objects.get()
    assert (kept.tiers, kept.unrankable, kept.strengths) == ([[b], [a, c], [d]], [], [2, None])


def test_four_answers_are_ranked_with_a_tie_by_drag(page: Page, scene: Scene) -> None:
    held = scene.hand(Kind.RANK)
    a, b, c, d = held.order
    open_board(page, held)

    drag(page, chip="B", onto=".tier >> nth=0", at=0.1)  # above A
    say(page, "B moved to rank 1")
    drag(page, chip="C", onto=".tier-box >> nth=1", at=0.5)  # onto A
    say(page, "C moved to rank 2, tied with A")
    drag(page, chip="D", onto="[data-apart]", at=0.5)
    say(page, "D is unrankable")
    page.get_by_role("button", name="B is better than A and C").click()
    page.get_by_role("button", name="Submit").click()
    at_desk(page)

    kept = Ranking.objects.get()
    assert (kept.tiers, kept.unrankable, kept.strengths) == ([[b], [a, c]], [d], [1])


def drag(page: Page, *, chip: str, onto: str, at: float) -> None:
    """Pull a chip of the rail onto an element, ``at`` this share of its height."""
    start = page.locator(f".chip[aria-label^='{chip},'] .letter").bounding_box()
    end = page.locator(onto).bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] * at, steps=8)
    page.mouse.up()


def test_a_finger_does_what_a_mouse_does(open_context: OpenContext, scene: Scene) -> None:
    held = scene.hand(Kind.RANK)
    phone = open_context(
        scene.ada, viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    )
    page = phone.new_page()
    open_board(page, held)

    page.get_by_role("button", name="Put A on rank 3").tap()
    say(page, "A moved to rank 3")
    page.locator(".chip[aria-label^='D,']").tap()
    page.get_by_role("button", name="Tie D with the rank above").tap()
    say(page, "D moved to rank 3, tied with A")

    a, b, c, d = held.order
    page.locator("[data-saved=saved]").wait_for()
    assert Draft.objects.get().body["tiers"] == [[b], [c], [a, d]]


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


def test_a_skip_asks_why(page: Page, scene: Scene) -> None:
    held = scene.hand(Kind.RANK)
    open_board(page, held)

    page.keyboard.press("s")
    page.get_by_role("radio", name="Contains personal data").check()
    page.get_by_role("button", name="Skip", exact=True).click()
    at_desk(page)

    held.refresh_from_db()
    assert (held.state, held.skip_reason) == ("skipped", "personal-data")
