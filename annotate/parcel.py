"""One campaign as files: a table after the other, and a manifest that is written last; no Django.

    people.jsonl, raters.jsonl, …, notes.jsonl, manifest.json      in a zip file or in a folder

A line is a row: a JSON object in UTF-8, its keys sorted. The same rows give the same bytes, the
manifest's and those of the zip file too: nothing in it says when or where it was made.
"""

import hashlib
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, cast
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812  # a class, whatever zlib calls it

import orjson

from annotate.answer_errors import AnnotateError
from commons.artifacts import atomic_file, atomic_folder
from commons.zip_lists import BoundedFile, TooManyFiles

FORMAT = 1  # of what the rows mean; a column more needs no other
MANIFEST = "manifest.json"
COMPRESSION = 3  # of 9: more takes several times as long and saves a tenth
CHUNK = 1 << 20

Open = Callable[[str], AbstractContextManager[IO[bytes]]]
Heard = Callable[[str, int, int], None]  # a table, and how many of how many rows are done


class BrokenParcel(AnnotateError):
    """The file is not what an export wrote."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} is no whole campaign: {why}. Nothing was changed; fetch the file again, or "
            "export the campaign anew."
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of the parcel."""

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.name}.jsonl"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a parcel holds. ``with_people``: names and e-mail addresses are in it."""

    campaign: str  # its uuid
    name: str
    with_people: bool
    tables: tuple[Entry, ...]

    def as_json(self) -> bytes:
        return orjson.dumps({"format": FORMAT, **asdict(self)}, option=orjson.OPT_INDENT_2)

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest: equal exactly where everything that travels is."""
        return hashlib.sha256(self.as_json()).hexdigest()


class Writer:
    """A parcel that is being written."""

    def __init__(self, opened: Open) -> None:
        self._open = opened
        self.entries: list[Entry] = []

    def add(self, name: str, columns: Sequence[str], lines: Iterable[bytes]) -> None:
        """Write one table, a line a row, in constant memory."""
        digest, rows = hashlib.sha256(), 0
        with self._open(f"{name}.jsonl") as out:
            for line in lines:
                out.write(line)
                digest.update(line)
                rows += 1
        self.entries.append(Entry(name, tuple(columns), rows, digest.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        with self._open(MANIFEST) as out:
            out.write(manifest.as_json())


@contextmanager
def written_parcel(target: Path) -> Iterator[Writer]:
    """Yield a parcel that appears as ``target`` when the block ends well, for its owner alone.

    A name that ends in .zip is a file, any other one a folder.
    """
    if target.suffix == ".zip":
        with (
            atomic_file(target) as out,
            ZipFile(out, "w", ZIP_DEFLATED, compresslevel=COMPRESSION) as zipped,
        ):
            os.fchmod(out.fileno(), 0o600)
            yield Writer(lambda name: zipped.open(name, "w", force_zip64=True))
    else:
        with atomic_folder(target) as aside:
            aside.chmod(0o700)
            yield Writer(lambda name: (aside / name).open("wb"))


class Parcel:
    """A parcel that was found whole."""

    def __init__(self, opened: Open, manifest: Manifest) -> None:
        self._open, self.manifest = opened, manifest

    def lines(self, entry: Entry) -> Iterator[bytes]:
        with self._open(entry.file) as file:
            yield from file


@contextmanager
def verified_parcel(path: Path, heard: Heard) -> Iterator[Parcel]:
    """Yield a parcel after every table in it was found to be what its manifest says."""
    try:
        with _names_and_open(path) as (names, opened):
            if MANIFEST not in names:
                raise BrokenParcel(path, "its manifest, which is written last, is missing")
            with opened(MANIFEST) as file:
                manifest = _manifest_in(path, file.read())
            if names != {MANIFEST, *(each.file for each in manifest.tables)}:
                raise BrokenParcel(path, "its tables are not those that its manifest names")
            for entry in manifest.tables:
                heard(f"verifying {entry.name}", 0, entry.rows)
                with opened(entry.file) as file:
                    if _read(file) != (entry.rows, entry.sha256):
                        raise BrokenParcel(path, f"{entry.name} was changed after it was written")
            yield Parcel(opened, manifest)
    except TooManyFiles as odd:
        raise BrokenParcel(path, "it lists more files than a campaign has tables") from odd
    except (BadZipFile, EOFError, ZlibError) as odd:
        raise BrokenParcel(path, str(odd)) from odd


@contextmanager
def _names_and_open(path: Path) -> Iterator[tuple[set[str], Open]]:
    if path.is_dir():
        yield {each.name for each in path.iterdir()}, lambda name: (path / name).open("rb")
    else:
        with BoundedFile(io.FileIO(path)) as bounded, ZipFile(bounded) as zipped:
            yield set(zipped.namelist()), zipped.open


def _manifest_in(path: Path, said: bytes) -> Manifest:
    try:
        found = cast(dict[str, object], orjson.loads(said))
        version = found.pop("format")
        tables = cast(list[dict[str, object]], found.pop("tables"))
        entries = tuple(
            Entry(**each | {"columns": tuple(cast(list[str], each["columns"]))})  # type: ignore[arg-type]  # as a manifest has it
            for each in tables
        )
        manifest = Manifest(**found, tables=entries)  # type: ignore[arg-type]  # as a manifest has it
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as odd:
        raise BrokenParcel(path, "its manifest lacks what a manifest has") from odd
    if version != FORMAT:
        raise BrokenParcel(path, f"it is of format {version!r}, and this code reads {FORMAT}")
    return manifest


def _read(file: IO[bytes]) -> tuple[int, str]:
    digest, rows = hashlib.sha256(), 0
    while part := file.read(CHUNK):
        digest.update(part)
        rows += part.count(b"\n")
    return rows, digest.hexdigest()
