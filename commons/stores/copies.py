"""Copies on this machine of what lies elsewhere, by the SHA-256 of their last file.

All processes of a host share them. One appears whole and looked over, or not at all; the folder's
time is that of its last use, and the longest unused go first.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from commons.artifacts import ArtifactBeingWritten, ArtifactExists, atomic_folder
from commons.stores.protocol import Heard

PAUSE = 1.0  # seconds between two looks at a copy that another process makes
IN_USE = timedelta(days=3)  # after it was last asked for, whoever did may still read it
GOING = ".going"  # ends the name of a copy that is being removed


@dataclass(frozen=True)
class Copies:
    """The folder of copies of one host."""

    root: Path

    def get(self, digest: str, fill: Callable[[Path], None], heard: Heard) -> Path:
        """The copy of this digest; ``fill`` makes it where there is none, and raises if it cannot.

        Where another process makes it, wait for that.
        """
        place = self.root / digest
        while not self._used(place):
            heard()
            try:
                with atomic_folder(place) as aside:
                    fill(aside)
            except ArtifactExists:
                continue
            except ArtifactBeingWritten:
                time.sleep(PAUSE)
        return place

    def due(self, *, most: int) -> list[Path]:
        """The longest unused, until the rest has at most so many bytes; none lately used."""
        found = sorted((path.stat().st_mtime, path) for path in self._whole())
        sizes = {path: _size(path) for _, path in found}
        too_much, before = sum(sizes.values()) - most, time.time() - IN_USE.total_seconds()
        going = []
        for used, path in found:
            if too_much <= 0 or used >= before:
                break
            going.append(path)
            too_much -= sizes[path]
        return going

    def prune(self, *, most: int) -> int:
        """Remove what is due, and what killed processes left; safe to run twice at once."""
        removed = 0
        for path in self.due(most=most):
            aside = path.with_name(f".{path.name}{GOING}")
            with suppress(OSError):  # another who prunes was first
                path.rename(aside)
                removed += 1
        for left in self._left():
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
        return removed

    def _used(self, place: Path) -> bool:
        """Whether it is there; if so it is in use from now on."""
        try:
            os.utime(place)
        except FileNotFoundError:
            return False
        return True

    def _whole(self) -> Iterator[Path]:
        if self.root.is_dir():
            yield from (path for path in self.root.iterdir() if not path.name.startswith("."))

    def _left(self) -> Iterator[Path]:
        before = time.time() - IN_USE.total_seconds()
        for path in self.root.glob(".*") if self.root.is_dir() else ():
            with suppress(FileNotFoundError):
                if path.name.endswith(GOING) or path.stat().st_mtime < before:
                    yield path


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
