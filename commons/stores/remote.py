"""Artifacts in an object store, or in whatever else fsspec reaches.

Each file is put whole, straight under its name; the last one by a put that only creates. An
artifact is there if its last file is. What is put twice is the same bytes, so nobody needs a lock.
Retries and credentials are the driver's own.
"""

import hashlib
import inspect
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

import fsspec
from fsspec.asyn import AsyncFileSystem
from fsspec.spec import AbstractFileSystem

from commons.artifacts import ArtifactExists
from commons.stores.copies import Copies
from commons.stores.errors import in_words
from commons.stores.protocol import Heard, unheard

CHUNK = 8 << 20
MOMENTS = (
    "LastModified",
    "last_modified",
    "updated",
    "mtime",
    "created",
)  # as drivers call it in a list


def remote_store(
    url: str, *, last: str, copies: Path, verify: Callable[[str, Path], None]
) -> "RemoteStore":
    """The store at this URL. ``verify`` is given a name and a fresh copy, and raises if it is not
    what was published under that name."""
    with in_words(url):
        system, root = fsspec.url_to_fs(url, use_listings_cache=False)
    return RemoteStore(system, root.rstrip("/"), url.rstrip("/"), last, Copies(copies), verify)


def creates_once(system: AbstractFileSystem) -> bool:
    """Whether this file system has a put that only creates.

    Without one, of two who publish the same artifact at once both write its last file. Their bytes
    are the same as long as both run the same versions; else the later one's hashes may not fit.
    """
    if isinstance(system, AsyncFileSystem):
        return "mode" in inspect.signature(system._pipe_file).parameters
    return type(system).pipe_file is not AbstractFileSystem.pipe_file


@dataclass(frozen=True)
class RemoteStore:
    """Artifacts as objects under ``root/NAME/``; ``url`` is how people know the store."""

    system: AbstractFileSystem
    root: str
    url: str
    last: str
    copies: Copies
    verify: Callable[[str, Path], None]

    def staged(self, name: str) -> "StagedObjects":
        return StagedObjects(self, name)

    def has(self, name: str) -> bool:
        with in_words(self.url):
            return bool(self.system.exists(self.place(name, self.last)))

    def local(self, name: str, heard: Heard = unheard) -> Path:
        with in_words(f"{self.url}/{name}/{self.last}"):
            digest = hashlib.sha256(self.system.cat_file(self.place(name, self.last))).hexdigest()

        def fill(folder: Path) -> None:
            for path in self.files(name):
                self._fetch(name, path, folder / path, heard)
            self.verify(name, folder)

        return self.copies.get(digest, fill, heard)

    def open(self, name: str, path: str) -> BinaryIO:
        where = self.place(name, path)
        with in_words(f"{self.url}/{name}/{path}"):
            if self.system.exists(where):
                return cast("BinaryIO", self.system.open(where, "rb"))
        raise FileNotFoundError(where)

    def remove(self, name: str) -> None:
        """Its last file first, so that nobody finds it in part."""
        with in_words(f"{self.url}/{name}"):
            if self.system.exists(self.place(name, self.last)):
                self.system.rm_file(self.place(name, self.last))
            if found := self.system.find(self.place(name)):
                self.system.rm(found)

    def leftovers(self, *, older_than: timedelta) -> Iterator[str]:
        before = datetime.now(UTC) - older_than
        for name in self._names():
            if self.has(name):
                continue
            with in_words(f"{self.url}/{name}"):
                found = self.system.find(self.place(name))
                written = [_aware(self.system.modified(path)) for path in found]
            if written and max(written) < before:
                yield name

    def published(self, *, older_than: timedelta) -> Iterator[str]:
        """By one list of all files, which says of each when it was written."""
        before = datetime.now(UTC) - older_than
        with in_words(self.url):
            found = (
                self.system.find(self.root, detail=True) if self.system.exists(self.root) else {}
            )
        for path, said in sorted(found.items()):
            name, _, file = path[len(self.root) :].strip("/").partition("/")
            if file == self.last and self._written(path, said) < before:
                yield name

    def _written(self, path: str, said: Mapping[str, Any]) -> datetime:
        """When a file was written, as a list says it; asked for where a list says nothing."""
        for key in MOMENTS:
            match said.get(key):
                case datetime() as moment:
                    return _aware(moment)
                case float() as seconds:
                    return datetime.fromtimestamp(seconds, UTC)
        with in_words(f"{self.url}/{path}"):
            return _aware(self.system.modified(path))

    def _names(self) -> list[str]:
        with in_words(self.url):
            there = self.system.ls(self.root, detail=False) if self.system.exists(self.root) else []
        return sorted(path.rstrip("/").rpartition("/")[2] for path in there)

    def files(self, name: str) -> list[str]:
        """Of an artifact, by their paths in it."""
        with in_words(f"{self.url}/{name}"):
            start = f"{self.place(name)}/"
            return [path.removeprefix(start) for path in self.system.find(self.place(name))]

    def place(self, *names: str) -> str:
        return "/".join([self.root, *names])

    def _fetch(self, name: str, path: str, target: Path, heard: Heard) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with self.open(name, path) as source, target.open("wb") as out:
            while chunk := self._chunk(source):
                out.write(chunk)
                heard()

    def _chunk(self, source: BinaryIO) -> bytes:
        with in_words(self.url):
            return source.read(CHUNK)


@dataclass(frozen=True)
class StagedObjects:
    """Objects under their last names, which nobody looks for yet."""

    store: RemoteStore
    name: str

    @contextmanager
    def writing(self, path: str) -> Iterator[BinaryIO]:
        """It is written here first: a writer that dies puts nothing."""
        self.store.copies.root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=self.store.copies.root, prefix=".", suffix=".part"
        ) as file:
            yield cast("BinaryIO", file)
            file.flush()
            with in_words(f"{self.store.url}/{self.name}/{path}"):
                self.store.system.put_file(file.name, self.store.place(self.name, path))

    def publish(self, path: str, data: bytes) -> None:
        where, system = self.store.place(self.name, path), self.store.system
        options: dict[str, Any] = {"mode": "create"} if creates_once(system) else {}
        with in_words(f"{self.store.url}/{self.name}/{path}"):
            try:
                if not options and system.exists(where):
                    raise FileExistsError(where)
                system.pipe_file(where, data, **options)
            except FileExistsError:
                raise ArtifactExists(Path(f"{self.store.url}/{self.name}")) from None

    def discard(self) -> None:
        if not self.store.has(self.name):
            self.store.remove(self.name)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
