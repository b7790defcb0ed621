"""A lead changes the guideline; whoever works sees the difference and accepts it before going on.

By keys from the loading of each page, by mouse and by finger.
"""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, expect

from annotate.enums import Kind
from annotate.models import Acknowledgement, Assignment, Instructions
from annotate.questions import Question, questions_of
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import EVERY_HAND, At, Hand, sit
from tests.browser.texts import GUIDELINE

pytestmark = pytest.mark.browser

CHANGED = GUIDELINE.replace("One wrong dose outweighs", "One wrong unit outweighs")


def difference(at: At, name: str) -> tuple[list[str], list[str]]:
    """What a region shows as gone, and as new; what only a screen reader hears is left out."""
    region = at.page.get_by_role("region", name=name)
    expect(region).to_be_visible()
    gone, new = (words(region.locator(each)) for each in ("del", "ins"))
    return gone, new


def words(of: Locator) -> list[str]:
    return [each.rpartition(":\n")[2] for each in of.all_inner_texts()]


def change(at: At, scene: Scene) -> None:
    at.go(reverse("annotate:campaign", args=[scene.campaign.uuid]))
    at.press("Edit", "link")
    at.hand.rewrite(at.page.get_by_role("textbox", name="Guideline", exact=True), CHANGED)
    expect(at.page.locator("#preview")).to_contain_text("One wrong unit")
    at.press("Add a flag")
    at.page.keyboard.type("Could do harm")
    at.press("Look at the difference")
    gone, new = difference(at, "What differs from version 1")
    assert (gone, new) == (["dose"], ["unit", "Flag: Could do harm"])
    at.press("Publish version 2")
    expect(at.page.get_by_role("status")).to_contain_text("Version 2 is published.")


def accept(at: At) -> None:
    at.go("/")
    expect(at.page.get_by_text("(version 2) is new to you")).to_be_visible()
    at.press("Rank answers for Medicine, spring")
    gone, new = difference(at, "What changed since version 1, which you accepted")
    assert (gone, new) == (["dose"], ["unit", "Flag: Could do harm"])
    assert seen_by_all(at.page) == []
    at.press("I have read it and accept it: start")
    at.page.locator("form[data-ready]").wait_for()


@EVERY_HAND
def test_a_changed_guideline_is_read_as_a_difference_and_accepted(
    scene: Scene, open_context: OpenContext, hand: Hand
) -> None:
    change(sit(open_context, scene.lead, hand), scene)
    assert not Assignment.objects.filter(person=scene.ada).exists()
    accept(sit(open_context, scene.ada, hand))

    newest = Instructions.objects.get(version=2)
    assert newest.guideline == CHANGED
    asked = questions_of(newest.form, Kind.RANK)
    assert list(asked.flags) == [Question("could-do-harm", "Could do harm")]
    assert Acknowledgement.objects.filter(person=scene.ada, instructions=newest).exists()
    assert Assignment.objects.filter(person=scene.ada).count() == 1
