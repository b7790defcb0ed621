"""What goes wrong in a store, each with its remedy."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from commons.artifacts import ArtifactError

FULL = (errno.ENOSPC, errno.EDQUOT)
# Drivers that do not say all in OSErrors. One that was never loaded has raised nothing.
OF_DRIVERS = {
    "botocore.exceptions": ("BotoCoreError", "ClientError"),
    "aiohttp": ("ClientError",),
}
WITHOUT_LOGIN = ("NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError")


class StoreError(ArtifactError):
    """The store did not do what it was asked for."""


class StoreRefuses(StoreError):
    def __init__(self, where: str, said: BaseException) -> None:
        super().__init__(
            f"{where} refuses this machine ({said}). Give its credentials the right to read, "
            "write, list and delete there, then ask again."
        )


class StoreFull(StoreError):
    def __init__(self, where: str, said: BaseException) -> None:
        super().__init__(f"No space is left for {where} ({said}). Make room, then ask again.")


class StoreMissing(StoreError):
    def __init__(self, where: str, said: BaseException) -> None:
        super().__init__(
            f"{where} is not there ({said}). Make the bucket, or mend SNAPSHOT_STORE; what was "
            "deleted comes back from the bucket's versions or not at all."
        )


class StoreAway(StoreError):
    def __init__(self, where: str, said: BaseException) -> None:
        super().__init__(
            f"{where} does not answer as it should ({said}). See that it runs and that this "
            "machine reaches it, then ask again."
        )


class BrokenCopy(StoreError):
    def __init__(self, where: str, said: str) -> None:
        super().__init__(
            f"What came from {where} is not what was frozen, and no copy was kept: {said}"
        )


@contextmanager
def in_words(where: str) -> Iterator[None]:
    """Errors of a driver leave as ours."""
    try:
        yield
    except driver_errors() as broken:
        raise _said(where, broken) from broken


def driver_errors() -> tuple[type[Exception], ...]:
    loaded = (
        getattr(sys.modules[module], name)
        for module, names in OF_DRIVERS.items()
        if module in sys.modules
        for name in names
    )
    return (OSError, *loaded)


def _said(where: str, broken: Exception) -> StoreError:
    if isinstance(broken, PermissionError) or type(broken).__name__ in WITHOUT_LOGIN:
        return StoreRefuses(where, broken)
    if isinstance(broken, OSError) and broken.errno in FULL:
        return StoreFull(where, broken)
    if isinstance(broken, FileNotFoundError):
        return StoreMissing(where, broken)
    return StoreAway(where, broken)
