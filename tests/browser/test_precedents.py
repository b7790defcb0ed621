"""Precedents on the guideline's own page, by each hand: read, and linked to."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from annotate.enums import Kind
from annotate.models import Precedent
from annotate.services.campaign import acknowledge_instructions, publish_instructions
from annotate.services.question import answer_question, ask_question
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import EVERY_HAND, MOUSE, Hand, sit
from tests.browser.pictures import make_pictures

pytestmark = pytest.mark.browser

MANY = 25  # more than the page shows


@pytest.fixture
def precedents(scene: Scene) -> list[Precedent]:
    """The first was given under version 1, the others under version 2."""
    turn = scene.hand(Kind.RANK)
    for number in range(MANY):
        asked = ask_question(assignment=turn, text="Here?", by=scene.ada, key=uuid4())
        answer = f"Take the **{number}th**."
        answer_question(
            question=asked, answer=answer, by=scene.lead, precedent=f"Which dose, {number}?"
        )
        if not number:
            version = publish_instructions(
                campaign=scene.campaign, guideline="Be kind.", by=scene.lead
            )
            acknowledge_instructions(instructions=version, by=scene.ada)
    return list(Precedent.objects.order_by("pk"))


@EVERY_HAND
def test_precedents_are_read_with_the_guideline_and_linked_to(
    scene: Scene, precedents: list[Precedent], open_context: OpenContext, hand: Hand
) -> None:
    at = sit(open_context, scene.ada, hand)
    at.go(reverse("annotate:guideline", args=[scene.campaign.uuid]))
    region = at.page.get_by_role("region", name="Precedents")
    expect(region.locator("summary")).to_have_count(20)

    hand.press(region.get_by_text("Which dose, 24?").first)
    expect(region.locator("strong").first).to_have_text("24th")
    expect(region.get_by_text("Given under version 2 of the guideline").first).to_be_visible()
    hand.press(region.get_by_role("link", name="Which dose, 24?"))

    expect(at.page).to_have_url(re.compile(f"#precedent-{precedents[-1].uuid}$"))
    expect(region.locator("details[open]")).to_have_count(1)
    expect(region.locator("details[open]").get_by_text("24th")).to_be_in_viewport()


def test_a_link_leads_to_an_old_precedent_and_opens_it(
    scene: Scene, precedents: list[Precedent], open_context: OpenContext
) -> None:
    at = sit(open_context, scene.ada, MOUSE)
    oldest = precedents[0].uuid
    here = reverse("annotate:guideline", args=[scene.campaign.uuid])
    at.go(f"{here}?precedent={oldest}#precedent-{oldest}")

    opened = at.page.locator("details.precedent[open]")
    expect(opened).to_contain_text("Given under version 1 of the guideline")
    expect(opened.locator("strong")).to_be_in_viewport()
    make_pictures(at.page, "guideline-precedents")

    found = seen_in_windows(at.page)

    assert found == {how: [] for how in found}
