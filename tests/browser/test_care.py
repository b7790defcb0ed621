"""What may harm is agreed to, covered, and shown when its reader wants it: by each hand."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind, Role
from annotate.models import CareConsent, Ranking
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work, add_member
from annotate.services.care import agree_to_harm, set_care
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.reviewing import find_reviews
from commons.models import User
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene, make_scene
from tests.browser.hands import EVERY_HAND, FINGER, KEYS, MOUSE, At, Hand, sit
from tests.browser.texts import ANSWERS, QUESTION
from tests.browser.work import address, at_desk
from tests.conversations import answer, judge, said
from tests.factories import make_user

pytestmark = pytest.mark.browser

WORKS = [Work(Kind.RANK, answers=4, reviewed_share=1), Work(Kind.DEMONSTRATE)]
BLURRED = re.compile("blur")


@pytest.fixture
def scene(live_server: LiveServer) -> Scene:
    scene = make_scene(WORKS, ANSWERS[:4])
    words = "People say **how they were hurt**."
    set_care(campaign=scene.campaign, skills=[""], words=words, by=scene.lead)
    return scene


@pytest.fixture
def agreed(scene: Scene) -> Scene:
    for person in (scene.ada, scene.lead):
        agree_to_harm(campaign=scene.campaign, version=1, by=person)
    return scene


def told_of(page: Page) -> str:
    """All that the browser tells a screen reader, of the tree that it makes for it."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    nodes = [each for each in tree["nodes"] if not each["ignored"]]
    return "\n".join(str(each.get("name", {}).get("value", "")) for each in nodes)


def parts(page: Page) -> Locator:
    return page.locator("main [data-harm]")


def is_covered(page: Page) -> None:
    """Neither to be read by eyes nor by a screen reader; what uncovers it is named."""
    for part in parts(page).all():
        expect(part).to_have_css("filter", BLURRED)
        expect(part).to_have_attribute("inert", "")
    told = told_of(page)
    assert "Show the text" in told
    assert QUESTION[:20] not in told


def is_shown(page: Page) -> None:
    for part in parts(page).all():
        expect(part).to_have_css("filter", "none")
        expect(part).not_to_have_attribute("inert", "")
    assert QUESTION[:20] in told_of(page)


def uncover(at: At) -> None:
    at.hand.press(at.page.locator("[data-cover] summary"))


def by_key(page: Page) -> None:
    page.keyboard.press("h")


@EVERY_HAND
def test_a_person_agrees_is_given_it_and_takes_it_back(
    scene: Scene, open_context: OpenContext, hand: Hand
) -> None:
    at = sit(open_context, scene.ada, hand)
    at.page.goto("/")
    expect(at.page.get_by_text("What is left may hold harmful text")).to_be_visible()
    hand.press(at.page.get_by_role("link", name="Read what it is").first)
    expect(at.page.get_by_text("how they were hurt")).to_be_visible()

    hand.press(at.page.get_by_role("button", name="I have read this and agree"))
    expect(at.page.get_by_text("You are given such items from now on.")).to_be_visible()
    assert take_assignment(by=scene.ada, kind=Kind.RANK).pk

    at.page.goto(reverse("annotate:care"))
    hand.press(at.page.get_by_role("button", name="Read no more of it"))
    expect(at.page.get_by_text("You are given no such items any more.")).to_be_visible()
    assert not CareConsent.objects.filter(withdrawn_at=None).exists()
    assert not scene.ada.assignments.filter(state="open").exists()


@EVERY_HAND
@pytest.mark.parametrize("kind", [Kind.RANK, Kind.DEMONSTRATE])
def test_an_item_is_covered_until_it_is_shown(
    agreed: Scene, open_context: OpenContext, hand: Hand, kind: Kind
) -> None:
    at = sit(open_context, agreed.ada, hand)
    at.page.goto(address(agreed.hand(kind)))
    at.page.locator("form[data-ready]").wait_for()

    is_covered(at.page)
    assert seen_by_all(at.page) == []
    uncover(at)
    is_shown(at.page)
    uncover(at)
    is_covered(at.page)


@pytest.mark.parametrize("kind", [Kind.RANK, Kind.DEMONSTRATE])
def test_the_key_shows_it_and_covers_it(
    agreed: Scene, open_context: OpenContext, kind: Kind
) -> None:
    """At once: a field to write in has no use for the key before there is something to read."""
    page = open_context(agreed.ada).new_page()
    page.goto(address(agreed.hand(kind)))
    page.locator("form[data-ready]").wait_for()

    page.keyboard.press("h")
    is_shown(page)
    by_key(page)
    is_covered(page)


