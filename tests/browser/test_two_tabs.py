"""Two tabs of one item: their person chooses between both texts, and neither is lost before."""

import pytest
from playwright.sync_api import Page, expect

from annotate.models import Assignment, Ranking
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.hands import EVERY_HAND, Hand
from tests.browser.work import (
    address,
    at_desk,
    choose,
    holds,
    is_next,
    is_saved,
    open_item,
    rows,
    write,
)

pytestmark = [pytest.mark.browser, pytest.mark.services]


@EVERY_HAND
def test_two_tabs_of_a_text_are_settled(
    hand: Hand, scene: Scene, held: Assignment, watch: Watch, open_context: OpenContext
) -> None:
    context = open_context(scene.ada, **hand.window)
    page, other = context.new_page(), context.new_page()
    open_item(page, held)
    open_item(other, held)
    page.bring_to_front()
    hand.write(page.get_by_label("Your answer"), "From the first tab.")
    is_saved(page)

    with watch.expecting("409"):
        other.bring_to_front()
        hand.write(other.get_by_label("Your answer"), "From the second.")
        choice = other.get_by_role("dialog", name="This draft was changed elsewhere")
        expect(choice.locator("[data-mine]")).to_have_text("From the second.")
        expect(choice.locator("[data-theirs]")).to_have_text("From the first tab.")
        other.keyboard.press("Escape")
        other.keyboard.press("Escape")
        expect(choice).to_be_visible()
        hand.press(choice.get_by_role("button", name="Keep this one"))
        is_saved(other)
    hand.press(other.get_by_role("button", name="Submit"))
    is_next(other)

    assert rows() == ["From the second."]


def test_a_text_that_is_handed_in_over_another_tabs_is_settled_first(
    page: Page, held: Assignment, watch: Watch
) -> None:
    other = page.context.new_page()
    open_item(page, held)
    open_item(other, held)
    write(page, "From the first tab.")
    is_saved(page)

    with watch.expecting("409"):
        other.bring_to_front()
        write(other, "From the second.")
        other.keyboard.press("Control+Enter")
        choice = other.get_by_role("dialog", name="This draft was changed elsewhere")
        expect(choice.locator("[data-mine]")).to_have_text("From the second.")
        expect(choice.locator("[data-theirs]")).to_have_text("From the first tab.")
        choose(other, "Take the other")
        holds(other, "From the first tab.")
    other.keyboard.press("Control+Enter")
    is_next(other)

    assert rows() == ["From the first tab."]


def test_an_order_that_is_handed_in_over_another_tabs_is_settled_first(
    page: Page, ranked: Assignment, watch: Watch
) -> None:
    a, b, c, d = ranked.order
    other = page.context.new_page()
    open_item(page, ranked)
    open_item(other, ranked)
    page.bring_to_front()
    page.keyboard.press("2")
    is_saved(page)

    with watch.expecting("409"):
        other.bring_to_front()
        other.keyboard.press("4")
        other.keyboard.press("Control+Enter")
        choice = other.get_by_role("dialog", name="This draft was changed elsewhere")
        expect(choice.locator("[data-mine]")).to_contain_text("A: rank 4")
        expect(choice.locator("[data-theirs]")).to_contain_text("A: rank 2")
        choose(other, "Keep this one")
        is_saved(other)
    other.keyboard.press("Control+Enter")
    at_desk(other)

    assert Ranking.objects.get().tiers == [[b], [c], [d], [a]]


def test_without_scripts_both_texts_stand_side_by_side(
    page: Page, held: Assignment, scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    plain = open_context(scene.ada, java_script_enabled=False).new_page()
    plain.goto(address(held))
    open_item(page, held)
    write(page, "With scripts.")
    is_saved(page)

    write(plain, "Without.")
    with watch.expecting("409"):
        plain.get_by_role("button", name="Submit").click()
        both = [each.text_content() for each in plain.locator("[data-other-draft] pre").all()]
    plain.get_by_role("button", name="Submit").click()
    is_next(plain)

    assert both == ["Without.", "With scripts."]
    assert rows() == ["Without."]


def test_a_choice_between_two_texts_is_for_everybody(
    page: Page, held: Assignment, scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    other = open_context(scene.ada).new_page()
    open_item(page, held)
    open_item(other, held)
    write(page, "One.")
    is_saved(page)
    with watch.expecting("409"):
        write(other, "Two.")
        other.keyboard.press("Control+Enter")
        other.get_by_role("dialog", name="This draft was changed elsewhere").wait_for()
        found = seen_by_all(other)
        other.get_by_role("button", name="Keep this one").click()
        is_saved(other)

    assert found == []
