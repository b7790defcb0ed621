"""What every store of artifacts can do, wherever it keeps them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

Heard = Callable[[], None]
"""Called now and then during a long copy; may raise to end it."""


def unheard() -> None:
    """Tell nobody."""


class Staged(Protocol):
    """An artifact under way."""

    def writing(self, path: str) -> AbstractContextManager[BinaryIO]:
        """A file that becomes ``path`` of the artifact when the block ends well."""

    def publish(self, path: str, data: bytes) -> None:
        """Write the last file and let the artifact appear; ``ArtifactExists`` if one is there."""

    def discard(self) -> None:
        """Let go all that was written; what is published stays."""


class Store(Protocol):
    """Artifacts by name."""

    def staged(self, name: str) -> Staged: ...

    def has(self, name: str) -> bool: ...

    def local(self, name: str, heard: Heard = unheard) -> Path:
        """A folder on this machine that holds the artifact, to be read only."""

    def open(self, name: str, path: str) -> BinaryIO:
        """One file of an artifact, to be read from any place; ``FileNotFoundError``."""

    def remove(self, name: str) -> None: ...

    def leftovers(self, *, older_than: timedelta) -> Iterator[str]:
        """Names of what was begun, is not published, and was not written to for that long."""

    def published(self, *, older_than: timedelta) -> Iterator[str]:
        """Names of what has been there for that long."""
