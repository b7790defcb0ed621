"""Dark differs from light in colours alone: whatever else is right in one is right in the other."""

import re
from pathlib import Path

from django.conf import settings

BY_COLOURS = re.compile(r"prefers-color-scheme|\[data-theme=\W?(?:light|dark)\W?\]\s*\{([^}]*)\}")
OURS = ["annotate", "commons", "rewards"]


def asked_of_colours(text: str) -> set[str]:
    """What a style sheet or script does in one colours only."""
    return {(found[1] or found[0]).strip() for found in BY_COLOURS.finditer(text)}


def test_no_style_sheet_and_no_script_does_anything_else_in_the_dark() -> None:
    found = set()
    for app in OURS:
        for path in (Path(settings.BASE_DIR) / app / "static").rglob("*.*s"):
            if path.suffix in {".css", ".js"} and ".min." not in path.name:
                found |= asked_of_colours(path.read_text())

    assert found == {"color-scheme: light;", "color-scheme: dark;"}
