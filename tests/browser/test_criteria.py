"""A lead says what answers are judged by; whoever judges reads it beside them."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.models import Instructions
from annotate.questions import Criterion, Scale, questions_of
from annotate.services.campaign import Work, acknowledge_instructions, publish_instructions
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene, make_scene
from tests.browser.hands import EVERY_HAND, At, Hand, sit
from tests.browser.pictures import make_pictures
from tests.browser.test_answers import sheet_of
from tests.browser.work import address, open_item

pytestmark = pytest.mark.browser

TRUE = Criterion("true", "True", "Every claim can be checked.")
HELPFUL = Scale("helpful", "Helpful", 1, 7, means="It does what was asked.")
FORM: dict[str, object] = {
    "rank": {
        "criteria": [{"name": "true", "label": TRUE.label, "means": TRUE.means}],
        "ratings": [
            {"name": "helpful", "label": "Helpful", "low": 1, "high": 7, "means": HELPFUL.means}
        ],
    }
}


@pytest.fixture
def scene(live_server: LiveServer) -> Scene:
    return make_scene([Work(Kind.RANK, answers=4)])


@pytest.fixture
def judged(scene: Scene) -> Scene:
    """A version with criteria, which Ada has accepted."""
    version = publish_instructions(
        campaign=scene.campaign, guideline="Be kind.", form=FORM, by=scene.lead
    )
    acknowledge_instructions(instructions=version, by=scene.ada)
    return scene


def add(at: At, number: int, label: str, means: str) -> None:
    at.press("Add a criterion")
    row = at.page.get_by_role("group", name=f"Criteria {number}", exact=True)
    expect(row.get_by_label("Criterion", exact=True)).to_be_focused()
    at.page.keyboard.type(label)
    at.hand.write(row.get_by_label("What it means"), means)


@EVERY_HAND
def test_criteria_are_written_accepted_and_read_beside_the_answers(
    scene: Scene, open_context: OpenContext, hand: Hand
) -> None:
    at = sit(open_context, scene.lead, hand)
    at.go(reverse("annotate:edit_guideline", args=[scene.campaign.uuid]))
    add(at, 1, TRUE.label, TRUE.means)
    first = at.page.get_by_role("group", name="Criteria 1", exact=True)
    at.hand.pick(first.get_by_label("Scale"), "not rated: people order by it")
    expect(first.get_by_label("The lowest means")).to_be_hidden()
    add(at, 2, HELPFUL.label, HELPFUL.means)
    at.press("Publish version 2")
    expect(at.page.get_by_role("status")).to_contain_text("Version 2 is published.")
    asked = questions_of(Instructions.objects.get(version=2).form, Kind.RANK)
    assert (list(asked.criteria), list(asked.ratings)) == ([TRUE], [HELPFUL])

    adas = sit(open_context, scene.ada, hand)
    adas.go(reverse("annotate:guideline", args=[scene.campaign.uuid]))
    expect(adas.page.get_by_role("region", name="What changed since")).to_contain_text(TRUE.means)
    adas.press("I have read it and accept it: start")
    adas.page.locator("form[data-ready]").wait_for()
    names = adas.page.locator("#criteria > summary")
    expect(names).to_contain_text("True · Helpful")
    expect(adas.page.locator("#criteria").get_by_text(TRUE.means)).to_be_hidden()
    hand.press(names)
    expect(adas.page.locator("#criteria").get_by_text(TRUE.means)).to_be_visible()
    expect(adas.page.locator("#criteria").get_by_text(HELPFUL.means)).to_be_visible()
    card = adas.page.locator("[data-candidate].is-focused")
    rating = card.get_by_role("group", name="Helpful")
    with sheet_of(hand, card):
        hand.choose(rating.get_by_label("6"))
        expect(rating.get_by_label("6")).to_be_checked()


def test_the_page_with_criteria_is_for_everybody(judged: Scene, open_context: OpenContext) -> None:
    page = open_context(judged.ada).new_page()
    open_item(page, judged.hand(Kind.RANK))
    found = {"folded": seen_in_windows(page)}
    page.locator("#criteria > summary").click()
    make_pictures(page, "rank-criteria")
    found["open"] = seen_in_windows(page)
    page.keyboard.press("g")
    drawer = page.get_by_role("complementary", name="Guideline")
    expect(drawer.get_by_text(TRUE.means)).to_be_visible()
    found["guideline"] = seen_in_windows(page)

    assert found == {name: {how: [] for how in seen} for name, seen in found.items()}


def test_the_answers_keep_the_rest_of_the_window(judged: Scene, open_context: OpenContext) -> None:
    """On a wide screen the page fills the window: what is unfolded takes its lines from them."""
    page = open_context(judged.ada).new_page()
    page.goto(address(judged.hand(Kind.RANK)))
    page.locator("form[data-ready]").wait_for()

    def ends() -> tuple[float, float]:
        bar, deck = (page.locator(each).bounding_box() for each in (".action-bar", ".deck"))
        assert bar
        assert deck
        return bar["y"] + bar["height"], deck["height"]

    folded = ends()
    page.locator("#criteria > summary").click()
    unfolded = ends()

    assert folded[0] == unfolded[0] == 800
    assert 200 < unfolded[1] < folded[1]
