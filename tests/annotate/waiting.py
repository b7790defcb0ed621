"""Work that waits for a lock which this connection holds: PostgreSQL alone."""

import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, connections


def held_up(work: Callable[[], object]) -> threading.Thread:
    """It runs on a connection of its own; back when it waits for a lock, or did not have to."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive() and not somebody_waits_for_us():
        pass
    return thread


def somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])


class Beside:
    """Work on a connection of its own, begun: it waits for this one's locks, or is done."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.raised: list[Exception] = []
        self._work = work
        self._thread = held_up(self._run)

    def _run(self) -> None:
        try:
            self._work()
        except Exception as broken:  # noqa: BLE001  # looked at by the test
            self.raised.append(broken)

    @property
    def waits(self) -> bool:
        return self._thread.is_alive()

    def ended(self) -> list[type[Exception]]:
        """What it raised, once it has ended."""
        self._thread.join()
        return [type(each) for each in self.raised]


def beginning_before(
    monkeypatch: pytest.MonkeyPatch, place: str, work: Callable[[], object]
) -> list[Beside]:
    """The work is begun beside before this function is called for the first time."""
    module, name = place.rsplit(".", 1)
    function: Callable[..., Any] = getattr(import_module(module), name)
    begun: list[Beside] = []

    def begin_and_call(*given: Any, **named: Any) -> Any:
        if not begun:
            begun.append(Beside(work))
        return function(*given, **named)

    monkeypatch.setattr(place, begin_and_call)
    return begun
