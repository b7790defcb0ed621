"""Members go into a gzipped tar and come out of it, each hashed on its way, in constant memory."""

import gzip
import hashlib
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

from commons.backing_up.errors import BrokenBackup
from commons.backing_up.manifest import ARTIFACTS, NAME, Entry, Manifest, manifest_in

COMPRESSION = 3  # of 9: more takes several times as long and saves a tenth
CHUNK = 1 << 20

Heard = Callable[[str, int, int], None]
"""Told what is being done, and how many bytes of how many (0: nobody knows) are."""


class Member(NamedTuple):
    """One file in a backup; read it before the next one."""

    name: str
    size: int
    content: IO[bytes]


class Archive:
    """A backup that is being written."""

    def __init__(self, tar: tarfile.TarFile, heard: Heard) -> None:
        self._tar, self._heard = tar, heard
        self.entries: list[Entry] = []

    def add(self, name: str, file: BinaryIO) -> None:
        """Write one open file as a member, as long as it is now: a log may grow meanwhile."""
        about = os.fstat(file.fileno())
        what = "artifacts" if name.startswith(ARTIFACTS) else name
        hashing = Hashing(file, lambda done: self._heard(f"packing {what}", done, about.st_size))
        self._tar.addfile(_described(name, about.st_size, int(about.st_mtime)), hashing)
        self.entries.append(Entry(name, about.st_size, hashing.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        said = manifest.as_json()
        self._tar.addfile(_described(NAME, len(said), 0), BytesIO(said))


class Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes], heard: Callable[[int], None]) -> None:
        self._file, self._heard = file, heard
        self._digest, self.done = hashlib.sha256(), 0

    def read(self, size: int = -1, /) -> bytes:
        part = self._file.read(size)
        self._digest.update(part)
        self.done += len(part)
        self._heard(self.done)
        return part

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


@contextmanager
def written_archive(out: BinaryIO, heard: Heard) -> Iterator[Archive]:
    with (
        gzip.GzipFile("", mode="wb", compresslevel=COMPRESSION, fileobj=out) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        yield Archive(tar, heard)


@contextmanager
def members_of(file: Path) -> Iterator[Iterator[Member]]:
    """Yield the members in their order; whatever of them cannot be read is a broken backup."""
    try:
        with gzip.open(file) as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
            yield (Member(each.name, each.size, _content(tar, each)) for each in tar)
            while packed.read(CHUNK):  # gzip's own check sum, over all of it, stands at the end
                pass
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as odd:
        raise BrokenBackup(file, str(odd)) from odd


def verified_manifest(file: Path, heard: Heard) -> Manifest:
    """The manifest, after every member was found to be what it says, and no other was there."""
    with members_of(file) as members:
        found = [_read(each, heard) for each in members]
    if not found or found[-1][0].name != NAME:
        raise BrokenBackup(file, "its manifest, which is written last, is missing")
    try:
        manifest = manifest_in(found[-1][1])
    except ValueError as odd:
        raise BrokenBackup(file, str(odd)) from odd
    if strange := _difference([entry for entry, _ in found[:-1]], manifest):
        raise BrokenBackup(file, strange)
    return manifest


def _described(name: str, size: int, mtime: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, mtime, 0o600
    return info


def _content(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(info)
    if content is None:
        raise tarfile.ReadError(f"{info.name} in it is no file")
    return content


def _read(member: Member, heard: Heard) -> tuple[Entry, bytes]:
    """A member's digest; its bytes too where it is the manifest."""
    said = member.content.read() if member.name == NAME else b""
    source: IO[bytes] = BytesIO(said) if said else member.content
    hashing = Hashing(source, lambda done: heard("verifying", done, member.size))
    while hashing.read(CHUNK):
        pass
    return Entry(member.name, hashing.done, hashing.hexdigest()), said


def _difference(found: list[Entry], manifest: Manifest) -> str:
    """How the members differ from what the manifest says; empty where they do not."""
    if [each.name for each in found] != [each.name for each in manifest.members]:
        return "its members are not those that its manifest names"
    changed = [
        each.name for each, said in zip(found, manifest.members, strict=True) if each != said
    ]
    return f"{changed[0]} was changed after it was written" if changed else ""
