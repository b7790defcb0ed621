"""A file is cut into rows without being held."""

import io
import tracemalloc
from collections.abc import Iterator

import pytest

from annotate.importing import rows
from annotate.importing.rows import BrokenOff, rows_in


class Endless(io.RawIOBase):
    """An array of so many elements of a kilobyte, which is never whole in memory."""

    def __init__(self, elements: int) -> None:
        self._left = elements
        self._held = b"["

    def read(self, size: int = -1) -> bytes:
        while len(self._held) < size and self._left:
            self._left -= 1
            self._held += b'{"text": "' + b"x" * 1000 + (b'"},' if self._left else b'"}]')
        taken, self._held = self._held[:size], self._held[size:]
        return taken


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 1000])
def test_an_array_is_cut_where_brackets_that_are_in_no_text_close(
    monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(rows, "CHUNK", chunk)
    file = io.BytesIO(b'\xef\xbb\xbf [ {"a": "]}\\"["}, 3, {"b": [1, {"c": "\\\\"}]}\n,\n[1] ] ')

    assert list(rows_in(file)) == [b'{"a": "]}\\"["}', b"3", b'{"b": [1, {"c": "\\\\"}]}', b"[1]"]


def test_lines_are_no_array() -> None:
    file = io.BytesIO(b'\n{"a": 1}\n{"b": 2}\n')

    assert list(rows_in(file)) == [b"\n", b'{"a": 1}\n', b'{"b": 2}\n']


def test_an_array_that_breaks_off_says_so_behind_its_last_whole_element() -> None:
    found = rows_in(io.BytesIO(b'[{"a": 1}, {"b": '))

    assert next(found) == b'{"a": 1}'
    with pytest.raises(BrokenOff, match="breaks off"):
        next(found)


def test_what_stands_behind_the_array_is_a_row_to_be_refused() -> None:
    assert list(rows_in(io.BytesIO(b'[{"a": 1}] oops'))) == [b'{"a": 1}', b"oops"]


def test_an_element_that_is_too_long_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "CHUNK", 50)
    monkeypatch.setattr(rows, "LONGEST_ELEMENT", 200)
    long = b'{"a": [' + b'["x"],' * 100 + b"[]]}"

    assert list(rows_in(io.BytesIO(b"[" + long + b', {"b": 2}]'))) == [None, b'{"b": 2}']


def test_a_text_without_an_end_is_not_read_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "CHUNK", 50)
    monkeypatch.setattr(rows, "LONGEST_ELEMENT", 200)

    with pytest.raises(BrokenOff, match="no bracket within"):
        list(rows_in(io.BytesIO(b'[{"a": "' + b"x" * 1000)))


def test_memory_does_not_grow_with_the_array(monkeypatch: pytest.MonkeyPatch) -> None:
    """4 MB of elements; with what is read at a time and its copies, under 0.5 MB is held."""
    monkeypatch.setattr(rows, "CHUNK", 64 * 1024)
    tracemalloc.start()

    found: Iterator[bytes | None] = rows.elements(Endless(4000))  # type: ignore[arg-type]
    count = sum(1 for _ in found)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 4000
    assert peak < 500_000
