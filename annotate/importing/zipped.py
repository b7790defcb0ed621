"""A zip file of rows and pictures, read where it lies: nothing of it is unpacked on disk.

What it says of itself is bounded before it is believed: the list of its files, the size of its
rows, and the ways in which they are packed. Of those other than Deflate a few bytes may become
gigabytes before the first is seen.
"""

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812  # a class, whatever zlib calls it

from annotate.importing.pictures import Beside, BrokenFile, inner
from annotate.pictures import MOST_BYTES, OddPicture
from commons.sentences import sentence as _
from commons.zip_lists import BoundedFile, TooManyFiles

ROWS = (".jsonl", ".ndjson", ".json")  # endings of a file of rows
MOST_ROWS_BYTES = 64 * 1024 * 1024  # of one, unpacked

# What zipfile raises: cut off, damaged, packed in a way that it does not know, or locked.
_BROKEN = (BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError)
_PACKED = (ZIP_STORED, ZIP_DEFLATED)


class OddZip(Exception):
    """A zip file is none, or not one of rows and pictures; the message says what to do."""


@contextmanager
def opened_zip(path: Path) -> Iterator[tuple[BinaryIO, Beside]]:
    """The one file of rows in a zip file, and the files beside it."""
    try:
        with BoundedFile(io.FileIO(path)) as bounded, ZipFile(bounded) as zipped:
            rows = _rows_in(zipped)
            with zipped.open(rows) as file:
                yield cast(BinaryIO, file), _in_zip(zipped, PurePosixPath(rows.filename).parent)
    except TooManyFiles:
        raise OddZip(_("the zip file lists too many files; make several of it.")) from None
    except (*_BROKEN, OSError) as broken:
        _reraise_unless_broken(broken)
        raise OddZip(_("the zip file cannot be read to its end; make it anew.")) from broken


def _reraise_unless_broken(error: Exception) -> None:
    """A disk that fails is not the file's fault; a place in the file that there cannot be is."""
    if isinstance(error, OSError) and error.errno != errno.EINVAL:
        raise error


def _rows_in(zipped: ZipFile) -> ZipInfo:
    found = [each for each in zipped.infolist() if _is_of_rows(PurePosixPath(each.filename))]
    if len(found) != 1:
        raise OddZip(
            _(
                "the zip file holds %(count)s files of rows; leave one .jsonl in it.",
                count=len(found),
            )
        )
    if found[0].file_size > MOST_ROWS_BYTES:
        raise OddZip(
            _("its rows have more than %(most)s MB; split them.", most=MOST_ROWS_BYTES // 1024**2)
        )
    if found[0].compress_type not in _PACKED:
        raise OddZip(_("the zip file is packed in a way that is not read here; use Deflate."))
    return found[0]


def _is_of_rows(path: PurePosixPath) -> bool:
    """A file of rows, and nothing that a desktop hides beside it."""
    hidden = any(part.startswith((".", "__")) for part in path.parts)
    return path.suffix.lower() in ROWS and not hidden


def _in_zip(zipped: ZipFile, root: PurePosixPath) -> Beside:
    def beside(name: str) -> bytes:
        place = str(root / inner(name))
        try:
            packed = zipped.getinfo(place)
            if packed.compress_type not in _PACKED:
                raise OddPicture("is packed in a way that is not read here; use Deflate.")
            with zipped.open(packed) as file:
                return file.read(MOST_BYTES + 1)
        except KeyError:
            raise OddPicture("names no file of this zip file; mend its path.") from None
        except (*_BROKEN, OSError) as broken:
            _reraise_unless_broken(broken)
            raise BrokenFile("cannot be unpacked; make the zip file anew.") from broken

    return beside
