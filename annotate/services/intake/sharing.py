"""Threads that hand chunks on: one reads ahead, one or two keep."""

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import takewhile
from threading import Condition, Event, Lock
from typing import TypeVar

from django.db import OperationalError, connection

from annotate.importing.records import Record
from annotate.services.intake.arriving import chunks_of
from annotate.services.intake.dialects import dialect
from annotate.services.intake.types import Chunk

T = TypeVar("T")
Keep = Callable[[Chunk], None]

AHEAD = 2  # items made before they are asked for: one for each that keeps

logger = logging.getLogger(__name__)


def keep_side_by_side(records: Iterable[Record], keep: Keep) -> None:
    """Keep all records; two chunks at a time where the database can do two things at once.

    Inside a transaction of the caller's, and with SQLite, there is one connection that writes.
    After a failure nothing more is read than the record that is being read. Whoever leaves waits
    for that one, so that no thread outlives the call.
    """
    ended = Event()
    wanted = takewhile(lambda _: not ended.is_set(), records)
    with closing(read_ahead(chunks_of(wanted, dialect()))) as chunks:
        supply = Supply(chunks, ended)
        if connection.vendor == "sqlite" or connection.in_atomic_block:
            _keep_from(supply, keep)
        else:
            _keep_by_two(supply, keep)


def read_ahead(items: Generator[T, None, None]) -> Generator[T, None, None]:
    """The same items, made in a thread while those before are dealt with."""
    thread = ThreadPoolExecutor(1, thread_name_prefix="read-ahead")
    coming: deque[Future[T | None]] = deque()
    with closing(items):
        try:
            coming.extend(thread.submit(next, items, None) for _ in range(AHEAD))
            while (item := coming.popleft().result()) is not None:
                coming.append(thread.submit(next, items, None))
                yield item
        finally:
            thread.shutdown(cancel_futures=True)


class Supply:
    """Chunks that several threads keep, until there are none or one of them fails.

    They are handed out in order. One that asks what a chunk still being kept asks too waits for
    that one, and all behind it wait with it: the first row's labels count, as in one chunk.
    """

    def __init__(self, chunks: Iterator[Chunk], ended: Event) -> None:
        self._chunks = chunks
        self._ended = ended
        self._turn = Lock()  # held by whoever is handed the next chunk
        self._changed = Condition()
        self._being_kept: set[str] = set()  # digests

    def keep_next(self, keep: Keep) -> bool:
        """Keep the next chunk; False if there is none."""
        chunk = self._next()
        if chunk is None:
            return False
        keep(chunk)  # after a failure whoever waits for this chunk waits on, for the end
        with self._changed:
            self._being_kept -= chunk.digests
            self._changed.notify()
        return True

    def close(self) -> None:
        """Hand out nothing more."""
        with self._changed:
            self._ended.set()
            self._changed.notify()

    def _next(self) -> Chunk | None:
        with self._turn:
            chunk = None if self._ended.is_set() else next(self._chunks, None)
            if chunk is None:
                return None
            digests = chunk.digests
            with self._changed:
                self._changed.wait_for(
                    lambda: self._ended.is_set() or digests.isdisjoint(self._being_kept)
                )
                if self._ended.is_set():
                    return None
                self._being_kept |= digests
            return chunk


def _keep_by_two(supply: Supply, keep: Keep) -> None:
    other: Future[None] | None = None
    with ThreadPoolExecutor(1, thread_name_prefix="keep") as second:
        try:
            other = second.submit(_keep_apart, supply, keep)
            _keep_from(supply, keep)
        finally:
            supply.close()
            if other is not None:
                other.result()  # if both failed, what this thread raised is its context


def _keep_from(supply: Supply, keep: Keep) -> None:
    with closing(supply):
        while supply.keep_next(keep):
            pass


def _keep_apart(supply: Supply, keep: Keep) -> None:
    """The same in a thread, which has a connection of its own; without one, the first keeps all."""
    try:
        connection.ensure_connection()
    except OperationalError as refused:
        logger.warning("an import keeps one chunk at a time: no second connection (%s)", refused)
        return
    try:
        _keep_from(supply, keep)
    finally:
        connection.close()
