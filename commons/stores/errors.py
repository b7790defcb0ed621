"""What goes wrong in a store, each with its remedy."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from commons.artifacts import ArtifactError
from commons.sentences import sentence as _

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
            _(
                "%(where)s refuses this machine (%(said)s). Give its credentials the right to "
                "read, write, list and delete there, then ask again.",
                where=where,
                said=said,
            )
        )


class StoreFull(StoreError):
    def __init__(self, where: str, said: BaseException) -> None:
        super().__init__(
            _(
                "No space is left for %(where)s (%(said)s). Make room, then ask again.",
                where=where,
                said=said,
            )
        )


class StoreMissing(StoreError):
    def __init__(self, where: str, said: BaseException) -> None:
        super().__init__(
            _(
                "%(where)s is not there (%(said)s). Make the bucket, or mend SNAPSHOT_STORE; what "
                "was deleted comes back from the bucket's versions or not at all.",
                where=where,
                said=said,
            )
        )


class StoreAway(StoreError):
    def __init__(self, where: str, said: BaseException) -> None:
        super().__init__(
            _(
                "%(where)s does not answer as it should (%(said)s). See that it runs and that "
                "this machine reaches it, then ask again.",
                where=where,
                said=said,
            )
        )


class BrokenCopy(StoreError):
    def __init__(self, where: str, said: str) -> None:
        super().__init__(
            _(
                "What came from %(where)s is not what was frozen, and no copy was kept: %(said)s",
                where=where,
                said=said,
            )
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
