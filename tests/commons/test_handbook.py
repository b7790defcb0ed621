"""The pages of docs/ as they are read in the product."""

import re

import pytest

from commons.handbook import FOLDER, anchor_of, handbook_page, title_of

SERVED = frozenset({"cycle", "candidates", "arena"})


def address(name: str) -> str:
    return f"/handbook/{name}/"


def test_a_page_is_its_title_its_parts_and_the_rest():
    page = handbook_page("cycle", SERVED, address)

    assert page.title == title_of("cycle") == "The weekly cycle"
    assert ("the-gate", "The gate") in [(part.anchor, part.title) for part in page.parts]
    assert '<h2 id="the-gate">The gate</h2>' in page.html
    assert "<h1" not in page.html
    assert "<td><code>min_prompts</code></td>" in page.html


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        ("Carelessness, at every look", "carelessness-at-every-look"),
        ("In GRPO and elsewhere", "in-grpo-and-elsewhere"),
        ("A man's best-of-n", "a-mans-best-of-n"),
    ],
)
def test_anchors_are_those_of_the_forge(title: str, anchor: str):
    assert anchor_of(title) == anchor


def test_links_lead_to_pages_of_the_handbook_and_nowhere_that_is_not_there():
    html = handbook_page("cycle", SERVED, address).html

    assert '<a href="/handbook/candidates/">candidates.md</a>' in html
    assert (
        "<a>" in handbook_page("reward-models", SERVED, address).html
    )  # datasets.md is not served here


def test_every_link_inside_the_docs_has_its_anchor():
    pages = {each.stem: each.read_text(encoding="utf-8") for each in FOLDER.glob("*.md")}
    anchors = {
        name: {anchor_of(title) for title in re.findall(r"^#+ (.+)$", text, re.M)}
        for name, text in pages.items()
    }

    found = [
        (name, other, anchor)
        for name, text in pages.items()
        for other, anchor in re.findall(r"\]\(([a-z-]+)\.md(?:#([^)]+))?\)", text)
    ]

    assert found
    assert [
        each
        for each in found
        if each[1] not in pages or (each[2] and each[2] not in anchors[each[1]])
    ] == []
