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
from annotate.importing.pictures import Allowance, Beside, nothing_beside
from annotate.importing.plan import OddPlan, Wishes
from annotate.importing.planning import planned
from annotate.importing.records import Record, Refusal
from annotate.importing.rows import BrokenOff, cut_of, opened, row_in, rows_in
from annotate.importing.zipped import OddZip, opened_zip
from commons.sentences import said_by
from commons.sentences import sentence as _

MOST_BLANK = 100_000  # lines more than others: packed, gigabytes of them are a small file

READERS: Mapping[Format, Reader] = {
    Format.OASST: oasst.prompts_in,
    Format.HH: hh.prompts_in,
}


def read_records(
    path: Path,
    format: Format = Format.AUTO,
    reader: Reader | None = None,
    beside: Beside = nothing_beside,
    allowance: Allowance | None = None,
) -> Generator[Record, None, None]:
    """Every prompt of a JSONL file or a JSON array, plain or gzip, and a refusal for every row
    that gives none.

    Blank lines are skipped. A row that cannot be read never stops the rows after it; only gzip
    data or an array that break off do, and that is a refusal too. ``OSError`` if there is no such
    file. The file is open until the last record, or until this is closed. ``reader`` is the one
    that a plan was made for; without, the plan for Label Studio or Argilla is guessed. ``beside``
    reads files that rows name; in a zip file they lie beside the rows in it. ``allowance`` bounds
    what is drawn of pictures; without, all of them are.
    """
    number, allowance = 0, allowance or Allowance()
    try:
        with _opened(path, beside) as (file, beside):
            for number, row in _rows(file):
                if isinstance(row, Refusal):
                    yield row
                    continue
                try:
                    known = detected(row) if format is Format.AUTO else format
                    reader = reader or _reader(path, known, beside, allowance)
                    yield from reader(row, number)
                except BadRow as bad:
                    yield Refusal(number, said_by(bad))
    except OddPlan as odd:
        yield Refusal(
            number, _("%(said)s manage.py import_prompts can be told.", said=said_by(odd))
        )
    except OddZip as odd:
        yield Refusal(number + 1, said_by(odd))
    except BrokenOff as broken:
        yield Refusal(
            number + 1,
            _("%(why)s; nothing after this element was read.", why=said_by(broken)),
        )
    except (EOFError, gzip.BadGzipFile, zlib.error):
        yield Refusal(
            number + 1, _("the gzip data break off here; nothing after this line was read.")
        )


def _rows(file: BinaryIO) -> Iterator[tuple[int, Row | Refusal]]:
    cut, blank = cut_of(file), 0
    for number, said in enumerate(rows_in(file), start=1):
        if said is not None and not said.strip():
            blank += 1
            if 2 * blank > number + MOST_BLANK:
                raise BrokenOff(_("nearly all lines are blank"))
            continue
        try:
            yield number, row_in(said, cut)
        except BadRow as bad:
            yield number, Refusal(number, said_by(bad))


def _reader(path: Path, format: Format, beside: Beside, allowance: Allowance) -> Reader:
    if format is Format.LAUREL:
        return partial(laurel.prompts_in, beside=beside, allowance=allowance)
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
