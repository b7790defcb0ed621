"""Two answers: a row of cells, by keys, by mouse and by finger; nothing is chosen for anybody."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.models import CampaignWork, Draft, Ranking
from annotate.services.campaign import Work
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene, Watch, make_scene
from tests.browser.hands import EVERY_HAND, Hand, walk_to
from tests.browser.pictures import make_pictures
from tests.browser.texts import ANSWERS
from tests.browser.work import address, at_desk, open_item
from tests.factories import make_prompt

pytestmark = pytest.mark.browser

Row = tuple[list[list[str]], list[str], list[int | None]]

ROUND = """async ([cells, letters]) => {
  const { arrangementOf, cellOf, inWords } = await import("/static/annotate/js/pair.js");
  return cells.map((cell) => {
    const made = arrangementOf(cell, ["a", "b"]);
    const order = made.tiers.map((tier) => tier.join("=")).join(` ${made.strengths[0] ?? ""}> `);
    return [order, made.unrankable.join(""), cellOf(made, ["a", "b"]), inWords(cell, letters)];
  });
}"""

WATCH_SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { sources } of list.getEntries()) {
      window.shifts.push(...sources.map(({ node }) => node.outerHTML ?? node.textContent));
    }
  }).observe({ type: "layout-shift" });
}"""


@pytest.fixture
def scene(live_server: LiveServer) -> Scene:
    return make_scene([Work(Kind.RANK, answers=2)], ANSWERS[:2])


def rows() -> list[Row]:
    """What was handed in, by the letters that were shown."""
    return [in_letters(each) for each in Ranking.objects.order_by("pk")]


def in_letters(row: Ranking) -> Row:
    assert row.assignment is not None
    letter = dict(zip(row.assignment.order, "AB", strict=True))
    tiers = [[letter[each] for each in tier] for tier in row.tiers]
    return tiers, [letter[each] for each in row.unrankable], row.strengths


def say(page: Page, sentence: str) -> None:
    expect(page.locator("[data-announce]")).to_have_text(sentence)


def chosen(page: Page) -> list[str]:
    return page.locator("[data-pair] label:has(:checked) .cell-words").all_inner_texts()


def test_a_cell_is_an_arrangement_and_back(page: Page) -> None:
    page.goto("/login/")
    cells = ["a3", "a2", "a1", "same", "b1", "b2", "b3", "bad", "a", "b"]

    assert page.evaluate(ROUND, [cells, ["A", "B"]]) == [
        ["a 3> b", "", "a3", "A is much better than B"],
        ["a 2> b", "", "a2", "A is better than B"],
        ["a 1> b", "", "a1", "A is slightly better than B"],
        ["a=b", "", "same", "A and B are about the same"],
        ["b 1> a", "", "b1", "B is slightly better than A"],
        ["b 2> a", "", "b2", "B is better than A"],
        ["b 3> a", "", "b3", "B is much better than A"],
        ["", "ab", "bad", "A and B are both bad"],
        ["a > b", "", "a", "A is better than B"],
        ["b > a", "", "b", "B is better than A"],
    ]


def by_digit(page: Page, key: str) -> None:
    page.keyboard.press(key)


def by_arrows(page: Page, key: str) -> None:
    """From the first cell to the right, as in any group of radios."""
    walk_to(page.locator("[data-pair] input").first)
    page.keyboard.press("Space")
    for _ in range(7 if key == "0" else int(key) - 1):
        page.keyboard.press("ArrowRight")


def by_mouse(page: Page, key: str) -> None:
    page.locator(f"label:has([data-key='{key}'])").click()


def by_finger(page: Page, key: str) -> None:
    page.locator(f"label:has([data-key='{key}'])").tap()


def hand_in(page: Page, choose: Callable[[Page, str], None]) -> None:
    if choose in (by_digit, by_arrows):
        page.keyboard.press("Control+Enter")
    elif choose is by_mouse:
        page.get_by_role("button", name="Submit").click()
    else:
        page.get_by_role("button", name="Submit").tap()


@pytest.mark.parametrize("choose", [by_digit, by_arrows, by_mouse, by_finger])
def test_every_hand_makes_the_same_rows(
    choose: Callable[[Page, str], None], scene: Scene, open_context: OpenContext
) -> None:
    for question in ("And with food?", "And in the evening?"):
        make_prompt(scene.campaign, text=question, answers=["Before.", "After."])
    options = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    page = open_context(scene.ada, **(options if choose is by_finger else {})).new_page()
    open_item(page, scene.hand(Kind.RANK))

    for key in ("5", "4", "0"):
        choose(page, key)
        here = page.url
        hand_in(page, choose)
        expect(page).not_to_have_url(here)
        if key != "0":
            page.locator("form[data-ready]").wait_for()
    at_desk(page)

    assert rows() == [([["B"], ["A"]], [], [1]), ([["A", "B"]], [], []), ([], ["A", "B"], [])]


