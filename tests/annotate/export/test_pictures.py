"""The pictures of a card: well-formed, of whole numbers, and all that they show said in words."""

import re
from xml.etree import ElementTree

from annotate.export.facts import Facts
from annotate.export.pictures import MOST_BARS, most_first, pictures_of
from annotate.export.preflight.figures import Spread

ROWS = {"train": 30, "validation": 0, "test": 10}
SVG = "{http://www.w3.org/2000/svg}"
SPREAD = Spread(count=4, mean=2.5, least=1, p05=10, p50=20, p95=40, p99=44, greatest=50)


def drawn(facts: Facts) -> dict[str, ElementTree.Element]:
    return {
        each.path: ElementTree.fromstring(each.svg)  # drawn a line above
        for each in pictures_of(ROWS, facts, "Judgements")
    }


def test_a_bar_is_as_long_as_its_share_of_the_longest() -> None:
    """350 units for the 30 rows of train, and a third of that for the 10 of test."""
    [picture] = drawn(Facts()).values()

    marks = [each for each in picture.iter(f"{SVG}rect") if each.get("x") == "190"]
    assert [each.get("width") for each in marks] == ["350", "116"]
    assert picture.findtext(f"{SVG}title") == "Rows by side: train 30, test 10."


def test_there_is_a_picture_for_all_that_was_counted() -> None:
    facts = Facts(
        skills={"law": {"train": 2, "test": 1}, "": {"train": 1}},
        languages={"en": {"train": 4}},
        strengths={1: 3, None: 2},
        lengths={"prompts": SPREAD},
    )

    said = {path: each.findtext(f"{SVG}title") for path, each in drawn(facts).items()}

    assert said == {
        "pictures/rows.svg": "Rows by side: train 30, test 10.",
        "pictures/skills.svg": "Judgements by skill: law 3, no skill 1.",
        "pictures/languages.svg": "Judgements by language: en 4.",
        "pictures/strengths.svg": "How much better than the next answer: slightly better 3, "
        "better 0, significantly better 0, not asked 2.",
        "pictures/lengths.svg": "Length in characters: prompts half up to 20, nine of ten from 10 "
        "to 40.",
    }


def test_what_a_stranger_wrote_is_text_and_nothing_else() -> None:
    name = '<script>alert("1")</script>\x01 & more of it than fits'

    [_, picture] = drawn(Facts(skills={name: {"train": 1}})).values()

    assert {each.tag for each in picture.iter()} == {
        f"{SVG}{tag}" for tag in ("svg", "title", "rect", "text")
    }
    assert 'alert("1")' in (picture.findtext(f"{SVG}title") or "")


def test_no_number_in_a_picture_has_a_point() -> None:
    for each in pictures_of(ROWS, Facts(lengths={"rows": SPREAD}), "Judgements"):
        assert not re.search(r'"\d+\.\d', each.svg)


def test_the_smallest_become_one_bar() -> None:
    found = {f"s{number:02d}": {"train": 20 - number} for number in range(MOST_BARS + 2)}

    bars = most_first(found, "none")

    assert (len(bars), bars["all others"], bars["s00"]) == (MOST_BARS + 1, 8 + 7, 20)
