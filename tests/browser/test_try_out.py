"""Work is tried out before it is done: by keys, mouse and finger, from the campaign's own page.

A conversation by keys is in test_every_page.py.
"""

import json
import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.models import Conversation, Demonstration, Draft, Ranking
from annotate.services.campaign import Work
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene, make_scene
from tests.browser.hands import EVERY_HAND, MOUSE_AND_FINGER, Hand
from tests.browser.work import kept_in

pytestmark = pytest.mark.browser

WORKS = [
    Work(Kind.RANK, answers=4),
    Work(Kind.DEMONSTRATE),
    Work(Kind.TALK, answers=2, turns=2),
]
NOTHING_WAS_KEPT = "Nothing was kept: this is a try-out"


@pytest.fixture
def scene(live_server: LiveServer) -> Scene:
    return make_scene(WORKS)


def try_out(hand: Hand, page: Page, scene: Scene, kind: Kind) -> None:
    page.goto(reverse("annotate:campaign", args=[scene.campaign.uuid]))
    page.locator("html[data-awake]").wait_for(state="attached")
    hand.press(page.get_by_role("link", name=re.compile(f"Try it out ?: {kind.label}")))


def hand_in(hand: Hand, page: Page) -> None:
    hand.do("Control+Enter", page.get_by_role("button", name="Submit"))
    expect(page.get_by_role("heading", name=NOTHING_WAS_KEPT)).to_be_visible()


def said(page: Page) -> Any:
    """What would have been kept."""
    return json.loads(page.locator("pre").inner_text())


def is_kept_nowhere(page: Page) -> None:
    assert kept_in(page) == []
    for rows in (Ranking.objects, Demonstration.objects, Draft.objects, Conversation.objects):
        assert not rows.exists()


@EVERY_HAND
def test_ranking_is_tried_and_leaves_nothing(
    hand: Hand, scene: Scene, open_context: OpenContext
) -> None:
    page = open_context(scene.lead, **hand.window).new_page()
    try_out(hand, page, scene, Kind.RANK)
    page.locator("form[data-ready]").wait_for()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))

    first = page.locator(".answer").first
    hand.do("2", first.get_by_role("button", name="on rank 2"))
    expect(first.locator("[data-standing]")).to_have_text("rank 2")
    left = kept_in(page)
    hand_in(hand, page)
    assert [len(tier) for tier in said(page)["tiers"]] == [1, 1, 1, 1]
    assert seen_by_all(page) == []
    hand.press(page.get_by_role("link", name="Try another"))
    page.locator("form[data-ready]").wait_for()

    assert left == []
    assert [each.split(" ")[0] for each in sent if not each.startswith("GET")] == ["POST"]
    is_kept_nowhere(page)


@EVERY_HAND
def test_writing_is_tried_and_leaves_nothing(
    hand: Hand, scene: Scene, open_context: OpenContext
) -> None:
    page = open_context(scene.ada, **hand.window).new_page()
    try_out(hand, page, scene, Kind.DEMONSTRATE)
    page.locator("form[data-ready]").wait_for()

    hand.write(page.get_by_label("Your answer"), "Light and *water*.")
    left = kept_in(page)
    hand_in(hand, page)

    assert said(page)["text"] == "Light and *water*."
    assert left == []
    is_kept_nowhere(page)


@MOUSE_AND_FINGER
def test_a_conversation_is_tried_and_leaves_nothing(
    hand: Hand, scene: Scene, open_context: OpenContext
) -> None:
    page = open_context(scene.lead, **hand.window).new_page()
    try_out(hand, page, scene, Kind.TALK)
    say(hand, page, "What do you say first?", "What is a shunt?")
    judge(hand, page)
    hand.choose(page.get_by_role("radio", name="My own wording"))
    hand.write(page.get_by_label("My own wording", exact=True), " Or a pipe.")
    say(hand, page, "What do you say next?", "And a stoma?")
    expect(page.locator("#prompt")).to_contain_text("Or a pipe.")
    judge(hand, page)

    expect(page.get_by_text("the last that this campaign asks for")).to_be_visible()
    is_kept_nowhere(page)


def say(hand: Hand, page: Page, label: str, text: str) -> None:
    hand.write(page.get_by_label(label, exact=True), text)
    hand.press(page.get_by_role("button", name="Say it"))
    page.locator("form[data-ready]").wait_for()


def judge(hand: Hand, page: Page) -> None:
    hand.choose(page.locator("[name=cell][value=b2]"))
    hand_in(hand, page)
