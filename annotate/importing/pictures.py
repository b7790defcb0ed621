"""The pictures of a row: their bytes in the row itself, or files that lie beside it.

    "images": [{"file": "lung.png", "alt": "A lung, from the front"},
               {"data": "iVBORw0KGgo…", "alt": "The same, from the side"}]

A file is named by its path from the file of rows, and lies in the same folder or zip file or below.
"""

import binascii
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812  # a class, whatever zlib calls it

from annotate.importing.fields import BadRow, Row, items, mapping, only, text
from annotate.importing.records import ImportedPicture
from annotate.pictures import LONGEST_ALT, MOST, MOST_BYTES, OddPicture, picture_in

Beside = Callable[[str], bytes]  # a file by its path; ``OddPicture`` where there is none

ROWS = (".jsonl", ".ndjson", ".json")  # endings of a file of rows in a zip file
MOST_ROWS_BYTES = 64 * 1024 * 1024  # of one, unpacked
_KNOWN = frozenset(("file", "data", "alt"))


class OddZip(Exception):
    """A zip file is none, or not one of rows and pictures; the message says what to do."""


def nothing_beside(name: str) -> bytes:
    raise OddPicture("names a file, and none comes along; send a zip file of both, or its bytes.")


def pictures_in(value: object, field: str, beside: Beside) -> tuple[ImportedPicture, ...]:
    """The pictures of a row, looked at and drawn anew; absent = none."""
    rows = items(value, field)
    if len(rows) > MOST:
        raise BadRow(field, f"has {len(rows)} pictures; leave at most {MOST}.")
    found = tuple(
        _picture(mapping(one, f"{field}[{place}]"), f"{field}[{place}]", beside)
        for place, one in enumerate(rows)
    )
    names = [each.picture.sha256 for each in found]
    if len(names) != len(set(names)):
        raise BadRow(field, "has the same picture twice; leave one of them out.")
    return found


def _picture(row: Row, field: str, beside: Beside) -> ImportedPicture:
    only(row, _KNOWN, field)
    if (row.get("file") is None) == (row.get("data") is None):
        raise BadRow(field, 'needs either "file" or "data", and not both.')
    name = "file" if row.get("file") is not None else "data"
    at = f"{field}.{name}"
    said = text(row[name], at)
    try:
        picture = picture_in(beside(said) if name == "file" else _decoded(said))
    except OddPicture as odd:
        raise BadRow(at, str(odd)) from None
    return ImportedPicture(picture, _alt(row, f"{field}.alt"))


def _alt(row: Row, field: str) -> str:
    if row.get("alt") in (None, ""):
        return ""
    said = text(row["alt"], field).strip()
    if len(said) > LONGEST_ALT:
        raise BadRow(field, f"has {len(said)} characters; shorten it to {LONGEST_ALT}.")
    return said


def _decoded(said: str) -> bytes:
    """Base64, with what browsers write before it or without."""
    _, _, behind = said.partition(";base64,") if said.startswith("data:") else ("", "", said)
    try:
        return b64decode(behind, validate=True)
    except (binascii.Error, ValueError):
        raise OddPicture("is no base64; write the bytes of the file so.") from None


def in_folder(root: Path) -> Beside:
    """Files in a folder or below, and no others, whatever a name or a link says."""
    real = root.resolve()

    def beside(name: str) -> bytes:
        path = (real / _inner(name)).resolve()
        if not path.is_relative_to(real) or not path.is_file():
            raise OddPicture("names no file beside the rows; mend its path.")
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)

    return beside


def _inner(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise OddPicture("leads out of the folder of its rows; name a file in it.")
    return path


@contextmanager
def opened_zip(path: Path) -> Iterator[tuple[BinaryIO, Beside]]:
    """The one file of rows in a zip file, and the files beside it; nothing is unpacked on disk."""
    try:
        with ZipFile(path) as zipped:
            rows = _rows_in(zipped)
            with zipped.open(rows) as file:
                yield cast(BinaryIO, file), _in_zip(zipped, PurePosixPath(rows.filename).parent)
    except (BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError) as broken:
        raise OddZip("the zip file cannot be read to its end; make it anew.") from broken


def _rows_in(zipped: ZipFile) -> ZipInfo:
    found = [each for each in zipped.infolist() if _is_of_rows(PurePosixPath(each.filename))]
    if len(found) != 1:
        raise OddZip(f"the zip file holds {len(found)} files of rows; leave one .jsonl in it.")
    if found[0].file_size > MOST_ROWS_BYTES:
        raise OddZip(f"its rows have more than {MOST_ROWS_BYTES // 1024**2} MB; split them.")
    return found[0]


def _is_of_rows(path: PurePosixPath) -> bool:
    """A file of rows, and nothing that a desktop hides beside it."""
    hidden = any(part.startswith((".", "__")) for part in path.parts)
    return path.suffix.lower() in ROWS and not hidden


def _in_zip(zipped: ZipFile, root: PurePosixPath) -> Beside:
    def beside(name: str) -> bytes:
        try:
            with zipped.open(str(root / _inner(name))) as file:
                return file.read(MOST_BYTES + 1)
        except KeyError:
            raise OddPicture("names no file of this zip file; mend its path.") from None
        except (BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError) as broken:
            raise OddPicture("cannot be unpacked; make the zip file anew.") from broken

    return beside
