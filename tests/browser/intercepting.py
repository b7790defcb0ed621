"""Requests of a page that is open already, met on their way."""

from collections.abc import Callable
from re import Pattern
from typing import Any

from playwright.sync_api import Page, Route


def intercept(
    page: Page,
    pattern: str | Pattern[str],
    handler: Callable[[Route], Any],
    times: int | None = None,
) -> None:
    """From the next request on, also where the page stands already.

    Chromium says that requests are met before the page's own process has heard of it; what the page
    asks for in that moment goes past. Its process has heard once it has answered something later.
    """
    page.route(pattern, handler, times=times)
    page.evaluate("null")
