"""A full disk, said so that somebody can mend it."""

import errno
import os

FULL = {errno.ENOSPC, errno.EDQUOT}
REMEDY = (
    "the disk is full; free some space (`manage.py prune --dry-run` says what may go, and "
    "docs/operations.md how large things are), then retry"
)


def is_full(broken: BaseException) -> bool:
    return isinstance(broken, OSError) and broken.errno in FULL


def in_words(broken: BaseException, *, else_do: str = "") -> str:
    """What to tell a person of an error: of a full disk what to do, of any other what it says."""
    if not is_full(broken):
        return f"{broken}; {else_do}." if else_do else str(broken)
    where = getattr(broken, "filename", None)
    return f"{REMEDY}. It was writing {os.fspath(where)}." if where else f"{REMEDY}."
