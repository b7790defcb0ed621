"""One thread reads, another makes something of it: a database is waited for while the other works.

    items -> at most ``ahead`` of them wait -> consume(items), in a thread of its own

Who reads stays in the thread that it was called in, because connections belong to threads.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, Full, Queue
from typing import Generic, TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

PATIENCE = 1.0  # seconds between two calls of ``waits``


class Abandoned(Exception):
    """Whoever reads has stopped: what was made of it so far is to be let go."""


def handed_on(
    items: Iterable[Item],
    consume: Callable[[Iterator[Item]], Made],
    *,
    ahead: int,
    waits: Callable[[], None] = lambda: None,
) -> Made:
    """What ``consume`` makes of the items; at most ``ahead`` are read that it has not asked for.

    An error of either side ends both and is raised here. ``waits`` is called now and then while
    the other side is slower, and may raise to end it all.
    """
    belt = _Belt[Item](ahead)
    with ThreadPoolExecutor(max_workers=1) as other:
        made = other.submit(consume, belt.taken())
        try:
            for item in items:
                if not belt.put(item, made, waits):
                    return made.result()  # it has failed, or needs no more
            belt.end(made, waits)
            return _result(made, waits)
        except BaseException:
            belt.abandon()
            raise


class _End:
    """Stands behind the last item."""

    def __init__(self, *, abandoned: bool) -> None:
        self.abandoned = abandoned


class _Belt(Generic[Item]):
    def __init__(self, ahead: int) -> None:
        self._queue: Queue[Item | _End] = Queue(ahead)

    def put(self, item: Item | _End, made: Future[Made], waits: Callable[[], None]) -> bool:
        """False: nobody will take it."""
        while not made.done():
            with suppress(Full):
                self._queue.put(item, timeout=PATIENCE)
                return True
            waits()
        return False

    def end(self, made: Future[Made], waits: Callable[[], None]) -> None:
        self.put(_End(abandoned=False), made, waits)

    def abandon(self) -> None:
        with suppress(Empty):
            while True:
                self._queue.get_nowait()
        self._queue.put(_End(abandoned=True))

    def taken(self) -> Iterator[Item]:
        while True:
            item = self._queue.get()
            if isinstance(item, _End):
                if item.abandoned:
                    raise Abandoned
                return
            yield item


def _result(made: Future[Made], waits: Callable[[], None]) -> Made:
    while True:
        with suppress(TimeoutError):
            return made.result(timeout=PATIENCE)
        if made.done():  # a TimeoutError of its own
            return made.result()
        waits()
