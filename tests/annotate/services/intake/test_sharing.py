"""Two threads keep what one alone would keep, and nothing of them outlives the call."""

import threading
from collections.abc import Callable, Generator, Iterator
from itertools import count
from threading import Barrier, Event, Lock, current_thread, main_thread

import pytest
from django.db import connection

from annotate.importing.records import ImportedDemonstration, ImportedPrompt, Messages
from annotate.services.intake import arriving, sharing
from annotate.services.intake.sharing import keep_side_by_side, read_ahead
from annotate.services.intake.types import Chunk

pytestmark = pytest.mark.django_db(transaction=True)

two_threads = pytest.mark.postgresql  # SQLite keeps one chunk at a time

MANY = 1000  # chunks, of which a failure leaves most unread

never = Event()


class Broken(Exception):
    pass


def asked(text: str, line: int = 1) -> ImportedPrompt:
    """A prompt that says on which line it stood: what is judged is kept with its record."""
    ask: Messages = ({"role": "user", "content": text},)
    shown = ImportedDemonstration(({"role": "assistant", "content": "So."},), "ada")
    return ImportedPrompt("", ask, "", "en", "", (), (shown,), (), line=line)


def line_of(chunk: Chunk) -> int:
    record = chunk.arrivals[0].record
    assert record is not None
    return record.line


def many() -> Iterator[ImportedPrompt]:
    return (asked(f"{n}?") for n in range(MANY))


def in_first() -> bool:
    return current_thread() is main_thread()


def in_second() -> bool:
    return not in_first()


@pytest.fixture(autouse=True)
def _one_row_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "ROWS", 1)


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    ours = ("read-ahead", "keep")
    assert [each for each in threading.enumerate() if each.name.startswith(ours)] == []


@two_threads
def test_two_chunks_are_kept_at_a_time() -> None:
    both = Barrier(2)
    kept_by: list[bool] = []

    def keep(chunk: Chunk) -> None:
        both.wait(timeout=5)
        kept_by.append(in_first())

    keep_side_by_side([asked("One?"), asked("Two?")], keep)

    assert sorted(kept_by) == [False, True]


@two_threads
@pytest.mark.parametrize("here", [in_first, in_second])
def test_a_failure_of_either_thread_ends_both_and_is_told(here: Callable[[], bool]) -> None:
    both = Barrier(2)
    kept: list[Chunk] = []

    def keep(chunk: Chunk) -> None:
        if len(kept) < 2:
            kept.append(chunk)
            both.wait(timeout=5)
        if here():
            raise Broken
        kept.append(chunk)

    with pytest.raises(Broken):
        keep_side_by_side(many(), keep)

    assert len(kept) < MANY / 2


@two_threads
def test_if_both_threads_fail_both_are_told() -> None:
    both = Barrier(2)

    def keep(chunk: Chunk) -> None:
        both.wait(timeout=5)
        raise Broken(in_first())

    with pytest.raises(Broken) as told:
        keep_side_by_side(many(), keep)

    assert told.value.args == (False,)
    assert isinstance(told.value.__context__, Broken)
    assert told.value.__context__.args == (True,)


@two_threads
def test_an_interrupt_between_the_threads_ends_both(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[Chunk] = []
    really = sharing._keep_from

    def interrupted(supply: sharing.Supply, keep: sharing.Keep) -> None:
        if in_first():
            raise KeyboardInterrupt
        really(supply, keep)

    monkeypatch.setattr(sharing, "_keep_from", interrupted)
    with pytest.raises(KeyboardInterrupt):
        keep_side_by_side(many(), kept.append)

    assert len(kept) < MANY / 2


def test_what_asks_the_same_is_kept_one_after_another_as_in_the_file() -> None:
    rows = [asked("Same?" if n % 3 else f"{n}?", line=n) for n in range(60)]
    at_work, kept = Lock(), []

    def keep(chunk: Chunk) -> None:
        if line_of(chunk) % 3:
            assert at_work.acquire(blocking=False)
            kept.append(line_of(chunk))
            never.wait(timeout=0.01)
            at_work.release()

    keep_side_by_side(rows, keep)

    assert kept == [n for n in range(60) if n % 3]


def test_who_waits_for_what_failed_is_not_handed_it() -> None:
    """A second run would find the second row's labels there."""
    kept: list[int] = []

    def keep(chunk: Chunk) -> None:
        kept.append(line_of(chunk))
        never.wait(timeout=0.5)  # until the other thread waits for the second row
        raise Broken

    with pytest.raises(Broken):
        keep_side_by_side([asked("Same?", line=1), asked("Same?", line=2)], keep)

    assert kept == [1]


def test_after_a_failure_not_even_the_chunk_is_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first row fills a chunk by its length, the others would do so by their number."""
    monkeypatch.setattr(arriving, "ROWS", 20 * MANY)
    failed, read = Event(), []

    def rows() -> Iterator[ImportedPrompt]:
        yield asked("x" * arriving.CHARACTERS)
        failed.wait(timeout=5)
        for n in range(20 * MANY):
            read.append(n)
            yield asked(f"{n}?")

    def keep(chunk: Chunk) -> None:
        failed.set()
        raise Broken

    with pytest.raises(Broken):
        keep_side_by_side(rows(), keep)

    assert len(read) < 10 * MANY


def test_what_is_read_ahead_is_closed_by_who_stops_asking() -> None:
    closed: list[bool] = []

    def numbers() -> Generator[int, None, None]:
        try:
            yield from count(1)
        finally:
            closed.append(True)

    items = numbers()
    ahead = read_ahead(items)
    assert next(ahead) == 1
    ahead.close()

    assert closed == [True]


@two_threads
def test_without_a_second_connection_one_thread_keeps_all(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    connection.ensure_connection()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")  # where nobody answers
    kept_by: list[bool] = []

    keep_side_by_side((asked(f"{n}?") for n in range(20)), lambda chunk: kept_by.append(in_first()))

    assert kept_by == [True] * 20
    assert "keeps one chunk at a time: no second connection" in caplog.text
