"""The arguments of a call as a form: by keyboard alone, in step with the JSON, for everybody."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotate.enums import Kind
from annotate.models import Assignment, Demonstration
from annotate.services.prompt import add_prompt
from annotate.services.task import open_tasks
from annotate.services.turn import release_assignment
from tests.browser.axe import seen_by_all
from tests.browser.conftest import Scene
from tests.browser.pictures import make_pictures
from tests.browser.test_write_blocks import open_editor, reads, settle
from tests.browser.work import at_desk, write

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


def tab_to(page: Page, label: str) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_label(label)).to_be_focused()


def test_arguments_are_filled_in_by_keyboard_and_stand_in_the_json(
    page: Page, prescribing: Assignment
) -> None:
    open_editor(page, prescribing)
    page.get_by_role("button", name="Call a tool").press("Enter")
    form = page.get_by_role("group", name="Arguments of block 1")
    expect(form).to_contain_text("Only in JSON: plan.")
    page.keyboard.press("Tab")  # the switch
    tab_to(page, "drug required")
    expect(page.get_by_label("drug required")).to_have_accessible_description("Its plain name.")
    page.keyboard.type("aspirin")
    tab_to(page, "route required")
    page.keyboard.type("i")
    tab_to(page, "age required")
    page.keyboard.type("63")
    tab_to(page, "fasting")
    page.keyboard.press("ArrowDown")  # from “not given” to “yes”
    tab_to(page, "not_with")
    page.keyboard.type("ibuprofen\nwarfarin")
    tab_to(page, "milligrams")
    page.keyboard.type("ten")
    flaw = "milligrams: 'ten' is not of the type number."
    expect(page.locator("[data-flaws]").first).to_contain_text(flaw)
    expect(page.get_by_label("milligrams")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("drug required")).to_have_attribute("aria-invalid", "false")
    assert seen_by_all(page) == []
    make_pictures(page, "write-arguments")
    page.keyboard.press("Control+A")
    page.keyboard.type("100")
    page.keyboard.press("Enter")  # hands nothing in
    arguments = {
        "drug": "aspirin",
        "route": "iv",
        "patient": {"age": 63},
        "milligrams": 100,
        "fasting": True,
        "not_with": ["ibuprofen", "warfarin"],
    }
    page.get_by_role("button", name="JSON of block 1").press("Enter")
    written = page.get_by_label("Arguments of block 1, as JSON")
    assert json.loads(written.input_value()) == arguments

    written.fill(json.dumps(arguments | {"drug": "warfarin", "plan": [{"day": 1}]}))
    page.get_by_role("button", name="JSON of block 1").press("Enter")
    expect(page.get_by_label("drug required")).to_have_value("warfarin")
    page.get_by_label("Result, block 2").fill("done")
    write(page, "Done.")
    reads(page, "Done.")
    page.keyboard.press("Control+Enter")
    at_desk(page)

    called: Any = Demonstration.objects.get().messages[0]["tool_calls"]
    kept = called[0]["function"]["arguments"]
    assert kept == arguments | {"drug": "warfarin", "plan": [{"day": 1}]}


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
