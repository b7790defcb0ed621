"""Explore in a real browser: by keyboard alone, and for everybody."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from annotate.models import Prompt, Ranking
from annotate.services.words import keep_words
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene
from tests.browser.pictures import make_pictures
from tests.browser.test_pages import look_at
from tests.factories import make_prompt, make_ranking

pytestmark = pytest.mark.browser


@pytest.fixture
def ranking(scene: Scene) -> Ranking:
    made = make_ranking(scene.campaign, scene.ada)
    Prompt.objects.filter(pk=made.prompt_id).update(skill="medicine", external_id="x" * 80)
    make_prompt(scene.campaign, text="https://example.org/" + "a" * 200)
    keep_words()
    return made


def test_a_lead_finds_an_item_by_keyboard_and_reads_its_life(
    scene: Scene, open_context: OpenContext, ranking: Ranking
) -> None:
    page = open_context(scene.lead).new_page()
    look_at(page, reverse("annotate:explore"))

    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(ranking.prompt.question.strip("?"))
    page.keyboard.press("Enter")
    page.get_by_role("link", name=ranking.prompt.question).focus()
    page.keyboard.press("Enter")
    page.get_by_text("Ada Quill").first.wait_for()
    summary = page.get_by_role("region", name="Rankings").locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Handed in").first).to_be_visible()


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
