"""Pages go, and what they have asked for is answered before anything else goes.

A page that goes sends what is unsaved with its last breath. That request comes through whatever the
browser was told of the network, and would meet a database that is being emptied for the next test.
"""

import threading
import time
from contextlib import suppress

from django.core.signals import request_finished, request_started
from playwright.sync_api import BrowserContext, Error, Page

NO_NETWORK = "() => { window.fetch = () => Promise.reject(new TypeError('no network')); }"
PATIENCE = 20.0  # seconds that a server may take for what was on its way


class Underway:
    """How many requests the live server is at; it serves each in a thread of its own."""

    def __init__(self) -> None:
        self._now = 0
        self._changed = threading.Condition()

    def begin(self, **_: object) -> None:
        self._count(1)

    def end(self, **_: object) -> None:
        self._count(-1)

    def _count(self, step: int) -> None:
        if threading.current_thread() is threading.main_thread():
            return  # a test's own client
        with self._changed:
            self._now += step
            self._changed.notify_all()

    def wait_for_none(self) -> None:
        time.sleep(0.05)  # what was sent just now has to arrive
        with self._changed:
            assert self._changed.wait_for(lambda: self._now <= 0, PATIENCE), self._now

    def __enter__(self) -> "Underway":
        request_started.connect(self.begin)
        request_finished.connect(self.end)
        return self

    def __exit__(self, *_: object) -> None:
        request_started.disconnect(self.begin)
        request_finished.disconnect(self.end)


def leave(page: Page) -> None:
    """Close a page that has no network, and never had from here on."""
    page.evaluate(NO_NETWORK)
    page.close()


def leave_all(context: BrowserContext) -> None:
    """Close every page of a person; some may have crashed, or be on their way to another."""
    for page in context.pages:
        with suppress(Error):
            page.evaluate(NO_NETWORK)
    context.close()
