"""Two answers compared word by word: the algorithm by itself, and the dialog on the page."""

import random
from collections.abc import Callable
from typing import Any, Literal

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.models import Assignment, Draft, Task
from tests.browser.axe import violations
from tests.browser.conftest import OpenContext, Scene
from tests.factories import make_prompt

pytestmark = pytest.mark.browser

Module = Callable[..., Any]

CALL = """async ([name, given]) => {
  const module = await import("/static/annotate/js/difference.js");
  return module[name](...given);
}"""
COMPARE_ALL = """async ([pairs, options]) => {
  const { compare } = await import("/static/annotate/js/difference.js");
  return pairs.map(([first, second]) => compare(first, second, options));
}"""
KEPT = """async (pairs) => {
  const { shortestEdit } = await import("/static/annotate/js/difference.js");
  const kept = (blocks) => blocks.map(({ same = "" }) => same).join("").length;
  return pairs.map(([first, second]) => kept(shortestEdit([...first], [...second], 1e6)));
}"""
MARKS = {"same": "{}", "only-first": "[-{}-]", "only-second": "[+{}+]"}

HOSTILE = "Take <img src=x onerror=\"document.title='hit'\"> twice a day."


@pytest.fixture
def page_for_modules(open_context: OpenContext, live_server: LiveServer) -> Page:
    page: Page = open_context().new_page()
    page.goto("/login/")
    return page


@pytest.fixture
def call(page_for_modules: Page) -> Module:
    """Call a function of the module."""

    def call_it(name: str, *given: object) -> Any:
        return page_for_modules.evaluate(CALL, [name, list(given)])

    return call_it


def marked(found: dict[str, Any]) -> str:
    return "".join(MARKS[run["kind"]].format(run["text"]) for run in found["runs"])


# The algorithm ------------------------------------------------------------------------------------


def test_words_are_compared_and_the_rest_is_the_same(call: Module) -> None:
    def difference(first: str, second: str) -> str:
        return marked(call("compare", first, second))

    assert [
        difference("the red cat", "the blue cat sat"),
        difference("", "new"),
        difference("same", "same"),
        difference("", ""),
        difference("after 30 minutes or", "after half an hour or"),
        difference("8 hours after", "8  hours after"),
        difference("Stop. Go.", "Stop! Go."),
        difference("我喜欢红苹果", "我喜欢绿苹果"),  # red apples, green apples: no spaces
    ] == [
        "the [-red-][+blue+] cat[+ sat+]",
        "[+new+]",
        "same",
        "",
        "after [-30 minutes-][+half an hour+] or",
        "8[+ +] hours after",
        "Stop[-.-][+!+] Go.",
        "我喜欢[-红-][+绿+]苹果",
    ]


def test_what_two_changes_share_by_chance_joins_them(call: Module) -> None:
    long = ("paracetamol of course", "ibuprofen of necessity")

    assert marked(call("compare", "a big red cat", "a small blue cat")) == (
        "a [-big red-][+small blue+] cat"
    )
    assert marked(call("compare", *long)) == f"[-{long[0]}-][+{long[1]}+]"
    assert marked(call("compare", "Red.\n\nBig.", "Blue.\n\nSmall.")) == (
        "[-Red-][+Blue+].\n\n[-Big-][+Small+]."
    )


def test_without_a_segmenter_words_are_found_by_their_letters(call: Module) -> None:
    assert call("wordsOf", "Ça va,\n\n 你好", None) == ["Ça", " ", "va", ",", "\n\n ", "你", "好"]


@pytest.mark.parametrize("most", [10**6, 20, -1], ids=["words", "few steps", "no steps"])
def test_the_runs_joined_are_the_two_texts(page_for_modules: Page, most: int) -> None:
    chance = random.Random(1986)
    alphabet = [
        "a",
        "bc",
        " ",
        "  ",
        "\n",
        "\n\n",
        "é",
        "e\u0301",
        "我",
        "👍🏽",
        ". ",
        "\u202e",
        "שלום",
    ]

    def text() -> str:
        return "".join(chance.choices(alphabet, k=chance.randrange(16)))

    pairs = [(text(), text()) for _ in range(400)]
    for (first, second), found in zip(
        pairs, page_for_modules.evaluate(COMPARE_ALL, [pairs, {"most": most}]), strict=True
    ):
        runs = found["runs"]
        assert joined(runs, without="only-second") == first
        assert joined(runs, without="only-first") == second
        assert all(run["text"] for run in runs)


def joined(runs: list[dict[str, str]], *, without: str) -> str:
    return "".join(run["text"] for run in runs if run["kind"] != without)


