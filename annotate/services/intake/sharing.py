"""Threads that hand chunks on: one reads ahead, one or two keep."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

from django.db import connection

T = TypeVar("T")

AHEAD = 2  # items made before they are asked for: one for each that keeps


def read_ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, made in a thread while those before are dealt with."""
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as thread:
        coming: deque[Future[T | None]] = deque()
        for _ in range(AHEAD):
            coming.append(thread.submit(next, items, None))
        while (item := coming.popleft().result()) is not None:
            coming.append(thread.submit(next, items, None))
            yield item


class Supply(Generic[T]):
    """Items that several threads take from, until there are none or one of them fails."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items
        self._one_at_a_time = Lock()
        self._ended = False

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        with self._one_at_a_time:
            if self._ended:
                raise StopIteration
            return next(self._items)

    def end(self) -> None:
        self._ended = True


def keep_side_by_side(items: Iterator[T], keep: Callable[[T], None]) -> None:
    """Keep all items; two at a time where the database can do more than one thing at once.

    Inside a transaction of the caller's, and with SQLite, there is one connection that writes.
    """
    supply = Supply(items)
    if connection.vendor == "sqlite" or connection.in_atomic_block:
        _keep_from(supply, keep)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="keep") as second:
        other = second.submit(_keep_apart, supply, keep)
        _keep_from(supply, keep)
        other.result()


def _keep_from(supply: Supply[T], keep: Callable[[T], None]) -> None:
    try:
        for item in supply:
            keep(item)
    finally:
        supply.end()


def _keep_apart(supply: Supply[T], keep: Callable[[T], None]) -> None:
    """The same in a thread, which has a connection of its own."""
    try:
        _keep_from(supply, keep)
    finally:
        connection.close()
