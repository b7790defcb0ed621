"""A finger hovers over nothing: what hovering changes is colour, never what is there."""

import re
from pathlib import Path

from django.conf import settings

RULE = re.compile(r"([^{}]*:hover[^{}]*)\{([^}]*)\}")
OURS = ["annotate", "commons", "rewards"]
HARMLESS = {
    "background",
    "border-color",
    "color",
    "fill",
    "text-decoration",
    "text-decoration-thickness",
}


def changed_by_hovering(text: str) -> set[str]:
    """The properties that a style sheet sets where the pointer rests."""
    declared = (one for rule in RULE.finditer(text) for one in rule[2].split(";"))
    return {one.split(":")[0].strip() for one in declared if one.strip()}


def test_no_style_sheet_shows_anything_to_those_who_hover_alone() -> None:
    found = set()
    for app in OURS:
        for path in (Path(settings.BASE_DIR) / app / "static").rglob("*.css"):
            found |= changed_by_hovering(path.read_text())

    assert found - HARMLESS == set()


def test_what_hovering_shows_is_found() -> None:
    assert changed_by_hovering(".a:hover .b { display: block; color: red }") == {"display", "color"}
