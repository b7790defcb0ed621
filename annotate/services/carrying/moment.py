"""Everything that leaves stands as it stood at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """What is read within the block does not change meanwhile; nobody waits for that.

    Inside a transaction of the caller's, theirs is the moment.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            _say("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        _say("BEGIN")  # atomic would ask for SQLite's one write lock and hold it all the time
        try:
            yield
        finally:
            _say("ROLLBACK")


def _say(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
