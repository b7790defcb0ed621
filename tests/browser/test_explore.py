"""Explore in a real browser: by keys, mouse and finger, and for everybody."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from annotate.models import Prompt, Ranking
from annotate.services.words import keep_words
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import EVERY_HAND, KEYS, At, Hand, sit
from tests.browser.pictures import make_pictures
from tests.browser.test_pages import look_at
from tests.factories import make_prompt, make_ranking

pytestmark = pytest.mark.browser

OTHER = "https://example.org/" + "a" * 200


@pytest.fixture
def ranking(scene: Scene) -> Ranking:
    made = make_ranking(scene.campaign, scene.ada)
    Prompt.objects.filter(pk=made.prompt_id).update(skill="medicine", external_id="x" * 80)
    make_prompt(scene.campaign, text=OTHER, skill="law")
    keep_words()
    return made


@EVERY_HAND
def test_a_lead_finds_an_item_and_reads_its_life(
    scene: Scene, open_context: OpenContext, ranking: Ranking, hand: Hand
) -> None:
    at = sit(open_context, scene.lead, hand)
    found = at.page.get_by_role("region", name="Found").get_by_role("link")
    at.go("/")

    at.press("Explore", "link")
    expect(found).to_have_count(3)
    at.hand.rewrite(at.page.get_by_role("searchbox"), "platelets")
    at.press("Find")
    expect(found).to_have_text([ranking.prompt.question])
    at.press("Show everything", "link")
    expect(found).to_have_count(3)
    at.hand.press(at.page.get_by_text("More filters"))
    at.hand.pick(at.page.get_by_label("Skill", exact=True), "law")
    at.press("Find")
    expect(found).to_have_text([OTHER])
    at.press("Show everything", "link")
    at.press("Rankings", "link")
    expect(found).to_have_text([ranking.prompt.question])
    at.hand.press(found)
    read_life(at)


def read_life(at: At) -> None:
    """Each part of an item's life opens: an answer, and a ranking with what it took."""
    for region, inside in {"Candidates": "serine 529", "Rankings": "Handed in"}.items():
        part = at.page.get_by_role("region", name=region)
        told = part.get_by_text(inside).first
        expect(told).to_be_hidden()
        at.hand.press(part.locator("summary").first)
        expect(told).to_be_visible()


def test_a_slash_goes_to_the_search_box(
    scene: Scene, open_context: OpenContext, ranking: Ranking
) -> None:
    at = sit(open_context, scene.lead, KEYS)
    at.go(reverse("annotate:explore"))

    at.page.keyboard.press("/")
    expect(at.page.get_by_role("searchbox")).to_be_focused()
    at.page.keyboard.type("stent")
    at.page.keyboard.press("Enter")

    found = at.page.get_by_role("region", name="Found").get_by_role("link")
    expect(found).to_have_text([ranking.prompt.question])


def test_the_lists_are_for_everybody(
    scene: Scene, open_context: OpenContext, ranking: Ranking
) -> None:
    page = open_context(scene.lead).new_page()
    look_at(page, reverse("annotate:explore") + "?show=rankings")
    make_pictures(page, "explore")

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}


def test_a_life_is_for_everybody(scene: Scene, open_context: OpenContext, ranking: Ranking) -> None:
    page = open_context(scene.lead).new_page()
    look_at(page, reverse("annotate:life", args=[ranking.prompt.uuid]))
    for summary in page.locator("main summary").all():
        summary.click()
    make_pictures(page, "life")

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}
