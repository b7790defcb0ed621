"""Frozen datasets and models, which lie in a folder beside the database."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings

from commons.artifacts import atomic_file, sha256_of
from commons.backing_up.archive import CHUNK, Heard
from commons.backing_up.errors import BackupError
from commons.backing_up.manifest import Entry


def artifact_files() -> Iterator[tuple[str, Path]]:
    """Name and place of every file; what is being written is hidden and left out."""
    root = Path(settings.ARTIFACTS)
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            yield name.as_posix(), path


def listed_artifacts(heard: Heard) -> Iterator[Entry]:
    """Every file with its digest; one that a run removes meanwhile is left out."""
    for name, path in artifact_files():
        with suppress(FileNotFoundError):
            size = path.stat().st_size
            heard("hashing artifacts", 0, size)
            yield Entry(name, size, sha256_of(path))


def datasets_elsewhere() -> str:
    """Where datasets lie if no backup of the artifacts can hold them; else empty."""
    return _elsewhere(settings.SNAPSHOT_STORE)


def pictures_elsewhere() -> str:
    """The same of the pictures of prompts."""
    return _elsewhere(settings.PICTURE_STORE)


def _elsewhere(said: str) -> str:
    if not said or ("://" not in said and Path(said).is_relative_to(Path(settings.ARTIFACTS))):
        return ""
    return said


def put_back_artifact(name: str, content: IO[bytes]) -> bool:
    """Write one that is not there; False where a file of that name is."""
    path = _place(name)
    if path.exists():
        return False
    with atomic_file(path) as out:
        shutil.copyfileobj(content, out, CHUNK)
    return True


def missing_artifacts(listed: tuple[Entry, ...]) -> list[str]:
    """What lay there when the backup was made and does not lie here, or is not the same."""
    return [each.name for each in listed if not _is_there(each)]


def _is_there(entry: Entry) -> bool:
    path = _place(entry.name)
    return path.is_file() and path.stat().st_size == entry.bytes and sha256_of(path) == entry.sha256


def _place(name: str) -> Path:
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise BackupError(f"The backup names a file outside the artifacts ({name}); do not use it.")
    return Path(settings.ARTIFACTS) / name
