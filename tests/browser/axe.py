"""WCAG 2.2 AA, as far as a machine can tell, of a page as it now stands."""

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

from tests.browser.visits import note_visit

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS: list[Literal["light", "dark"]] = ["light", "dark"]
WINDOWS: dict[str, ViewportSize] = {
    "wide": {"width": 1280, "height": 800},
    "narrow": {"width": 320, "height": 640},
}

RUN = """async (runOnly) => {
  const { violations } = await axe.run({ runOnly, resultTypes: ["violations"] });
  return violations.map(({ id, help, nodes }) => [id, help, nodes.map(({ html }) => html)]);
}"""


def violations(page: Page) -> list[str]:
    """Each broken rule with the first element that breaks it.

    Where a press leads to another page, wait for something of that page first: axe reads what
    stands there now.
    """
    return [f"{name}: {says} — {at[0][:200]}" for name, says, at in broken(page, "tag", RULES)]


def broken(
    page: Page, by: Literal["tag", "rule"], which: list[str]
) -> list[tuple[str, str, list[str]]]:
    """The name of each broken rule, what it asks for, and the elements that break it."""
    page.emulate_media(reduced_motion="reduce")  # a colour on its way is no colour to judge
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, {"type": by, "values": which})
    return [(name, says, at) for name, says, at in found]


def seen_by_all(page: Page) -> list[str]:
    """What is wrong with a page as it now stands, in either colours."""
    return [f"{colours}: {each}" for colours, found in by_colours(page).items() for each in found]


def seen_in_windows(page: Page) -> dict[str, list[str]]:
    """What is wrong with a page, by window and colours: no rule broken, no sideways scroll."""
    found = {}
    for name, window in WINDOWS.items():
        page.set_viewport_size(window)
        for colours, wrong in by_colours(page).items():
            found[f"{name}, {colours}"] = wrong
        found[f"{name}, sideways"] = sideways(page)
    return found


def by_colours(page: Page) -> dict[str, list[str]]:
    """Every rule in either colours: dark differs in more than axe's rules of colours can see."""
    found: dict[str, list[str]] = {}
    for colours in COLOURS:
        page.emulate_media(color_scheme=colours)
        found[colours] = violations(page)
    note_visit(page)  # one that was looked at in one of them alone is forgotten
    return found


def sideways(page: Page) -> list[str]:
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{wider} px wider than the window"] if wider > 0 else []
