"""Read a file of foreign rows, one at a time, in constant memory, whatever is in it."""

import gzip
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from annotate.importing import hh, laurel, oasst
from annotate.importing.fields import BadRow, Row
from annotate.importing.formats import Format, Reader, detected
from annotate.importing.pictures import Beside, OddZip, nothing_beside, opened_zip
from annotate.importing.plan import OddPlan, Wishes
from annotate.importing.planning import planned
from annotate.importing.records import Record, Refusal
from annotate.importing.rows import BrokenOff, cut_of, opened, row_in, rows_in

READERS: Mapping[Format, Reader] = {
    Format.OASST: oasst.prompts_in,
    Format.HH: hh.prompts_in,
}


def read_records(
    path: Path,
    format: Format = Format.AUTO,
    reader: Reader | None = None,
    beside: Beside = nothing_beside,
) -> Generator[Record, None, None]:
    """Every prompt of a JSONL file or a JSON array, plain or gzip, and a refusal for every row
    that gives none.

    Blank lines are skipped. A row that cannot be read never stops the rows after it; only gzip
    data or an array that break off do, and that is a refusal too. ``OSError`` if there is no such
    file. The file is open until the last record, or until this is closed. ``reader`` is the one
    that a plan was made for; without, the plan for Label Studio or Argilla is guessed. ``beside``
    reads files that rows name; in a zip file they lie beside the rows in it.
    """
    number = 0
    try:
        with _opened(path, beside) as (file, beside):
            for number, row in _rows(file):
                if isinstance(row, Refusal):
                    yield row
                    continue
                try:
                    known = detected(row) if format is Format.AUTO else format
                    reader = reader or _reader(path, known, beside)
                    yield from reader(row, number)
                except BadRow as bad:
                    yield Refusal(number, str(bad))
    except OddPlan as odd:
        yield Refusal(number, f"{odd} manage.py import_prompts can be told.")
    except OddZip as odd:
        yield Refusal(number + 1, str(odd))
    except BrokenOff as broken:
        yield Refusal(number + 1, f"{broken}; nothing after this element was read.")
    except (EOFError, gzip.BadGzipFile, zlib.error):
        yield Refusal(number + 1, "the gzip data break off here; nothing after this line was read.")


def _rows(file: BinaryIO) -> Iterator[tuple[int, Row | Refusal]]:
    cut = cut_of(file)
    for number, said in enumerate(rows_in(file), start=1):
        if said is not None and not said.strip():
            continue
        try:
            yield number, row_in(said, cut)
        except BadRow as bad:
            yield number, Refusal(number, str(bad))


def _reader(path: Path, format: Format, beside: Beside) -> Reader:
    if format is Format.LAUREL:
        return partial(laurel.prompts_in, beside=beside)
    return READERS[format] if format in READERS else planned(path, format, Wishes()).reader


@contextmanager
def _opened(path: Path, beside: Beside) -> Iterator[tuple[BinaryIO, Beside]]:
    with path.open("rb") as file:
        is_zip = file.read(4) == b"PK\x03\x04"
    if is_zip:
        with opened_zip(path) as found:
            yield found
    else:
        with opened(path) as file:
            yield file, beside
