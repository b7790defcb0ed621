"""The pictures of a row: their bytes in the row itself, or files that lie beside it.

    "images": [{"file": "lung.png", "alt": "A lung, from the front"},
               {"data": "iVBORw0KGgo…", "alt": "The same, from the side"}]

A file is named by its path from the file of rows, and lies in the same folder or zip file or below.
"""

import binascii
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path, PurePosixPath

from annotate.importing.fields import (
    LONGEST_TEXT,
    BadRow,
    Row,
    items,
    mapping,
    only,
    text,
    too_long,
)
from annotate.importing.records import ImportedPicture
from annotate.pictures import (
    LONGEST_ALT,
    MOST,
    MOST_BYTES,
    OddPicture,
    Picture,
    picture_in,
    pixels_in,
)
from commons.sentences import said_by
from commons.sentences import sentence as _

Beside = Callable[[str], bytes]  # a file by its path; ``OddPicture`` where there is none

LONGEST_DATA = 4 * MOST_BYTES // 3 + 100  # characters of base64, and what stands before it
MOST_DRAWN = 400_000_000  # bytes and pixels, where somebody waits: half a minute or so
_KNOWN = frozenset(("file", "data", "alt"))


class BrokenFile(OddPicture):
    """A file was unpacked in vain, up to the most that is read of one."""


def nothing_beside(name: str) -> bytes:
    raise OddPicture("names a file, and none comes along; send a zip file of both, or its bytes.")


@dataclass
class Allowance:
    """What may be read and drawn for one file or request, in bytes and pixels together.

    Many rows may name one small file that unpacks to a large picture. The same picture once more,
    right after itself, is drawn at no cost.
    """

    left: float = inf
    _last: tuple[bytes, Picture] | None = None

    def drawn(self, read: Callable[[], bytes]) -> Picture:
        self._take(1)
        try:
            data = read()
        except BrokenFile:
            self._take(MOST_BYTES)
            raise
        self._take(len(data))
        if self._last is None or self._last[0] != data:
            self._take(pixels_in(data))
            self._last = (data, picture_in(data))
        return self._last[1]

    def _take(self, more: int) -> None:
        if more > self.left:
            self.left = 0  # what follows is not even read
            raise OddPicture("is more than is drawn of one file or request; split that.")
        self.left -= more


def pictures_in(
    value: object, field: str, beside: Beside, allowance: Allowance | None = None
) -> tuple[ImportedPicture, ...]:
    """The pictures of a row, looked at and drawn anew; absent = none."""
    allowance = allowance or Allowance()
    rows = items(value, field)
    if len(rows) > MOST:
        raise BadRow(
            field,
            _("has %(count)s pictures; leave at most %(most)s.", count=len(rows), most=MOST),
        )
    found = tuple(
        _picture(mapping(one, f"{field}[{place}]"), f"{field}[{place}]", beside, allowance)
        for place, one in enumerate(rows)
    )
    names = [each.picture.sha256 for each in found]
    if len(names) != len(set(names)):
        raise BadRow(field, _("has the same picture twice; leave one of them out."))
    return found


def _picture(row: Row, field: str, beside: Beside, allowance: Allowance) -> ImportedPicture:
    only(row, _KNOWN, field)
    if (row.get("file") is None) == (row.get("data") is None):
        raise BadRow(field, _('needs either "file" or "data", and not both.'))
    name = "file" if row.get("file") is not None else "data"
    at = f"{field}.{name}"
    said = text(row[name], at, longest=LONGEST_TEXT if name == "file" else LONGEST_DATA)
    try:
        picture = allowance.drawn(partial(beside if name == "file" else _decoded, said))
    except OddPicture as odd:
        raise BadRow(at, said_by(odd)) from None
    return ImportedPicture(picture, _alt(row, f"{field}.alt"))


def _alt(row: Row, field: str) -> str:
    if row.get("alt") in (None, ""):
        return ""
    said = text(row["alt"], field).strip()
    if len(said) > LONGEST_ALT:
        raise too_long(said, field, LONGEST_ALT)
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
        path = (real / inner(name)).resolve()
        if not path.is_relative_to(real) or not path.is_file():
            raise OddPicture("names no file beside the rows; mend its path.")
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)

    return beside


def inner(name: str) -> PurePosixPath:
    """A path from the file of rows, to what lies in its folder or below."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise OddPicture("leads out of the folder of its rows; name a file in it.")
    return path
