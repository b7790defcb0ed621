"""Read a file of foreign rows a line at a time, in constant memory, whatever is in it."""

import gzip
import json
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

import orjson

from annotate.importing import hh, laurel, oasst
from annotate.importing.fields import BadRow, Row
from annotate.importing.records import Record, Refusal

LONGEST_LINE = 4 * 1024 * 1024  # bytes


class Format(StrEnum):
    AUTO = "auto"  # whatever the first row that has a known shape is
    LAUREL = "laurel"
    OASST = "oasst"
    HH = "hh"


READERS: Mapping[Format, Callable[[Row, int], Iterator[Record]]] = {
    Format.LAUREL: laurel.prompts_in,
    Format.OASST: oasst.prompts_in,
    Format.HH: hh.prompts_in,
}


def read_records(path: Path, format: Format = Format.AUTO) -> Generator[Record, None, None]:
    """Every prompt of a JSONL file, plain or gzip, and a refusal for every line that gives none.

    Blank lines are skipped. A line that cannot be read never stops the lines after it; only gzip
    data that break off do, and that is a refusal too. ``OSError`` if there is no such file. The
    file is open until the last record, or until this is closed.
    """
    number = 0
    with _opened(path) as file:
        try:
            for number, line in enumerate(_lines(file), start=1):
                if line is not None and not line.strip():
                    continue
                try:
                    row = _row(line)
                    if format is Format.AUTO:
                        format = detected(row)
                    yield from READERS[format](row, number)
                except BadRow as bad:
                    yield Refusal(number, str(bad))
        except (EOFError, gzip.BadGzipFile, zlib.error):
            yield Refusal(
                number + 1, "the gzip data break off here; nothing after this line was read."
            )


def detected(row: Row) -> Format:
    """The format whose keys a row has; ``BadRow`` if none."""
    if isinstance(row.get("prompt"), dict):
        return Format.OASST
    if {"chosen", "rejected"} <= row.keys():
        return Format.HH
    if row.keys() & {"prompt", "messages"}:
        return Format.LAUREL
    keys = ", ".join(f"{key!a:.40}" for key in list(row)[:8]) or "none"
    raise BadRow("no known format", f"has these fields: {keys}; name one of laurel, oasst, hh.")


def _opened(path: Path) -> AbstractContextManager[BinaryIO]:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path, "rb")) if zipped else path.open("rb")


def _lines(file: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a file; None for one that is too long to be held."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) <= LONGEST_LINE:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)
        yield None


def _row(line: bytes | None) -> Row:
    if line is None:
        raise BadRow("the line", f"is longer than {LONGEST_LINE // 1024**2} MB; split it.")
    try:
        row = json_in(line)
    except UnicodeDecodeError as bad:
        raise BadRow(f"byte {bad.start + 1}", "is not UTF-8; save the file as UTF-8.") from None
    except RecursionError:
        raise BadRow("the row", "is nested too deeply; flatten it.") from None
    except ValueError as bad:  # json's own, and whole numbers of thousands of digits
        raise BadRow("the line", f"is not JSON ({bad}); write one object a line.") from None
    if not isinstance(row, dict):
        raise BadRow("the line", "is not a JSON object; write one object a line.")
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
