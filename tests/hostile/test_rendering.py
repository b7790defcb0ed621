"""Whatever a stranger writes is drawn as text, from elements that do nothing, and soon."""

import re
import time
from html.parser import HTMLParser

import pytest

from commons.markdown import render_markdown
from commons.markdown.rendering import LONGEST
from tests.hostile import LARGEST, LONG, SHORT
from tests.hostile.allowed import ATTRIBUTES, ELEMENTS, FIXED, LINK

UNSEEN = re.compile("[\u202a-\u202e\u2066-\u206f]")


class Reader(HTMLParser):
    """What a browser would be given: elements with their attributes, and everything else."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.else_found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs))
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.else_found.append(data)

    def handle_decl(self, decl: str) -> None:
        self.else_found.append(decl)

    handle_pi = unknown_decl = handle_comment


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def spelt(text: str) -> str:
    """A text without what the renderer spells out or has to replace, and without line ends."""
    kept = re.sub("U\\+[0-9A-F]{4,5} ?|(… [0-9]+ ×)", "", text)
    return re.sub("[\u202a-\u202e\u2066-\u206f\U000e0000-\U000e007f\\s\x00\ufffd]", "", kept)


def assert_harmless(html: str) -> None:
    found = read(html)
    assert found.else_found == []
    for tag, attributes in found.elements:
        assert tag in ELEMENTS
        assert attributes.keys() <= ATTRIBUTES.get(tag, set())
        assert FIXED.get(tag, {}).items() <= attributes.items()
        assert "href" not in attributes or LINK.match(attributes["href"] or "")


def test_there_are_enough_of_them_and_each_is_another() -> None:
    assert len(SHORT) >= 150
    assert len({*SHORT.values(), *LONG.values()}) == len(SHORT) + len(LONG)


def test_the_largest_are_as_long_as_a_text_may_be_that_is_rendered() -> None:
    short = [name for name, text in LARGEST.items() if not LONGEST - 20 < len(text) <= LONGEST]

    assert short == []


@pytest.mark.parametrize("name", SHORT)
def test_nothing_hostile_becomes_an_element_an_attribute_or_a_link(name: str) -> None:
    html = render_markdown(SHORT[name])

    assert_harmless(html)
    assert not UNSEEN.search(html)


@pytest.mark.parametrize("name", SHORT)
def test_what_follows_another_text_is_as_harmless(name: str) -> None:
    assert_harmless(
        render_markdown(f"*a [b\n<c>\n{SHORT[name]}\n\n| d |\n|---|\n| {SHORT[name]} |")
    )


@pytest.mark.parametrize("name", SHORT)
def test_as_code_it_is_read_letter_for_letter(name: str) -> None:
    text = SHORT[name]

    found = read(render_markdown(f"~~~~~\n{text}\n~~~~~"))

    assert {tag for tag, _ in found.elements} <= {"pre", "code", "span"}
    assert spelt(found.text) == spelt(text)


@pytest.mark.parametrize("name", LONG)
def test_100_kilobytes_of_anything_are_drawn_in_seconds(name: str) -> None:
    """Each takes less than two; what needs quadratic time takes more than ten. A machine may be as
    slow: then a quarter of the text says which it is, a quarter of the time or a sixteenth."""
    text = LONG[name]

    html, took = drawn(text)

    assert took < 8 or took < 9 * drawn(text[: len(text) // 4])[1]
    assert len(html) < 20 * len(text) + 20_000
    assert_harmless(html)


def drawn(text: str) -> tuple[str, float]:
    """With the seconds of this process's own work that it took."""
    start = time.process_time()
    html = render_markdown(text)
    return html, time.process_time() - start
