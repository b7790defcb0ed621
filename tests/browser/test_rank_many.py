"""Three answers in columns, nine in a list with a reader: by keys alone, by mouse, by finger."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind, Role
from annotate.models import Campaign, Ranking
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work, add_member
from tests.browser.conftest import OpenContext, Scene, make_scene
from tests.browser.hands import EVERY_HAND, FINGER, KEYS, Hand
from tests.browser.work import at_desk, open_item
from tests.factories import make_campaign, make_prompt

pytestmark = pytest.mark.browser

NINE = [f"Answer **{number}**." for number in range(1, 10)]


def place(hand: Hand, page: Page, letter: str, key: str) -> None:
    """Give an answer its place: by its key, or by the button that has it."""
    chip = page.locator(f".chip[aria-label^='{letter},']")
    card = page.locator(f".answer[data-letter='{letter}']")
    if hand is KEYS:
        page.keyboard.press(key)
        return
    if not card.is_visible():
        hand.press(chip)
    hand.press(card.locator(f"[data-place='{key}']"))


def stands(page: Page, letter: str, sentence: str) -> None:
    chip = page.locator(f".chip[aria-label^='{letter},']")
    expect(chip).to_have_attribute("aria-label", f"{letter}, {sentence}")


def go_to(page: Page, letter: str) -> None:
    """By the keys for the next answer and the one before."""
    focused = page.locator(".answer.is-focused")
    while (here := focused.get_attribute("data-letter") or "") != letter:
        page.keyboard.press("j" if here < letter else "k")


def of_nine(scene: Scene) -> Campaign:
    """Another campaign of the same person, which asks for nine."""
    campaign = make_campaign(works=[Work(Kind.RANK, answers=9)], lead=scene.lead)
    add_member(campaign=campaign, person=scene.ada, role=Role.ANNOTATOR, by=scene.lead)
    make_prompt(campaign, answers=NINE)
    return campaign


@EVERY_HAND
def test_three_and_nine_answers_are_ranked(
    hand: Hand, live_server: LiveServer, open_context: OpenContext
) -> None:
    scene = make_scene([Work(Kind.RANK, answers=3)], NINE[:3])
    page = open_context(scene.ada, **hand.window).new_page()
    three = scene.hand(Kind.RANK)
    open_item(page, three)
    rank_three(hand, page)
    at_desk(page)
    nine = take_assignment(by=scene.ada, campaign=of_nine(scene), kind=Kind.RANK)
    open_item(page, nine)
    rank_nine(hand, page)
    at_desk(page)

    first, second = Ranking.objects.order_by("pk")
    a, b, c = three.order
    assert (first.tiers, first.strengths) == ([[b], [a, c]], [1])
    *rest, h, i = nine.order
    a, b, c, d, e, f, g = rest
    assert (second.tiers, second.unrankable) == ([[i], [b, c], [d], [e], [f], [g], [a]], [h])


def rank_three(hand: Hand, page: Page) -> None:
    """B first, then A and C tied, and B slightly better than they are."""
    places = [page.locator(".answer").nth(at).bounding_box() for at in range(3)]
    rows = {each["y"] for each in places if each}
    assert len(rows) == (3 if hand is FINGER else 1)  # beside one another where there is room
    for letter, key, sentence in (("B", "1", "rank 1"), ("C", "=", "rank 2, tied with A")):
        if hand is KEYS:
            go_to(page, letter)
        place(hand, page, letter, key)
        stands(page, letter, sentence)
    if hand is KEYS:
        go_to(page, "B")
        page.keyboard.press("]")
        page.keyboard.press("Control+Enter")
        return
    hand.press(page.get_by_role("button", name="B is better than A and C"))
    hand.press(page.get_by_role("button", name="Submit"))


def rank_nine(hand: Hand, page: Page) -> None:
    """I first and A last, B and C tied, H apart; one at a time, and all of them in between."""
    seen = page.locator(".answer:visible")
    expect(seen).to_have_count(1)
    acts = (
        ("I", "1", "rank 1"),
        ("A", "9", "rank 9"),
        ("C", "=", "rank 2, tied with B"),
        ("H", "0", "unrankable"),
    )
    for letter, key, sentence in acts:
        if hand is KEYS:
            go_to(page, letter)
        place(hand, page, letter, key)
        stands(page, letter, sentence)
        expect(seen).to_have_attribute("data-letter", letter)
    if hand is KEYS:
        page.keyboard.press("v")
        expect(seen).to_have_count(9)
        page.keyboard.press("Control+Enter")
        return
    hand.press(page.get_by_role("button", name="All", exact=True))
    expect(seen).to_have_count(9)
    hand.press(page.get_by_role("button", name="Submit"))
