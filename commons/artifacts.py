"""Files and folders that are either wholly there or not there at all.

    write aside -> fsync -> one rename -> fsync of the parent

A writer works in a hidden sibling, ``.NAME.partial``, which it holds by a file lock. The
kernel drops the lock of a writer that dies, so the next writer of the same name finds the
sibling free, empties it and starts over: nothing half-made stays, and nothing needs a clock.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class ArtifactError(Exception):
    """An artifact cannot be written; the message says what to do next."""


class ArtifactExists(ArtifactError):
    def __init__(self, target: Path) -> None:
        super().__init__(f"{target} is already there; choose another name or remove it first.")


class ArtifactBeingWritten(ArtifactError):
    def __init__(self, target: Path) -> None:
        super().__init__(f"another process is writing {target}; wait until it ends.")


@contextmanager
def atomic_file(target: Path) -> Iterator[BinaryIO]:
    """Yield an empty file that becomes ``target`` when the block ends well, and vanishes if not.

    Refuses a target that exists (``ArtifactExists``) and a second writer at the same time
    (``ArtifactBeingWritten``).
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = _aside(target)
    with _held(aside, target) as descriptor, _removed_on_failure(aside):
        with os.fdopen(os.dup(descriptor), "wb") as out:
            out.truncate(0)
            yield out
            out.flush()
            os.fsync(out.fileno())
        _publish(aside, target)


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder that becomes ``target`` when the block ends well, and vanishes if not.

    Refuses what ``atomic_file`` refuses. What a killed writer of the same target left is removed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = _aside(target)
    with _held(aside, target, folder=True), _removed_on_failure(aside):
        _empty(aside)
        yield aside
        _sync_below(aside)
        _publish(aside, target)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes in hexadecimal, read in constant memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.partial")


@contextmanager
def _held(aside: Path, target: Path, *, folder: bool = False) -> Iterator[int]:
    """Hold ``aside`` as its only writer; yield its descriptor."""
    while (descriptor := _locked(aside, target, folder=folder)) is None:
        pass
    try:
        if os.path.lexists(target):
            _remove(aside)
            raise ArtifactExists(target)
        yield descriptor
    finally:
        os.close(descriptor)  # and with it the lock


def _locked(aside: Path, target: Path, *, folder: bool) -> int | None:
    """Open and lock ``aside``; None if its last holder renamed or removed it meanwhile."""
    descriptor = _opened(aside, folder=folder)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ArtifactBeingWritten(target) from None
    if _is_at(descriptor, aside):
        return descriptor
    os.close(descriptor)
    return None


def _opened(aside: Path, *, folder: bool) -> int:
    if not folder:
        return os.open(aside, os.O_RDWR | os.O_CREAT, 0o666)
    while True:
        aside.mkdir(exist_ok=True)
        try:
            return os.open(aside, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:  # renamed between the two lines: make it anew
            continue


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def _removed_on_failure(aside: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        _remove(aside)
        raise


def _publish(aside: Path, target: Path) -> None:
    if os.path.lexists(target):  # made by something that does not know these locks
        raise ArtifactExists(target)
    aside.rename(target)
    _sync(target.parent)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _empty(folder: Path) -> None:
    for child in folder.iterdir():
        _remove(child)


def _sync_below(folder: Path) -> None:
    for where, _, names in os.walk(folder):
        for name in names:
            _sync(Path(where, name))
        _sync(Path(where))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
