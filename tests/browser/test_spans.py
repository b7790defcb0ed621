"""Where a stretch of what is drawn stands in the raw text: a module that knows no page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotate.answering import check_quotes, checked_answers
from annotate.questions import Question, Questions
from tests.browser.conftest import OpenContext

pytestmark = pytest.mark.browser

MARK = """async ([raw, shown, words]) => {
  const { Alignment, inCodePoints, inUnits, sought } = await import("/static/annotate/js/spans.js");
  const alignment = new Alignment(raw, shown);
  const there = sought(shown, words);
  const found = there && alignment.toRaw(there);
  if (!found) return null;
  const [start, end] = found.map((at) => inCodePoints(raw, at));
  const back = alignment.toShown([inUnits(raw, start), inUnits(raw, end)]);
  return [start, end, raw.slice(...found), shown.slice(...back)];
}"""

Mark = Callable[[str, str, str], tuple[int, int, str, str] | None]


@pytest.fixture
def mark(open_context: OpenContext, live_server: LiveServer) -> Mark:
    """Mark words of a text as it is drawn: the place and the quote in the raw text, and back."""
    page: Page = open_context().new_page()
    page.goto("/login/")

    def mark_in(raw: str, shown: str, words: str) -> tuple[int, int, str, str] | None:
        found = page.evaluate(MARK, [raw, shown, words])
        return tuple(found) if found else None

    return mark_in


def test_a_stretch_of_what_is_drawn_is_found_in_the_raw_text(mark: Mark) -> None:
    raw = "Take **two** tablets – 🩺\r\n\r\n- with *cold* water\r\n- `never` more"
    shown = "Take two tablets – 🩺\n\nwith cold water\nnever more\n"

    assert [mark(raw, shown, words) for words in ("two", "cold  WATER", "never", "tea")] == [
        (7, 10, "two", "two"),
        (36, 47, "cold* water", "cold water"),
        (52, 57, "never", "never"),
        None,
    ]


def test_a_stretch_that_the_renderer_made_takes_in_all_that_it_was_made_of(mark: Mark) -> None:
    raw, shown = "It is $\\frac{a}{b}$ &amp; more.", "It is ab & more."

    found = mark(raw, shown, "is ab &")

    assert found is not None
    assert raw[found[0] : found[1]] == found[2]
    assert found[2].startswith("is $")


def test_of_equal_words_the_one_that_was_meant_is_found(mark: Mark) -> None:
    """The second “no” of what is drawn is the second of the raw text too."""
    found = mark("**no**, yes, no.", "no, yes, no.", "yes, no")

    assert found == (8, 15, "yes, no", "yes, no")


def test_what_the_page_marks_the_server_takes(mark: Mark) -> None:
    raw = "🩺🩺 *Never* take\r\n**ten** 🩺 tablets, _ever_."
    shown = "🩺🩺 Never take\nten 🩺 tablets, ever."
    asked = Questions(spans=[Question("wrong", "Wrong")])

    for words in ("Never", "Never take ten", "ten 🩺", "🩺 tablets", "ever."):
        found = mark(raw, shown, words)
        assert found is not None
        span = {"name": "wrong", "start": found[0], "end": found[1], "quote": found[2]}
        kept = checked_answers({"a": {"spans": [span]}}, asked=asked, offered=["a"])
        check_quotes(kept, {"a": raw})


def test_texts_that_share_too_little_are_searched(mark: Mark) -> None:
    """Six thousand words that have only one in common are more than is laid side by side."""
    raw = " ".join(f"a{number}" for number in range(6000)) + " here it is"
    shown = " ".join(f"b{number}" for number in range(6000)) + " here it is"

    found = mark(raw, shown, "here it")

    assert found is not None
    assert found[2:] == ("here it", "here it")


PRESS = """async ([text, places]) => {
  const { stretched, wordAt } = await import("/static/annotate/js/spans.js");
  let now = null;
  return places.map((at) => {
    const word = wordAt(text, at);
    now = word ? stretched(now, word) : now;
    return now && text.slice(...now);
  });
}"""


def test_words_that_are_pressed_make_a_stretch(
    open_context: OpenContext, live_server: LiveServer
) -> None:
    """At either side of a word is on it; a press within what there is begins anew."""
    page = open_context().new_page()
    page.goto("/login/")

    def pressed(text: str, *places: int) -> list[str | None]:
        found: list[str | None] = page.evaluate(PRESS, [text, places])
        return found

    assert [
        pressed("Take two – tablets, twice.", 10, 13, 5, 2, 14),
        pressed("don't stop", 4),
        pressed("我喜欢红苹果。", 4, 1),
        pressed("…", 0),
    ] == [
        [None, "tablets", "two – tablets", "Take two – tablets", "tablets"],
        ["don't"],
        ["苹果", "喜欢红苹果"],
        [None],
    ]
