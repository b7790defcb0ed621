"""Sessions that still use the database of the tests when it is to be dropped.

PostgreSQL drops no database that somebody uses. Such a session is ended, and told in the summary
with its last statement, so that whoever left it is found; no test has failed by it.
"""

from typing import Any

import pytest
from django.db import connection

KEY = "strays"  # under which a process of xdist tells
PATIENCE = 5000  # ms until an ended session is gone

_found: list[str] = []


def end_strays() -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, state, backend_start, left(query, 200) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        there = cursor.fetchall()
        for pid, state, begun, last in there:
            _found.append(f"{state} since {begun:%H:%M:%S}: {last}")
            cursor.execute("SELECT pg_terminate_backend(%s, %s)", [pid, PATIENCE])


class Strays:
    """Gathers what every process has found, for the summary."""

    def __init__(self) -> None:
        self.told: list[str] = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object | None) -> None:
        self.told += getattr(node, "workeroutput", {}).get(KEY, [])

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[KEY] = _found
        else:
            self.told += _found

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for each in self.told:
            terminalreporter.write_line(f"a session used the database of the tests still, {each}")
