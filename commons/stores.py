"""Where artifacts lie that many processes write together: folders that appear whole or not at all.

    staged(name) -> writing(path), by any process on any host -> publish: the last file, once

Until it is published, nobody who looks for the artifact finds it. Writing the same file again is
harmless when the bytes are the same: the later one takes the place of the earlier one at once.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from commons.artifacts import ArtifactExists


class Staged(Protocol):
    """An artifact under way."""

    def writing(self, path: str) -> AbstractContextManager[BinaryIO]:
        """A file that becomes ``path`` of the artifact when the block ends well."""

    def publish(self, path: str, data: bytes) -> None:
        """Write the last file and let the artifact appear; ``ArtifactExists`` if one is there."""

    def discard(self) -> None:
        """Let go all that was written."""


class Store(Protocol):
    """Artifacts by name."""

    def staged(self, name: str) -> Staged: ...

    def has(self, name: str) -> bool: ...

    def local(self, name: str) -> Path:
        """A folder on this machine that holds the artifact, to be read only."""

    def open(self, name: str, path: str) -> BinaryIO:
        """One file of an artifact, to be read from any place; ``FileNotFoundError``."""

    def remove(self, name: str) -> None: ...


@dataclass(frozen=True)
class FolderStore:
    """Artifacts as folders of a file system that all hosts share."""

    root: Path

    def staged(self, name: str) -> "StagedFolder":
        return StagedFolder(self.root / name)

    def has(self, name: str) -> bool:
        return (self.root / name).is_dir()

    def local(self, name: str) -> Path:
        return self.root / name

    def open(self, name: str, path: str) -> BinaryIO:
        return (self.root / name / path).open("rb")

    def remove(self, name: str) -> None:
        shutil.rmtree(self.root / name, ignore_errors=True)


@dataclass(frozen=True)
class StagedFolder:
    """Files beside the folder that they will be: one rename makes them one."""

    target: Path

    @property
    def aside(self) -> Path:
        return self.target.with_name(f".{self.target.name}.staged")

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


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
