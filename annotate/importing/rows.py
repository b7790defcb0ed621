"""Cut a file into its rows, in constant memory: the lines of it, or the elements of a JSON array.

Label Studio and Argilla write one array, mostly on one line. It is cut where an element's own
brackets close, and each element is parsed by itself: a broken one stops none of the others, and
the memory is that of the longest element, however long the array is.
"""

import gzip
import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

import orjson

from annotate.importing.fields import BadRow, Row
from commons.sentences import sentence as _

LONGEST_LINE = 8 * 1024 * 1024  # bytes: of the largest picture in base64, and words beside it
LONGEST_ELEMENT = 32 * 1024 * 1024  # bytes: a task of Label Studio brings all that was said of it
BEHIND = 200  # bytes of what stands behind an array: enough to refuse it
CHUNK = 1024 * 1024  # bytes read at a time

_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"
# Whatever comes before the next bracket that is in no string, and the bracket.
_NEXT = re.compile(rb'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+([\[\]{}])', re.DOTALL)
_OPENS = frozenset(b"[{")


class Cut(StrEnum):
    """How a file is cut; the value is what a refusal calls a row."""

    LINES = "line"
    ELEMENTS = "element"


class BrokenOff(Exception):
    """Nothing after the last whole element is read; the message says why."""


def opened(path: Path) -> AbstractContextManager[BinaryIO]:
    """The file, unpacked where it is gzip."""
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path, "rb")) if zipped else path.open("rb")


def cut_of(file: BinaryIO) -> Cut:
    """Lines, unless the first character opens an array; the file is at its beginning again."""
    head = file.read(64).removeprefix(_BOM)
    while head and not head.strip(_BLANK):
        head = file.read(CHUNK)
    file.seek(0)
    return Cut.ELEMENTS if head.lstrip(_BLANK).startswith(b"[") else Cut.LINES


def rows_in(file: BinaryIO) -> Iterator[bytes | None]:
    """The rows of a file, still to be parsed; None for one that is too long to be held."""
    return elements(file) if cut_of(file) is Cut.ELEMENTS else lines(file)


def lines(file: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a file; None for one that is too long to be held."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) <= LONGEST_LINE:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)
        yield None


def elements(file: BinaryIO) -> Iterator[bytes | None]:
    """The elements of the one array in a file; None for one that is too long to be held.

    What stands between two elements and is no comma is an element as well, so that whoever parses
    it refuses it. ``BrokenOff`` if the array has no end, or a text in it has none in sight.
    """
    cutter = Cutter()
    while chunk := file.read(CHUNK):
        yield from cutter.feed(chunk)
    if not cutter.is_over:
        raise BrokenOff(_("the array breaks off here"))
    yield from cutter.rest()


class Cutter:
    """Follows strings and brackets; ``_depth`` is 1 between the elements of the array."""

    def __init__(self) -> None:
        self._held = b""  # from the beginning of what is not handed out yet
        self._at = 0  # behind the last bracket in it
        self._depth = 0
        self._drops = False  # the element that is being read is too long
        self.is_over = False

    def feed(self, chunk: bytes) -> Iterator[bytes | None]:
        if self.is_over:
            self._held = (self._held + chunk).strip(_BLANK)[:BEHIND]
            return
        self._held += chunk
        held, at, depth, begin = self._held, self._at, self._depth, 0
        while not self.is_over and (found := _NEXT.match(held, at)) is not None:
            at = found.end()
            opens = held[at - 1] in _OPENS
            depth += 1 if opens else -1
            if depth > 2 or (depth == 2 and not opens):
                continue
            if depth == 1 and not opens:
                yield None if self._drops else held[begin:at]
                self._drops, begin = False, at
            elif depth == 1:  # the array itself begins
                begin = at
            else:  # an element begins, or the array ends
                yield from _scalars(held[begin : at - 1])
                begin = at - 1 if opens else at
                self.is_over = depth == 0
        self._held, self._at, self._depth = held[begin:], at - begin, depth
        self._drop_what_is_too_long()

    def rest(self) -> Iterator[bytes]:
        """What stands behind the array."""
        yield from _scalars(self._held)

    def _drop_what_is_too_long(self) -> None:
        if len(self._held) > LONGEST_ELEMENT and self._depth > 1:
            self._drops = True
            self._held, self._at = self._held[self._at :], 0
        if len(self._held) > LONGEST_ELEMENT:
            raise BrokenOff(
                _(
                    "no bracket within %(most)s MB closes what is open",
                    most=LONGEST_ELEMENT // 1024**2,
                )
            )


def _scalars(between: bytes) -> Iterator[bytes]:
    """What stands between two elements, but for blanks and commas."""
    for each in between.split(b","):
        if said := each.strip(_BLANK):
            yield said


def row_in(said: bytes | None, cut: Cut) -> Row:
    """The object that a row is; ``BadRow`` if it is none."""
    if said is None:
        longest = LONGEST_LINE if cut is Cut.LINES else LONGEST_ELEMENT
        raise BadRow(
            f"the {cut}", _("is longer than %(most)s MB; split it.", most=longest // 1024**2)
        )
    try:
        row = json_in(said)
    except UnicodeDecodeError as bad:
        raise BadRow(f"byte {bad.start + 1}", _("is not UTF-8; save the file as UTF-8.")) from None
    except RecursionError:
        raise BadRow("the row", _("is nested too deeply; flatten it.")) from None
    except ValueError as bad:  # json's own, and whole numbers of thousands of digits
        raise BadRow(
            f"the {cut}",
            _("is not JSON (%(said)s); write one object a line.", said=bad)
            if cut is Cut.LINES
            else _("is not JSON (%(said)s); mend it.", said=bad),
        ) from None
    if not isinstance(row, dict):
        raise BadRow(
            f"the {cut}",
            _("is not a JSON object; write one object a line.")
            if cut is Cut.LINES
            else _("is not a JSON object; write one object an element."),
        )
    return row


def json_in(said: bytes) -> object:
    """The JSON value of these bytes; ``ValueError`` or ``RecursionError`` if they are none.

    orjson reads most of them, several times faster than json. What it refuses, json looks at
    again: it says better what is wrong, and lets half a surrogate pair through to the field
    where a row is refused for it.
    """
    try:
        return orjson.loads(said)
    except orjson.JSONDecodeError:
        return json.loads(said.decode("utf-8-sig"), parse_constant=_not_json)


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")