def test_the_edit_is_the_shortest(page_for_modules: Page) -> None:
    """It keeps a longest common subsequence: "abcabba" and "cbabac" share 4 (Myers, figure 1)."""
    chance = random.Random(7)
    pairs = [["abcabba", "cbabac"], ["", ""], ["abc", "abc"], ["abc", "xyz"]]
    pairs += [
        ["".join(chance.choices("abc", k=chance.randrange(12))) for _ in range(2)]
        for _ in range(200)
    ]

    kept = page_for_modules.evaluate(KEPT, pairs)

    assert kept[:4] == [4, 0, 3, 0]
    assert kept == [longest_common(*pair) for pair in pairs]


def longest_common(first: str, second: str) -> int:
    """The length of the longest common subsequence, by the table of the textbook."""
    row = [0] * (len(second) + 1)
    for one in first:
        above, row = row, [0]
        for at, other in enumerate(second):
            row.append(above[at] + 1 if one == other else max(above[at + 1], row[at]))
    return row[-1]


def test_dear_texts_are_compared_by_paragraphs_and_dearer_ones_not(call: Module) -> None:
    first, second = "One two.\n\nThree.\n\nFour.", "Five six.\n\nThree.\n\nSeven."

    by_paragraphs = call("compare", first, second, {"most": 12})
    not_at_all = call("compare", first, second, {"most": -1})

    assert (by_paragraphs["level"], marked(by_paragraphs)) == (
        "paragraphs",
        "[-One two.\n\n-][+Five six.\n\n+]Three.\n\n[-Four.-][+Seven.+]",
    )
    assert (not_at_all["level"], marked(not_at_all)) == ("whole", f"[-{first}-][+{second}+]")


def test_rows_end_where_a_line_ends_in_both(call: Module) -> None:
    runs = call("compare", "One two.\n\nThree.", "One 2.\n\nThree.\nFour.")["runs"]

    rows = call("rowsOf", runs)

    assert [marked({"runs": row}) for row in rows] == [
        "One [-two-][+2+].\n\n",
        "Three.[+\nFour.+]",
    ]


# The dialog ---------------------------------------------------------------------------------------


def hand(scene: Scene, *answers: str) -> Assignment:
    """An item with these answers, as A, B, C, D."""
    prompt = make_prompt(scene.campaign, answers=answers)
    Task.objects.exclude(prompt=prompt).delete()
    held = scene.hand(Kind.RANK)
    as_written = held.task.prompt.candidates.order_by("pk")
    Assignment.objects.filter(pk=held.pk).update(order=[str(each.uuid) for each in as_written])
    return held


def open_board(page: Page, assignment: Assignment) -> None:
    page.goto(reverse("annotate:rank", args=[assignment.uuid]))
    page.locator("#ranking[data-ready]").wait_for()


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Compare")


def compare(page: Page) -> None:
    page.keyboard.press("d")
    expect(dialog(page)).to_be_visible()  # what draws it travels the first time


def texts(page: Page, tag: str) -> list[str]:
    return page.locator(f".difference-row {tag}").all_text_contents()


@pytest.fixture
def item(scene: Scene) -> Assignment:
    return hand(
        scene, "Give aspirin first.", "Give ibuprofen first.", "Give aspirin last.", "Wait, please."
    )


def test_keys_alone_open_it_choose_other_answers_and_come_back(
    page: Page, item: Assignment
) -> None:
    open_board(page, item)
    page.keyboard.press("j")

    compare(page)
    expect(dialog(page).get_by_label("First answer")).to_have_value(item_id(page, "B"))
    expect(dialog(page).get_by_label("second answer")).to_have_value(item_id(page, "A"))
    assert (texts(page, "del"), texts(page, "ins")) == (["ibuprofen"], ["aspirin"])

    page.keyboard.press("Shift+Tab")  # from the text back over Close and the two layouts
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")  # second: B, which is first; they change places
    expect(dialog(page).get_by_label("First answer")).to_have_value(item_id(page, "A"))
    page.keyboard.press("ArrowDown")  # second: C
    assert (texts(page, "del"), texts(page, "ins")) == (["first"], ["last"])

    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    expect(page.locator(".answer").nth(1)).to_be_focused()


def item_id(page: Page, letter: str) -> str:
    return page.locator(f"[data-letter={letter}]").get_attribute("data-candidate") or ""


def test_it_compares_with_the_answer_ranked_next_to_it(page: Page, item: Assignment) -> None:
    open_board(page, item)
    page.keyboard.press("3")  # B C A D

    for moves, pair in {"": "AC", "j": "BC", "jj": "DA"}.items():
        for key in moves:
            page.keyboard.press(key)
        compare(page)
        chosen = dialog(page).locator("select option:checked").all_text_contents()
        assert "".join(chosen) == pair
        page.keyboard.press("Escape")


