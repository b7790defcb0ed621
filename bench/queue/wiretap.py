"""Every statement that a connection sends, from below Django and the driver: nothing goes past it.

PostgreSQL's own client library traces what crosses the wire (PQtrace); SQLite calls back for each
statement that it runs. Both see raw cursors, prepared statements and health checks.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol

from django.db import connection
from psycopg.pq import Trace
from psycopg.pq.abc import PGconn

# One message of PQtrace: who sent it (frontend, backend), its length, its name, what is in it.
MESSAGE = re.compile(r"^([FB])\t\d+\t(\w+)(.*?)(?=^[FB]\t\d+\t|\Z)", re.MULTILINE | re.DOTALL)
PARSED = re.compile(r'\s*"([^"]*)" "(.*)"[\s\d]*', re.DOTALL)  # name, statement, types
BOUND = re.compile(r'\s*"[^"]*" "([^"]*)"')  # portal, name
QUOTED = re.compile(r'\s*"(.*)"\s*', re.DOTALL)


class Tap(Protocol):
    def since_last(self) -> list[str]:
        """The statements that were sent since this was asked before."""


@contextmanager
def tapped() -> Iterator[Tap]:
    """Listen to this thread's connection, which must stay the same."""
    connection.ensure_connection()
    raw = connection.connection
    if connection.vendor != "postgresql":
        tap = SqliteTap()
        raw.set_trace_callback(tap.heard.append)
        try:
            yield tap
        finally:
            raw.set_trace_callback(None)
        return
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        wire = PostgresTap(raw.pgconn, log)
        try:
            yield wire
        finally:
            raw.pgconn.untrace()


class SqliteTap:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def since_last(self) -> list[str]:
        said, self.heard[:] = list(self.heard), []
        return said


class PostgresTap:
    """Reads the trace. libpq keeps the end of it back until the trace is ended, so it is, and a
    new one begun, whenever somebody asks."""

    def __init__(self, pgconn: PGconn, log: IO[str]) -> None:
        self._pgconn, self._log = pgconn, log
        self._prepared: dict[str, str] = {}  # statements by the name they were prepared under
        self._begin()

    def since_last(self) -> list[str]:
        self._pgconn.untrace()
        self._log.seek(0)
        trace = self._log.read()
        self._begin()
        return list(statements_in(trace, self._prepared))

    def _begin(self) -> None:
        self._log.seek(0)
        self._log.truncate()
        self._pgconn.trace(self._log.fileno())
        self._pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)


def statements_in(trace: str, prepared: dict[str, str]) -> Iterator[str]:
    """What a client said, message by message; ``prepared`` remembers names from trace to trace."""
    bound, query, tags = "", "", list[str]()
    for sender, name, inside in MESSAGE.findall(trace):
        match sender, name:
            case "F", "Parse" if found := PARSED.fullmatch(inside):
                prepared[found[1]] = found[2]
            case "F", "Bind" if found := BOUND.match(inside):
                bound = prepared[found[1]]
            case "F", "Execute":
                yield bound
            case "F", "Query" if found := QUOTED.fullmatch(inside):
                query = found[1]
            case "B", "CommandComplete" if query and (found := QUOTED.fullmatch(inside)):
                tags.append(found[1])
            case "B", "ReadyForQuery" if query:
                yield from [query] if len(tags) < 2 else (f"{tag} of {query}" for tag in tags)
                query, tags = "", []
