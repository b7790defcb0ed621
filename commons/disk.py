"""A full disk, said so that somebody can mend it."""

import errno
import os

from commons.sentences import Sentence, said_by
from commons.sentences import sentence as _

FULL = {errno.ENOSPC, errno.EDQUOT}
REMEDY = _(
    "the disk is full; free some space (`manage.py prune --dry-run` says what may go, and "
    "docs/operations.md how large things are), then retry"
)


def is_full(broken: BaseException) -> bool:
    return isinstance(broken, OSError) and broken.errno in FULL


def in_words(broken: Exception, *, else_do: str = "") -> str:
    """What to tell a person of an error: of a full disk what to do, of any other what it says."""
    if not is_full(broken):
        said = said_by(broken)
        return Sentence("%(said)s; %(do)s.", said=said, do=else_do) if else_do else said
    where = getattr(broken, "filename", None)
    if not where:
        return Sentence("%(remedy)s.", remedy=REMEDY)
    return _("%(remedy)s. It was writing %(where)s.", remedy=REMEDY, where=os.fspath(where))
