"""The arguments of a call as a form: by every hand, in step with the JSON, for everybody."""

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from annotate.enums import Kind
from annotate.models import Assignment, Demonstration
from annotate.services.prompt import add_prompt
from annotate.services.task import open_tasks
from annotate.services.turn import release_assignment
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import EVERY_HAND, KEYS, Hand, walk_to
from tests.browser.pictures import make_pictures
from tests.browser.test_write_blocks import open_editor, reads, settle
from tests.browser.work import at_desk

pytestmark = pytest.mark.browser

PRESCRIBE: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "prescribe",
        "description": "Write a prescription.",
        "parameters": {
            "type": "object",
            "properties": {
                "drug": {"type": "string", "description": "Its plain name."},
                "plan": {"type": "array", "items": {"type": "object"}},
                "route": {"enum": ["oral", "iv"]},
                "fasting": {"type": "boolean"},
                "patient": {
                    "type": "object",
                    "properties": {"age": {"type": "integer"}},
                    "required": ["age"],
                },
                "not_with": {"type": "array", "items": {"type": "string"}},
                "milligrams": {"type": "number"},
            },
            "required": ["drug", "route", "patient"],
        },
    },
}


@pytest.fixture
def prescribing(scene: Scene) -> Assignment:
    settle(scene, turns=3)
    release_assignment(assignment=scene.hand(Kind.DEMONSTRATE), by=scene.ada)
    asked = [{"role": "user", "content": "Prescribe aspirin."}]
    add_prompt(campaign=scene.campaign, messages=asked, tools=[PRESCRIBE])
    open_tasks(campaign=scene.campaign)
    return scene.hand(Kind.DEMONSTRATE)


def fill_in(hand: Hand, page: Page, label: str, text: str) -> None:
    """The next field; by keys it is the next stop."""
    field = page.get_by_label(label)
    if hand is KEYS:
        page.keyboard.press("Tab")
        expect(field).to_be_focused()
    if field.evaluate("field => field.matches('select')"):
        hand.pick(field, text)
    else:
        hand.write(field, text)


@EVERY_HAND
def test_arguments_are_filled_in_and_stand_in_the_json(
    hand: Hand, scene: Scene, prescribing: Assignment, open_context: OpenContext
) -> None:
    page = open_context(scene.ada, **hand.window).new_page()
    open_editor(page, prescribing)
    begin_a_call(hand, page)
    fill_in(hand, page, "drug required", "aspirin")
    missing = "patient: “age” is missing; add it."
    expect(page.locator("[data-flaws]").first).to_have_text(missing)
    is_described(page, "drug required", "Its plain name.")
    form = page.get_by_role("group", name="Arguments of block 1")
    expect(form).to_have_accessible_description(missing)
    fill_in(hand, page, "route required", "iv")
    fill_in(hand, page, "age required", "63")
    fill_in(hand, page, "fasting", "yes")
    fill_in(hand, page, "not_with", "ibuprofen\nwarfarin")
    fill_in(hand, page, "milligrams", "ten")
    is_told_apart(page, wrong="milligrams", right="drug required")
    assert seen_by_all(page) == []
    if hand is KEYS:
        make_pictures(page, "write-arguments")
    hand.rewrite(page.get_by_label("milligrams"), "100")
    page.keyboard.press("Enter")  # of a phone's keyboard, too: it hands nothing in
    arguments = {
        "drug": "aspirin",
        "route": "iv",
        "patient": {"age": 63},
        "milligrams": 100,
        "fasting": True,
        "not_with": ["ibuprofen", "warfarin"],
    }
    changed = arguments | {"drug": "warfarin", "plan": [{"day": 1}]}
    change_in_json(hand, page, arguments, changed)
    expect(page.get_by_label("drug required")).to_have_value("warfarin")
    hand.write(page.get_by_label("Result, block 2"), "done")
    hand.write(page.get_by_label("Your answer"), "Done.")
    reads(page, "Done.")
    hand.do("Control+Enter", page.get_by_role("button", name="Submit"))
    at_desk(page)

    called: Any = Demonstration.objects.get().messages[0]["tool_calls"]
    assert called[0]["function"]["arguments"] == changed


def begin_a_call(hand: Hand, page: Page) -> None:
    call = page.get_by_role("button", name="Call a tool")
    if hand is KEYS:
        walk_to(call, back=True)  # it stands above the text
    hand.press(call)
    form = page.get_by_role("group", name="Arguments of block 1")
    expect(form).to_contain_text("Only in JSON: plan.")
    if hand is KEYS:
        page.keyboard.press("Tab")  # the switch


def is_told_apart(page: Page, *, wrong: str, right: str) -> None:
    flaw = f"{wrong}: 'ten' is not of the type number."
    expect(page.locator("[data-flaws]").first).to_contain_text(flaw)
    expect(page.get_by_label(wrong)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label(right)).to_have_attribute("aria-invalid", "false")
    is_described(page, wrong, f"A number {flaw}")
    is_described(page, right, "Its plain name.")


def is_described(page: Page, label: str, said: str) -> None:
    """What is wrong is read out with the field that is wrong, and with no other."""
    expect(page.get_by_label(label)).to_have_accessible_description(said)


def change_in_json(hand: Hand, page: Page, arguments: object, changed: object) -> None:
    """What stands there is all that was filled in; the form takes up what is changed."""
    switch = page.get_by_role("button", name="JSON of block 1")
    written = page.get_by_label("Arguments of block 1, as JSON")
    turn(hand, switch)
    assert json.loads(written.input_value()) == arguments
    hand.rewrite(written, json.dumps(changed))
    turn(hand, switch)


def turn(hand: Hand, switch: Locator) -> None:
    if hand is KEYS:
        walk_to(switch, back=True)
    hand.press(switch)


def test_broken_json_stays_where_it_is_until_it_can_be_read(
    page: Page, prescribing: Assignment
) -> None:
    open_editor(page, prescribing)
    page.get_by_role("button", name="Call a tool").click()
    switch = page.get_by_role("button", name="JSON of block 1")
    switch.click()
    written = page.get_by_label("Arguments of block 1, as JSON")
    written.fill('{"drug": ')
    switch.click()
    expect(page.locator("[data-announce]")).to_contain_text("The form comes back when")
    expect(written).to_have_value('{"drug": ')
    expect(switch).to_have_attribute("aria-pressed", "true")

    written.fill('{"drug": "aspirin"}')
    switch.click()

    expect(page.get_by_label("drug required")).to_have_value("aspirin")
    expect(switch).to_have_attribute("aria-pressed", "false")
    reads(page, "aspirin")