def test_what_nobody_has_seen_is_not_handed_in(agreed: Scene, open_context: OpenContext) -> None:
    page = open_context(agreed.ada).new_page()
    page.goto(address(agreed.hand(Kind.RANK)))
    page.locator("#ranking[data-ready]").wait_for()
    page.keyboard.press("2")

    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-announce]")).to_have_text("Show the text first, or skip the item")
    expect(page.locator("[data-cover] summary")).to_be_focused()
    assert not Ranking.objects.exists()

    by_key(page)
    page.keyboard.press("Control+Enter")
    at_desk(page)
    assert Ranking.objects.count() == 1


def test_the_texts_that_are_compared_are_covered_too(
    agreed: Scene, open_context: OpenContext
) -> None:
    page = open_context(agreed.ada).new_page()
    page.goto(address(agreed.hand(Kind.RANK)))
    page.locator("#ranking[data-ready]").wait_for()

    page.keyboard.press("d")
    expect(page.locator("#difference")).to_be_visible()

    expect(page.locator("#difference [data-harm]")).to_have_css("filter", BLURRED)
    expect(page.locator(".chip-text").first).to_have_css("visibility", "hidden")


def test_without_scripts_it_is_left_out_until_it_is_shown(
    agreed: Scene, open_context: OpenContext
) -> None:
    page = open_context(agreed.ada, java_script_enabled=False).new_page()
    page.goto(address(agreed.hand(Kind.RANK)))

    expect(page.locator(".prompt-body")).to_be_hidden()
    page.locator("[data-cover] summary").click()
    expect(page.locator(".prompt-body")).to_be_visible()


@EVERY_HAND
def test_to_see_it_at_once_is_kept(agreed: Scene, open_context: OpenContext, hand: Hand) -> None:
    at = sit(open_context, agreed.ada, hand)
    at.page.goto(reverse("annotate:care"))
    hand.choose(at.page.get_by_label("Show them at once, always"))
    hand.press(at.page.get_by_role("button", name="Save"))
    expect(at.page.get_by_text("Saved.")).to_be_visible()

    at.page.goto(address(agreed.hand(Kind.RANK)))
    at.page.locator("#ranking[data-ready]").wait_for()
    is_shown(at.page)
    uncover(at)
    is_covered(at.page)


@pytest.mark.parametrize("hand", [KEYS, MOUSE, FINGER], ids=str)
def test_a_reviewer_uncovers_it(agreed: Scene, open_context: OpenContext, hand: Hand) -> None:
    turn = agreed.hand(Kind.RANK)
    answer = RankingAnswer(tiers=[[each] for each in turn.task.offered])
    submit_ranking(assignment=turn, answer=answer, by=agreed.ada)
    find_reviews()
    at = sit(open_context, reviewer(agreed), hand)
    at.page.goto(reverse("annotate:reviews"))
    expect(at.page.get_by_text("May hold harmful text")).to_be_visible()

    at.hand.press(at.page.get_by_role("link", name="Open"))
    at.page.locator("#review[data-ready]").wait_for()

    is_covered(at.page)
    uncover(at)
    is_shown(at.page)


def reviewer(scene: Scene) -> User:
    iris = make_user("iris")
    add_member(campaign=scene.campaign, person=iris, role=Role.REVIEWER, by=scene.lead)
    agree_to_harm(campaign=scene.campaign, version=1, by=iris)
    return iris


@EVERY_HAND
def test_a_conversation_is_covered_while_one_waits_and_while_one_chooses(
    live_server: LiveServer, open_context: OpenContext, hand: Hand
) -> None:
    scene = make_scene([Work(Kind.TALK, answers=2, turns=2)])
    set_care(campaign=scene.campaign, skills=[""], words="Threats.", by=scene.lead)
    agree_to_harm(campaign=scene.campaign, version=1, by=scene.ada)
    talk = said(scene.campaign, scene.ada)
    at = sit(open_context, scene.ada, hand)

    for is_answered in (False, True):
        if is_answered:
            at.page.goto("about:blank")  # a page that waits would go on by itself
            answer(scene.campaign)
            judge(talk.turns.get(), scene.ada)
        at.page.goto(reverse("annotate:talk", args=[talk.uuid]))
        at.page.locator("main.talk[data-ready]").wait_for()
        covered = at.page.locator(".talk-page > [data-harm]")
        expect(covered).to_have_css("filter", BLURRED)
        expect(covered).to_have_attribute("inert", "")
        uncover(at)
        expect(covered).to_have_css("filter", "none")


@EVERY_HAND
def test_in_explore_each_row_and_a_life_are_covered(
    agreed: Scene, open_context: OpenContext, hand: Hand
) -> None:
    at = sit(open_context, agreed.lead, hand)
    at.page.goto(reverse("annotate:explore"))
    text = at.page.get_by_text(QUESTION[:20])
    expect(text).to_be_hidden()
    hand.press(at.page.locator(".covered summary"))
    expect(text).to_be_visible()

    hand.press(at.page.get_by_role("link", name="May hold harmful text"))
    expect(at.page.locator("main .conversation")).to_be_hidden()
    uncover(at)
    expect(at.page.locator("main .conversation")).to_be_visible()