def test_a_mouse_opens_it_and_closes_it_and_the_work_is_as_before(
    page: Page, item: Assignment
) -> None:
    open_board(page, item)
    before = page.locator("#ranking").inner_html()
    button = page.get_by_role("button", name="Compare")

    button.click()
    dialog(page).get_by_role("button", name="In one text").click()
    dialog(page).get_by_label("First answer").select_option("D")
    dialog(page).get_by_role("button", name="Close").click()

    expect(button).to_be_focused()
    assert page.locator("#ranking").inner_html() == before
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="You have not changed the order")).to_be_visible()
    assert not Draft.objects.exists()


def test_a_screen_reader_hears_whose_words_they_are(page: Page, item: Assignment) -> None:
    open_board(page, item)
    compare(page)

    row = page.locator(".difference-row")
    beside = row.locator(".difference-cell").all_text_contents()
    dialog(page).get_by_role("button", name="In one text").click()

    assert beside == [
        "Give  only in A: aspirin in both:  first.",
        "Give  only in B: ibuprofen in both:  first.",
    ]
    assert row.all_text_contents() == [
        "Give  only in A: aspirin only in B: ibuprofen in both:  first."
    ]


def test_the_layout_is_remembered_and_a_narrow_window_has_one(page: Page, item: Assignment) -> None:
    open_board(page, item)
    shown = dialog(page)
    compare(page)
    expect(shown).to_have_attribute("data-layout", "beside")
    page.set_viewport_size({"width": 320, "height": 640})
    expect(shown).to_have_attribute("data-layout", "together")
    assert dialog(page).evaluate("(it) => it.scrollWidth <= it.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    dialog(page).get_by_role("button", name="In one text").click()

    open_board(page, item)
    compare(page)

    expect(shown).to_have_attribute("data-layout", "together")


def test_answers_that_differ_in_looks_only_are_the_same(page: Page, scene: Scene) -> None:
    open_board(page, hand(scene, "Take **two**.", "Take *two*.", "Other.", "Another."))

    compare(page)

    expect(dialog(page).get_by_role("status")).to_have_text("Word for word the same.")
    assert (texts(page, "del"), texts(page, "ins")) == ([], [])


def test_lists_tables_and_code_are_read_by_lines(page: Page, scene: Scene) -> None:
    blocks = (
        "- one\n- two\n\n3. three\n4. four\n\n|a|b|\n|-|-|\n|1|2|\n\n```\n  if x:\n    y\n```\n"
    )
    open_board(page, hand(scene, blocks, f"{blocks}\nEnd.\n", "Other.", "Another."))

    compare(page)
    dialog(page).get_by_role("button", name="In one text").click()

    assert "".join(texts(page, "span:not(.visually-hidden)")) == (
        "• one\n• two\n\n3. three\n4. four\n\na | b\n1 | 2\n\n  if x:\n    y"
    )


def test_a_power_is_no_product(page: Page, scene: Scene) -> None:
    """Drawn without its looks, x squared would read as x 2."""
    power, product = "It is $x^2$ and $\\frac{a}{b}$.", "It is $x2$ and $ab$."
    open_board(page, hand(scene, power, product, "Other.", "Another."))

    compare(page)

    assert (texts(page, "del"), texts(page, "ins")) == (["x^2", "(a)/(b)"], ["x2", "ab"])


def test_hostile_text_is_shown_as_text(page: Page, scene: Scene) -> None:
    open_board(page, hand(scene, HOSTILE, HOSTILE.replace("twice", "once"), "Other.", "Another."))
    title = page.title()

    compare(page)

    expect(page.locator(".difference-cell").first).to_contain_text('<img src=x onerror="')
    expect(dialog(page).locator("img")).to_have_count(0)
    assert page.title() == title


def test_two_texts_of_100_kb_stay_responsive(page: Page, scene: Scene) -> None:
    chance = random.Random(4)

    def text() -> str:
        words = [f"w{chance.randrange(3000)}" for _ in range(18_000)]
        return ".\n\n".join(" ".join(words[at : at + 90]) for at in range(0, len(words), 90))

    open_board(page, hand(scene, text(), text(), "Other.", "Another."))
    spent = page.evaluate(
        """async () => {
          const start = performance.now();
          document.querySelector("[data-compare]").click();
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          return performance.now() - start;
        }"""
    )

    expect(dialog(page).get_by_role("status")).to_contain_text("whole paragraphs are compared")
    assert spent < 5_000  # a second or less where the machine has nothing else to do


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_it_keeps_wcag(
    scheme: Literal["light", "dark"],
    width: int,
    scene: Scene,
    open_context: OpenContext,
    ranked: Assignment,
) -> None:
    context = open_context(
        scene.ada,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    open_board(page, ranked)

    compare(page)
    expect(page.locator(".difference-row").first).to_be_visible()

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