def test_what_nobody_chose_cannot_be_handed_in(page: Page, scene: Scene) -> None:
    open_item(page, scene.hand(Kind.RANK))
    assert chosen(page) == []

    page.keyboard.press("Control+Enter")

    say(page, "Nothing is chosen yet: press one of the cells")
    expect(page.get_by_role("radio", name="A much better")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    say(page, "A is much better than B")
    page.keyboard.press("z")
    say(page, "Undone: Nothing is chosen yet")
    page.keyboard.press("Control+Enter")
    say(page, "Nothing is chosen yet: press one of the cells")
    assert (chosen(page), rows()) == ([], [])


@EVERY_HAND
def test_each_press_is_one_step_back_and_forth(
    hand: Hand, scene: Scene, open_context: OpenContext
) -> None:
    page = open_context(scene.ada, **hand.window).new_page()
    open_item(page, scene.hand(Kind.RANK))
    undo, redo, submit = (
        page.get_by_role("button", name=name) for name in ("Undo", "Redo", "Submit")
    )

    for key in "27":
        hand.do(key, page.locator(f"label:has([data-key='{key}'])"))
    hand.do("z", undo)
    say(page, "Undone: A is better than B")
    hand.do("z", undo)
    say(page, "Undone: Nothing is chosen yet")
    hand.do("Control+Enter", submit)
    say(page, "Nothing is chosen yet: press one of the cells")
    hand.do("Shift+Z", redo)
    say(page, "Done again: A is better than B")
    hand.do("Shift+Z", redo)
    say(page, "Done again: B is much better than A")
    assert chosen(page) == ["B much better"]
    hand.do("z", undo)
    hand.do("Control+Enter", submit)
    at_desk(page)

    assert rows() == [([["A"], ["B"]], [], [2])]


def test_a_choice_and_its_undoing_survive_the_page(page: Page, scene: Scene) -> None:
    held = scene.hand(Kind.RANK)
    open_item(page, held)
    page.keyboard.press("6")
    page.locator("[data-saved=saved]").wait_for()

    open_item(page, held)
    kept = chosen(page)
    page.keyboard.press("0")
    page.keyboard.press("z")
    say(page, "Undone: B is better than A")
    page.keyboard.press("Control+Enter")
    at_desk(page)

    assert (kept, rows()) == (["B better"], [([["B"], ["A"]], [], [2])])


def test_what_was_undone_to_its_beginning_is_unchosen_on_the_next_page(
    page: Page, scene: Scene, open_context: OpenContext
) -> None:
    held = scene.hand(Kind.RANK)
    open_item(page, held)
    page.keyboard.press("1")
    page.locator("[data-saved=saved]").wait_for()
    page.keyboard.press("z")
    page.locator("[data-saved=changed]").wait_for()
    page.locator("[data-saved=saved]").wait_for()

    open_item(page, held)
    plain = open_context(scene.ada, java_script_enabled=False).new_page()
    plain.goto(address(held))

    page.keyboard.press("Control+Enter")
    say(page, "Nothing is chosen yet: press one of the cells")
    assert [plain.locator(f"#rank-{letter}").input_value() for letter in "AB"] == ["", ""]


def test_without_strengths_three_cells_are_enough(page: Page, scene: Scene) -> None:
    CampaignWork.objects.filter(campaign=scene.campaign).update(strengths=False)
    open_item(page, scene.hand(Kind.RANK))
    cells = page.locator("[data-pair] .cell-words").all_inner_texts()

    page.keyboard.press("1")  # as they were shuffled, and meant
    say(page, "A is better than B")
    page.keyboard.press("Control+Enter")
    at_desk(page)

    assert cells == ["A better", "About the same", "B better", "Both bad"]
    assert rows() == [([["A"], ["B"]], [], [None])]


def test_without_scripts_the_pair_is_a_form(open_context: OpenContext, scene: Scene) -> None:
    page = open_context(scene.ada, java_script_enabled=False).new_page()
    page.goto(address(scene.hand(Kind.RANK)))
    expect(page.locator("[data-pair]")).to_be_hidden()

    page.locator("#rank-A").select_option("2")
    page.locator("#rank-B").select_option("1")
    page.get_by_role("button", name="Submit").click()
    at_desk(page)

    assert rows() == [([["B"], ["A"]], [], [])]


def test_two_tabs_are_asked_in_the_words_of_the_cells(
    page: Page, scene: Scene, watch: Watch
) -> None:
    held = scene.hand(Kind.RANK)
    other = page.context.new_page()
    open_item(page, held)
    open_item(other, held)
    page.keyboard.press("1")
    page.locator("[data-saved=saved]").wait_for()

    with watch.expecting("409"):
        other.bring_to_front()
        other.keyboard.press("2")
        choice = other.get_by_role("dialog", name="This draft was changed elsewhere")
        expect(choice.locator("[data-mine]")).to_have_text("A is better than B")
        expect(choice.locator("[data-theirs]")).to_have_text("A is much better than B")
        choice.get_by_role("button", name="Take the other").click()

    assert chosen(other) == ["A much better"]
    assert Draft.objects.get().body["strengths"] == [3]


def test_the_keys_of_the_cells_are_listed(page: Page, scene: Scene) -> None:
    open_item(page, scene.hand(Kind.RANK))

    page.keyboard.press("?")

    expect(page.locator("#keys dt").nth(7)).to_have_text("0")
    assert page.locator("#keys dd span").all_inner_texts()[:8] == [
        "A much better",
        "A better",
        "A slightly better",
        "About the same",
        "B slightly better",
        "B better",
        "B much better",
        "Both bad",
    ]


def test_the_pair_is_for_everybody(page: Page, scene: Scene) -> None:
    open_item(page, scene.hand(Kind.RANK))
    found = {"unchosen": seen_in_windows(page)}

    for state, keys in {"asked": "Control+Enter", "better": "1", "bad": "0"}.items():
        page.keyboard.press(keys)
        make_pictures(page, f"pair-{state}")
        found[state] = seen_in_windows(page)

    assert found == {state: {how: [] for how in each} for state, each in found.items()}


@pytest.mark.parametrize("width", [320, 1000, 1280])
def test_a_press_moves_nothing(page: Page, scene: Scene, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    open_item(page, scene.hand(Kind.RANK))
    page.evaluate(WATCH_SHIFTS)

    before = page.locator("[data-pair]").bounding_box()
    for key in ["Control+Enter", "Space", "ArrowRight", *"2345670z"]:
        page.keyboard.press(key)
        page.wait_for_timeout(50)

    assert page.locator("[data-pair]").bounding_box() == before
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("shifts") == []
