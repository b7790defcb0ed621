"""Which pages axe has really looked at, by the names of their addresses, in all processes of a run.

    axe looks -> ``note_visit``      a test says what there is -> ``expect_visits``
    each process tells at its end -> the last compares: a page that nobody looked at fails the run

Only a run that has every file of this folder, and leaves none of its tests out by name or by mark,
can say so; in any other nothing is compared.
"""

from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

if TYPE_CHECKING:
    from playwright.sync_api import Page

KEY = "visits"  # under which a process of xdist tells
CHOOSING = ("keyword", "markexpr", "services_only", "at_a_desk")  # options that leave tests out
STATUS = "performance.getEntriesByType('navigation')[0]?.responseStatus"
FINE = (HTTPStatus.OK, HTTPStatus.CREATED)
SENTENCE = "axe has looked at these pages in no test"

_seen: set[str] = set()
_expected: set[str] = set()


def note_visit(page: "Page") -> None:
    """Axe looks at a page as it now stands; one that says that something is wrong is another."""
    if page.evaluate(STATUS) not in FINE:
        return
    try:
        _seen.add(resolve(urlsplit(page.url).path).view_name)
    except Resolver404:
        return


def expect_visits(names: Iterable[str]) -> None:
    """These are all the pages there are."""
    _expected.update(names)


class Visits:
    """Compares what was to be looked at with what was, once every process has ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: set[str] = set()
        self.expected: set[str] = set()
        self.is_whole = False
        self.forgotten: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Before anything is left out."""
        there = set(self.folder.glob("test_*.py"))
        is_chosen = any(config.getoption(name, default=None) for name in CHOOSING)
        is_picked = any("::" in each for each in config.args)
        found = {item.path for item in items}
        self.is_whole = there <= found and not is_chosen and not is_picked

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object | None) -> None:
        """One process of xdist has ended; one that was killed says nothing."""
        told = getattr(node, "workeroutput", {}).get(KEY)
        if told:
            self._add(*told)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[KEY] = [sorted(_seen), sorted(_expected), self.is_whole]
            return
        self._add(_seen, _expected, self.is_whole)
        if self.is_whole and not session.exitstatus:
            self.forgotten = sorted(self.expected - self.seen)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED if self.forgotten else 0

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.forgotten:
            terminalreporter.section(SENTENCE, red=True)
            terminalreporter.write_line("\n".join(self.forgotten))

    def _add(self, seen: Iterable[str], expected: Iterable[str], is_whole: bool) -> None:
        self.seen.update(seen)
        self.expected.update(expected)
        self.is_whole = self.is_whole or is_whole
