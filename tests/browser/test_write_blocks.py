"""Writing an answer of several blocks, beginning with an answer, reading it once more."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotate.enums import Kind
from annotate.models import Assignment, CampaignWork, Demonstration, Draft
from annotate.services.prompt import add_prompt
from annotate.services.task import open_tasks
from annotate.services.turn import release_assignment
from tests.annotate.test_tools import DOSE
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.hands import EVERY_HAND, FINGER, KEYS, MOUSE, Hand, box_of, walk_to
from tests.browser.pictures import make_pictures
from tests.browser.texts import ANSWERS
from tests.browser.work import at_desk, is_saved, write

pytestmark = pytest.mark.browser

NOW: dict[str, Any] = {"type": "function", "function": {"name": "now"}}
CALL = {"type": "function", "function": {"name": "dose", "arguments": {"drug": "aspirin"}}}
WHOLE = [
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "name": "dose", "content": '{"mg": 100}'},
    {"role": "assistant", "content": "100 mg a day."},
]


@pytest.fixture
def with_tools(scene: Scene) -> Assignment:
    """An item whose prompt offers two tools."""
    settle(scene, turns=3)
    release_assignment(assignment=scene.hand(Kind.DEMONSTRATE), by=scene.ada)
    asked = [{"role": "user", "content": "How much aspirin after a stent?"}]
    add_prompt(campaign=scene.campaign, messages=asked, tools=[DOSE, NOW])
    open_tasks(campaign=scene.campaign)
    return scene.hand(Kind.DEMONSTRATE)


def settle(scene: Scene, **settings: object) -> None:
    CampaignWork.objects.filter(campaign=scene.campaign, kind=Kind.DEMONSTRATE).update(**settings)


def open_editor(page: Page, assignment: Assignment) -> None:
    page.goto(reverse("annotate:demonstrate", args=[assignment.uuid]))
    page.locator("#writing[data-ready]").wait_for()


def block(page: Page, number: int) -> Any:
    return page.locator("[data-list] > .block").nth(number - 1)


def as_json(page: Page) -> Any:
    """The JSON of the first block, behind its switch."""
    page.get_by_role("button", name="JSON of block 1").click()
    return page.get_by_label("Arguments of block 1, as JSON")


def reads(page: Page, text: str) -> None:
    """The preview has come: nothing is on its way that leaving the page would cut off."""
    expect(page.locator("#preview")).to_contain_text(text)


def titles(page: Page) -> list[str]:
    return page.locator("[data-list] h3").all_text_contents()


def test_a_tool_is_called_by_mouse_and_a_wrong_argument_is_named(
    page: Page, with_tools: Assignment
) -> None:
    open_editor(page, with_tools)
    page.get_by_role("button", name="Call a tool").click()
    arguments = as_json(page)
    expect(arguments).to_have_value('{\n  "drug": ""\n}')
    arguments.fill('{"drug": 7}')
    expect(block(page, 1).locator("[data-flaws]")).to_have_text(
        "drug: 7 is not of the type string."
    )
    expect(arguments).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Tool of block 1")).to_have_attribute("aria-invalid", "false")

    arguments.fill('{"drug": "aspirin"}')
    page.get_by_label("Result, block 2").fill('{"mg": 100}')
    write(page, "100 mg a day.")
    expect(block(page, 1).locator("[data-flaws]")).to_have_text("")
    expect(page.locator("#preview .call")).to_contain_text("dose")
    reads(page, "100 mg a day.")
    page.get_by_role("button", name="Submit").click()
    at_desk(page)

    assert Demonstration.objects.get().messages == WHOLE


def test_a_tool_is_called_by_keyboard_alone(page: Page, with_tools: Assignment) -> None:
    open_editor(page, with_tools)
    walk_to(page.get_by_role("button", name="Call a tool"), back=True)  # it stands above the text
    page.keyboard.press("Enter")
    expect(page.get_by_label("Tool of block 1")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="JSON of block 1")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type('{"drug": "aspirin"}')
    page.keyboard.press("Tab")
    page.keyboard.press("Alt+ArrowDown")  # the wrong way round, and back
    expect(page.get_by_label("Words before the call, block 2 (optional)")).to_have_count(1)
    assert titles(page) == ["1 · Result · No call waits for this result", "2 · Call of a tool"]
    page.keyboard.press("Alt+ArrowUp")
    assert titles(page) == ["1 · Call of a tool", "2 · Result · dose"]
    KEYS.write(page.get_by_label("Result, block 2"), '{"mg": 100}')
    KEYS.write(page.get_by_label("Your answer"), "100 mg a day.")
    reads(page, "100 mg a day.")
    page.keyboard.press("Control+Enter")
    at_desk(page)

    assert Demonstration.objects.get().messages == WHOLE


def test_a_tool_is_called_by_a_finger_and_the_whole_read_once_more(
    scene: Scene, with_tools: Assignment, open_context: OpenContext
) -> None:
    settle(scene, looks_again=True)
    page = open_context(scene.ada, **FINGER.window).new_page()
    open_editor(page, with_tools)

    def tap(name: str) -> None:
        FINGER.press(page.get_by_role("button", name=name))

    tap("Call a tool")
    FINGER.write(page.get_by_label("drug required"), "aspirin")
    tap("Move block 1 down")  # the wrong way round, and back
    assert titles(page) == ["1 · Result · No call waits for this result", "2 · Call of a tool"]
    tap("Move block 2 up")
    assert titles(page) == ["1 · Call of a tool", "2 · Result · dose"]
    FINGER.write(page.get_by_label("Result, block 2"), '{"mg": 100}')
    tap("Remove block 2")
    tap("Put it back")
    tap("Ask a follow-up")
    tap("Remove block 3")
    FINGER.write(page.get_by_label("Your answer"), "100 mg")
    reads(page, "100 mg")
    tap("Submit")
    look = page.get_by_role("dialog", name="Read it once more")
    expect(look.locator("[data-look]")).to_contain_text("100 mg")
    tap("Go on editing")
    expect(look).to_be_hidden()
    FINGER.write(page.get_by_label("Your answer"), " a day.")
    reads(page, "100 mg a day.")
    tap("Submit")
    expect(look.locator("[data-look]")).to_contain_text("100 mg a day.")
    tap("Hand it in")
    at_desk(page)

    assert Demonstration.objects.get().messages == WHOLE


def test_another_tool_brings_its_own_arguments_unless_somebody_wrote_some(
    page: Page, with_tools: Assignment
) -> None:
    open_editor(page, with_tools)
    page.get_by_role("button", name="Call a tool").click()
    page.get_by_label("Tool of block 1").select_option("now")
    expect(page.get_by_label("Arguments of block 1, as JSON")).to_have_value("{}")
    expect(page.locator("[data-list] h3").nth(1)).to_have_text("2 · Result · now")

    page.get_by_label("Arguments of block 1, as JSON").fill('{"zone": "UTC"}')
    page.get_by_label("Tool of block 1").select_option("dose")

    expect(page.get_by_label("Arguments of block 1, as JSON")).to_have_value('{"zone": "UTC"}')


def test_what_is_wrong_is_said_by_the_server_too_and_nothing_is_lost(
    page: Page, with_tools: Assignment, watch: Watch
) -> None:
    open_editor(page, with_tools)
    page.get_by_role("button", name="Call a tool").click()
    as_json(page).fill('{"drug": ')
    page.get_by_label("Result, block 2").fill("none")
    write(page, "So.")
    reads(page, "So.")
    with watch.expecting("422"):
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("alert")).to_contain_text("Block 1: The arguments are no JSON yet")

    expect(page.get_by_label("Arguments of block 1, as JSON")).to_have_value('{"drug": ')
    expect(page.get_by_label("Result, block 2")).to_have_value("none")
    assert not Demonstration.objects.exists()


@EVERY_HAND
def test_a_follow_up_comes_after_the_answer_that_stands_there(
    hand: Hand, scene: Scene, held: Assignment, open_context: OpenContext
) -> None:
    settle(scene, turns=2)
    page = open_context(scene.ada, **hand.window).new_page()
    open_editor(page, held)
    answer = page.get_by_label("Your answer")
    hand.write(answer, "Timing matters.")
    hand.press(page.get_by_role("button", name="Ask a follow-up"))
    expect(answer).to_have_value("")
    expect(page.get_by_label("Question of block 2")).to_be_focused()
    page.keyboard.insert_text("And with food?")
    hand.write(answer, "No matter.")
    expect(page.locator("#preview .turn-role")).to_have_text(["Assistant", "User", "Assistant"])
    expect(page.locator("[data-count]")).to_have_text("8 words")
    expect(page.locator("[data-tokens]")).to_have_text("about 14 tokens")
    reads(page, "No matter.")
    hand.do("Control+Enter", page.get_by_role("button", name="Submit"))
    expect(page.locator(".conversation").first).to_contain_text("Which question comes next?")

    assert Demonstration.objects.get().messages == [
        {"role": "assistant", "content": "Timing matters."},
        {"role": "user", "content": "And with food?"},
        {"role": "assistant", "content": "No matter."},
    ]


def test_a_prompt_of_one_turn_without_tools_has_one_field(
    page: Page, scene: Scene, held: Assignment
) -> None:
    settle(scene, turns=1)
    open_editor(page, held)

    expect(page.locator("#writing textarea:visible")).to_have_count(1)
    expect(page.get_by_role("group", name="Add a block")).to_be_hidden()


def test_blocks_come_back_after_the_page_is_killed(page: Page, with_tools: Assignment) -> None:
    open_editor(page, with_tools)
    page.get_by_role("button", name="Call a tool").click()
    as_json(page).fill('{"drug": "asp')
    is_saved(page)
    page.close()

    again = page.context.new_page()
    open_editor(again, with_tools)

    expect(again.get_by_label("Arguments of block 1, as JSON")).to_have_value('{"drug": "asp')
    expect(again.locator("[data-saved]")).not_to_have_text("Not saved yet")
    assert Draft.objects.get().body["before"][0]["tool_calls"][0]["function"] == {
        "name": "dose",
        "arguments": '{"drug": "asp',
    }


def test_a_removed_block_can_be_put_back(page: Page, with_tools: Assignment) -> None:
    open_editor(page, with_tools)
    page.get_by_role("button", name="Call a tool").click()
    page.get_by_label("Result, block 2").fill("written")

    page.get_by_role("button", name="Remove block 2").click()
    expect(page.locator("[data-announce]")).to_have_text("Removed; you can put it back")
    expect(page.get_by_role("button", name="Remove block 1")).to_be_focused()
    page.get_by_role("button", name="Put it back").click()

    expect(page.get_by_label("Result, block 2")).to_have_value("written")
    expect(page.get_by_label("Result, block 2")).to_be_focused()


def test_two_tabs_see_blocks_in_words(
    page: Page, scene: Scene, with_tools: Assignment, watch: Watch, open_context: OpenContext
) -> None:
    other = open_context(scene.ada).new_page()
    open_editor(page, with_tools)
    open_editor(other, with_tools)
    page.get_by_role("button", name="Call a tool").click()
    page.get_by_label("Result, block 2").fill("100 mg")
    is_saved(page)

    with watch.expecting("409"):
        write(other, "From home.")
        choice = other.get_by_role("dialog", name="This draft was changed elsewhere")
        expect(choice.locator("[data-theirs]")).to_contain_text("Call of dose:")
        expect(choice.locator("[data-theirs]")).to_contain_text("Result of dose:\n100 mg")
        choice.get_by_role("button", name="Take the other").click()

    expect(other.get_by_label("Result, block 2")).to_have_value("100 mg")
    expect(other.get_by_label("Your answer")).to_have_value("")


# Starting from an answer ---------------------------------------------------------


def test_an_answer_may_begin_with_a_candidate_and_that_is_recorded(
    page: Page, scene: Scene, held: Assignment
) -> None:
    settle(scene, may_start_from=True)
    open_editor(page, held)
    write(page, "Mine, half written.")
    page.get_by_role("button", name="Start from an answer").click()
    choice = page.get_by_role("dialog", name="Start from an answer")
    expect(choice).to_contain_text("What you have written gives way to it")
    expect(choice).not_to_contain_text("model-a")
    text = choice.locator(".start").nth(1).locator(".prose").first.inner_text()
    choice.get_by_role("button", name="Start from B").click()
    expect(page.locator("[data-started]")).to_contain_text("You started from B")
    assert page.get_by_label("Your answer").input_value()[:20] in [each[:20] for each in ANSWERS]
    page.get_by_role("button", name="Bring back what stood here").click()
    expect(page.get_by_label("Your answer")).to_have_value("Mine, half written.")
    expect(page.locator("[data-started]")).to_contain_text("You took the start back.")

    page.get_by_role("button", name="Bring back what stood here").click()
    expect(page.locator("[data-started]")).to_contain_text("You started from B")
    expect(page.get_by_label("Your answer")).to_be_focused()
    page.keyboard.type("Better: ")
    reads(page, "Better: ")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".conversation").first).to_contain_text("Which question comes next?")

    kept = Demonstration.objects.get()
    assert kept.started_from is not None
    assert kept.text == f"Better: {kept.started_from.text.strip()}"
    assert text[:10] in kept.text.replace("*", "")


@EVERY_HAND
def test_a_copy_that_nobody_touched_is_asked_about_once(
    hand: Hand, scene: Scene, held: Assignment, open_context: OpenContext
) -> None:
    settle(scene, may_start_from=True)
    page = open_context(scene.ada, **hand.window).new_page()
    open_editor(page, held)
    hand.press(page.get_by_role("button", name="Start from an answer"))
    hand.press(page.get_by_role("button", name="Start from A", exact=True))
    expect(page.get_by_label("Your answer")).to_be_focused()
    hand.press(page.get_by_role("button", name="Submit"))
    question = page.get_by_role("dialog", name="You have not changed it")
    hand.press(question.get_by_role("button", name="Go on editing"))
    expect(question).to_be_hidden()
    assert not Demonstration.objects.exists()

    hand.press(page.get_by_role("button", name="Submit"))
    expect(page.locator("#preview")).not_to_be_empty()
    hand.press(question.get_by_role("button", name="Hand in as it stands"))
    expect(page.locator(".conversation").first).to_contain_text("Which question comes next?")

    kept = Demonstration.objects.get()
    assert kept.started_from is not None
    assert kept.messages == [{"role": "assistant", "content": kept.started_from.text.strip()}]


def test_where_an_answer_began_is_known_after_a_reload(
    page: Page, scene: Scene, held: Assignment
) -> None:
    settle(scene, may_start_from=True)
    open_editor(page, held)
    page.get_by_role("button", name="Start from an answer").click()
    page.get_by_role("button", name="Start from C").click()
    is_saved(page)

    open_editor(page, held)

    expect(page.locator("[data-started]")).to_contain_text("You started from C")


def test_nothing_is_offered_to_start_from_where_the_campaign_does_not_allow_it(
    page: Page, held: Assignment
) -> None:
    open_editor(page, held)

    expect(page.get_by_role("button", name="Start from an answer")).to_have_count(0)


# Reading it once more ------------------------------------------------------------


def test_an_answer_is_read_once_more_before_it_is_handed_in(
    page: Page, scene: Scene, held: Assignment
) -> None:
    settle(scene, looks_again=True)
    open_editor(page, held)
    write(page, "Aspirin **first**.")
    page.keyboard.press("Control+Enter")
    look = page.get_by_role("dialog", name="Read it once more")
    expect(look.locator("[data-look] strong")).to_have_text("first")
    expect(look.locator(".look-points")).to_contain_text("What a good answer is")
    page.keyboard.press("Escape")
    expect(look).to_be_hidden()
    expect(page.get_by_label("Your answer")).to_be_focused()
    assert not Demonstration.objects.exists()

    write(page, "Aspirin **earlier**.")
    reads(page, "Aspirin earlier.")
    page.keyboard.press("Control+Enter")
    expect(look.locator("[data-look] strong")).to_have_text("earlier")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".conversation").first).to_contain_text("Which question comes next?")

    assert Demonstration.objects.get().text == "Aspirin **earlier**."


def test_an_answer_is_looked_at_without_a_connection_too(
    page: Page, scene: Scene, held: Assignment, watch: Watch
) -> None:
    settle(scene, looks_again=True)
    open_editor(page, held)
    write(page, "Seen **already**.")
    expect(page.locator("#preview strong")).to_have_text("already")
    with watch.expecting("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "htmx:"):
        page.context.set_offline(True)
        page.get_by_role("button", name="Submit").click()
        look = page.get_by_role("dialog", name="Read it once more")
        expect(look.locator("[data-look] strong")).to_have_text("already")
        look.get_by_role("button", name="Hand it in").click()
        expect(page.locator("[data-saved=offline]")).to_contain_text("you may close this page")
        page.context.set_offline(False)
        expect(page.locator(".conversation").first).to_contain_text("Which question comes next?")


# The guideline beside, and what everybody sees -----------------------------------


@pytest.mark.parametrize("hand", [KEYS, MOUSE], ids=str)
def test_the_guideline_is_pinned_beside_the_work_on_a_wide_screen(
    hand: Hand, scene: Scene, held: Assignment, open_context: OpenContext
) -> None:
    page = open_context(scene.ada, viewport={"width": 1600, "height": 900}).new_page()
    open_editor(page, held)
    hand.press(page.get_by_role("button", name="Guideline"))
    hand.press(page.get_by_role("button", name="Keep it open beside"))

    page.reload()
    page.locator("#writing[data-ready]").wait_for()

    drawer = page.locator("#guideline")
    expect(drawer).to_be_visible()
    work, beside = box_of(page.locator("main")), box_of(drawer)
    assert work["x"] + work["width"] <= beside["x"] + 1


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (320, 700)])
def test_everybody_can_use_the_blocks(
    scene: Scene, with_tools: Assignment, open_context: OpenContext, width: int, height: int
) -> None:
    settle(scene, may_start_from=True, looks_again=True)
    page = open_context(scene.ada, viewport={"width": width, "height": height}).new_page()
    open_editor(page, with_tools)
    page.get_by_role("button", name="Call a tool").click()
    page.get_by_label("Result, block 2").fill("100 mg")
    write(page, "100 mg.")
    expect(block(page, 1).locator("[data-flaws]")).to_have_text(re.compile("^$"))
    make_pictures(page, "write-blocks")
    assert seen_by_all(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-look] .call")).to_have_count(1)
    assert seen_by_all(page) == []
