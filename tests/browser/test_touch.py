"""The lead's, the reader's and the annotator's pages by tap alone, on a phone and a small one."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotate.enums import Kind
from annotate.models import Assignment, Campaign, Ranking
from annotate.questions import Scale, questions_of
from annotate.services.words import keep_words
from tests.browser.conftest import OpenContext, Scene
from tests.browser.texts import QUESTION
from tests.browser.touch import PHONES, hard_to_hit
from tests.factories import make_prompt, make_ranking

pytestmark = pytest.mark.browser

EACH_PHONE = pytest.mark.parametrize("phone", PHONES)


def show(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("html[data-awake]").wait_for(state="attached")


@EACH_PHONE
def test_a_campaign_is_set_up_by_tap(scene: Scene, open_context: OpenContext, phone: str) -> None:
    page = open_context(scene.lead, **PHONES[phone]).new_page()
    show(page, reverse("annotate:campaigns"))
    found = hard_to_hit(page)
    page.get_by_role("link", name="New campaign").tap()
    page.locator("html[data-awake]").wait_for(state="attached")
    page.get_by_label("Name", exact=True).tap()
    page.keyboard.type("Law")
    page.get_by_role("button", name="Add a criterion").tap()
    page.keyboard.type("Helpful")
    page.get_by_role("button", name="Add a flag").tap()
    page.keyboard.type("Harmful")
    flags = page.get_by_role("group", name="Flags: yes or no", exact=True)
    flags.locator(".question").get_by_role("button").tap()
    page.get_by_role("textbox", name="Guideline").tap()
    page.keyboard.type("Be **exact**.")
    expect(page.locator("#preview strong")).to_have_text("exact")
    found += hard_to_hit(page)
    page.get_by_role("button", name="Make the campaign").tap()
    expect(page.get_by_role("status")).to_contain_text("is there, as a draft")
    found += hard_to_hit(page)

    made = Campaign.objects.get(name="Law")
    asked = questions_of(made.instructions.get().form, "rank")
    assert (list(asked.ratings), list(asked.flags)) == ([Scale("helpful", "Helpful", 1, 7)], [])
    assert found == []


@EACH_PHONE
def test_an_item_is_found_and_its_life_read_by_tap(
    scene: Scene, open_context: OpenContext, phone: str
) -> None:
    ranking: Ranking = make_ranking(scene.campaign, scene.ada)
    keep_words()
    page = open_context(scene.lead, **PHONES[phone]).new_page()
    show(page, reverse("annotate:explore"))
    page.get_by_text("More filters").tap()
    found = hard_to_hit(page)
    page.get_by_role("searchbox").tap()
    page.keyboard.type("stent")
    page.get_by_role("button", name="Find").tap()
    page.get_by_role("link", name=ranking.prompt.question).tap()
    page.get_by_role("region", name="Rankings").locator("summary").first.tap()

    expect(page.get_by_text("Handed in").first).to_be_visible()
    assert found + hard_to_hit(page) == []


@EACH_PHONE
def test_work_is_resumed_and_started_at_the_desk_by_tap(
    scene: Scene, held: Assignment, open_context: OpenContext, phone: str
) -> None:
    make_prompt(scene.campaign, answers=["a", "b", "c", "d"])
    page = open_context(scene.ada, **PHONES[phone]).new_page()
    show(page, reverse("annotate:desk"))
    found = hard_to_hit(page)

    page.get_by_role("link", name="Resume").tap()
    expect(page.locator(".conversation").first).to_contain_text(QUESTION.split(".")[0])
    show(page, reverse("annotate:desk"))
    page.get_by_role("button", name="Rank answers for").tap()

    expect(page).to_have_url(re.compile("/rank/$"))
    assert Assignment.objects.filter(person=scene.ada, task__kind=Kind.RANK).count() == 1
    assert found == []
