"""A person, or a machine, that takes its time: a pause before each key that does something and
before each click, in which pages save by themselves, fetch ahead, and find out that they are late.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Keyboard, Locator, Page

HURRIED: tuple[tuple[type, str], ...] = (
    (Keyboard, "press"),
    (Keyboard, "type"),
    (Locator, "press"),
    (Locator, "click"),
    (Locator, "check"),
    (Page, "click"),
)
WAY = ("Tab", "Shift+Tab")  # of which many lead to one act


def take_time(patch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let every act wait so long; what the browser asks of the test meanwhile is answered."""
    for kind, act in HURRIED:
        patch.setattr(kind, act, _after(getattr(kind, act), seconds))


def _after(act: Callable[..., Any], seconds: float) -> Callable[..., Any]:
    def waits(self: Any, *args: Any, **rest: Any) -> Any:
        if not set(args) & set(WAY):
            self._sync(asyncio.sleep(seconds))  # Playwright's own loop goes on
        return act(self, *args, **rest)

    return waits
