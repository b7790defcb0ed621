"""WCAG 2.2 AA, as far as a machine can tell."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """Each broken rule with the first element that breaks it.

    Where a press leads to another page, wait for something of that page first: axe reads what
    stands there now.
    """
    page.emulate_media(reduced_motion="reduce")  # a colour on its way is no colour to judge
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{one['id']}: {one['help']} — {one['nodes'][0]['html'][:200]}" for one in found]
