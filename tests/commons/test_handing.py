"""One thread reads, another makes something of it: whole, in order, neither without the other."""

import threading
from collections.abc import Iterator

import pytest

from commons import handing
from commons.handing import Abandoned, handed_on


class Broken(Exception):
    """What a test raises."""


def test_all_items_come_in_their_order_in_another_thread():
    def consume(items: Iterator[int]) -> tuple[list[int], int]:
        return list(items), threading.get_ident()

    made, thread = handed_on(range(100), consume, ahead=2)

    assert made == list(range(100))
    assert thread != threading.get_ident()


def test_no_more_is_read_than_was_asked_for_and_may_wait():
    read: list[int] = []
    may_go_on = threading.Event()

    def items() -> Iterator[int]:
        for number in range(10):
            read.append(number)
            yield number

    def consume(given: Iterator[int]) -> list[int]:
        first = next(given)
        may_go_on.wait()
        return [first, *given]

    def waits() -> None:
        """Called while nobody takes anything: one is taken, two wait, one is in the hand."""
        assert read == [0, 1, 2, 3]
        may_go_on.set()

    assert handed_on(items(), consume, ahead=2, waits=waits) == list(range(10))


def test_what_breaks_the_reading_lets_go_of_what_was_made():
    let_go: list[str] = []

    def items() -> Iterator[int]:
        yield 1
        raise Broken("read")

    def consume(given: Iterator[int]) -> None:
        try:
            list(given)
        except Abandoned:
            let_go.append("file")
            raise

    with pytest.raises(Broken, match="read"):
        handed_on(items(), consume, ahead=2)
    assert let_go == ["file"]


def test_what_breaks_the_making_ends_the_reading():
    def consume(given: Iterator[int]) -> None:
        next(given)
        raise Broken("made")

    with pytest.raises(Broken, match="made"):
        handed_on(iter(int, 1), consume, ahead=2)  # without an end


def test_whoever_waits_for_the_last_of_it_may_end_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(handing, "PATIENCE", 0.01)
    may_end = threading.Event()

    def consume(given: Iterator[int]) -> None:
        list(given)
        may_end.wait()

    def waits() -> None:
        may_end.set()
        raise Broken("lost")

    with pytest.raises(Broken, match="lost"):
        handed_on([1], consume, ahead=2, waits=waits)
