"""Artifacts as folders: files lie in a hidden one beside, and one rename lets it appear."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

from commons.artifacts import ArtifactExists
from commons.stores.protocol import Heard, unheard

STAGED = ".staged"  # ends the hidden name of what is not published yet


@dataclass(frozen=True)
class FolderStore:
    """Artifacts as folders of a file system that all hosts share."""

    root: Path

    def staged(self, name: str) -> "StagedFolder":
        return StagedFolder(self.root / name)

    def has(self, name: str) -> bool:
        return (self.root / name).is_dir()

    def local(self, name: str, heard: Heard = unheard) -> Path:
        return self.root / name

    def open(self, name: str, path: str) -> BinaryIO:
        return (self.root / name / path).open("rb")

    def remove(self, name: str) -> None:
        shutil.rmtree(self.root / name, ignore_errors=True)

    def leftovers(self, *, older_than: timedelta) -> Iterator[str]:
        before = time.time() - older_than.total_seconds()
        for aside in sorted(self.root.glob(f".*{STAGED}")):
            with suppress(FileNotFoundError):  # published or discarded meanwhile
                if _last_written(aside) < before:
                    yield aside.name.removeprefix(".").removesuffix(STAGED)

    def published(self, *, older_than: timedelta) -> Iterator[str]:
        before = time.time() - older_than.total_seconds()
        for folder in sorted(self.root.glob("*")):
            with suppress(FileNotFoundError):  # removed meanwhile
                if folder.stat().st_mtime < before and not folder.name.startswith("."):
                    yield folder.name


@dataclass(frozen=True)
class StagedFolder:
    """Files beside the folder that they will be: one rename makes them one."""

    target: Path

    @property
    def aside(self) -> Path:
        return self.target.with_name(f".{self.target.name}{STAGED}")

    @contextmanager
    def writing(self, path: str) -> Iterator[BinaryIO]:
        file = self.aside / path
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as out:
                yield cast("BinaryIO", out)
                out.flush()
                os.fsync(out.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def publish(self, path: str, data: bytes) -> None:
        with self.writing(path) as out:
            out.write(data)
        for where, _, names in os.walk(self.aside):
            for name in names:
                if name.endswith(".part"):  # of a writer that was killed
                    Path(where, name).unlink(missing_ok=True)
            _sync(Path(where))
        if os.path.lexists(self.target):
            raise ArtifactExists(self.target)
        self.aside.rename(self.target)
        _sync(self.target.parent)

    def discard(self) -> None:
        shutil.rmtree(self.aside, ignore_errors=True)


def _last_written(folder: Path) -> float:
    """When a file or folder in it was last changed, as seconds since 1970."""
    return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
