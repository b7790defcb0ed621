"""The pages of ``docs/`` as people read them in the product, with an anchor at every heading.

    docs/NAME.md -> markdown-it tokens -> HTML whose links lead to other pages of the handbook

These texts are ours, so nothing of them is taken away; what strangers write goes through
``commons.markdown``.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER = Path(settings.BASE_DIR) / "docs"
PAGE_LINK = re.compile(r"([a-z-]+)\.md(#.*)?")
NO_WORD = re.compile(r"[^\w\- ]")

Address = Callable[[str], str]
WIDE = ("fence", "code_block", "table_open")


@dataclass(frozen=True)
class Heading:
    """A part of a page, as its table of contents names it."""

    anchor: str
    title: str


@dataclass(frozen=True)
class HandbookPage:
    """A page without its title, which stands above it."""

    title: str
    html: SafeString
    parts: Sequence[Heading]


@cache
def title_of(name: str) -> str:
    """What a page is called: the first line of its file."""
    with (FOLDER / f"{name}.md").open(encoding="utf-8") as page:
        return page.readline().removeprefix("# ").strip()


@cache  # to parse a long page takes longer than anything else that is done to show it
def handbook_page(name: str, known: frozenset[str], address: Address) -> HandbookPage:
    """A page of ``docs/`` as HTML. ``known`` are the pages that its reader has, and ``address``
    tells where one of them is read."""
    tokens = (
        MarkdownIt("commonmark")
        .enable("table")
        .parse((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    )
    title, rest = tokens[1].content, tokens[3:]
    parts = tuple(_with_anchors(rest))
    _lead_on(rest, known, address)
    shown = list(_scrolling(rest, title))
    html = MarkdownIt("commonmark").renderer.render(shown, MarkdownIt().options, {})
    return HandbookPage(title, SafeString(html), parts)


def anchor_of(title: str) -> str:
    """The anchor of a heading, as it is made where the files are read on a forge."""
    return NO_WORD.sub("", title.lower()).replace(" ", "-")


def _with_anchors(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Give every heading its anchor; those of the second rank are the parts of the page."""
    for opened, said in pairwise(tokens):
        if opened.type != "heading_open":
            continue
        title = "".join(each.content for each in said.children or [])
        opened.attrSet("id", anchor_of(title))
        if opened.tag == "h2":
            yield Heading(anchor_of(title), title)


def _scrolling(tokens: Sequence[Token], title: str) -> Iterator[Token]:
    """What is wide scrolls by itself, by keyboard too, named by the heading above it; the second
    of one heading has a number, so that each has a name of its own."""
    is_heading, named = False, Counter[str]()
    for token in tokens:
        if is_heading:
            title = "".join(each.content for each in token.children or [])
        is_heading = token.type == "heading_open"
        if token.type in WIDE:
            named[title] += 1
            name = f"{title}, {named[title]}" if named[title] > 1 else title
            opened = f'role="region" aria-label="{escape(name)}">'
            opened = f'<div class="table-scroll" tabindex="0" {opened}'
            yield Token("html_block", "", 0, content=opened)
        yield token
        if token.type in ("fence", "code_block", "table_close"):
            yield Token("html_block", "", 0, content="</div>\n")


def _lead_on(tokens: Sequence[Token], known: frozenset[str], address: Address) -> None:
    """Let links between files lead to pages; a page that this reader has not is only named."""
    for block in tokens:
        for link in block.children or []:
            found = PAGE_LINK.fullmatch(str(link.attrGet("href") or ""))
            if link.type != "link_open" or not found:
                continue
            if found[1] in known:
                link.attrSet("href", address(found[1]) + (found[2] or ""))
            else:
                link.attrs = {}
