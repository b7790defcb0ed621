"""Erasing and freezing wait for each other where one would not see what the other does.

    erase_alone:      an erasure, from before it looks for datasets to its end
    freeze_together:  writing members down; saying that a dataset is done

On PostgreSQL a transaction sees what was committed before its statements, so an erasure that is
under way is not seen by who freezes, nor are members that are being written seen by who erases.
With this an erasure either finds the members, and marks their dataset, or was over before they
were chosen. SQLite has one writer at a time, and needs nothing.
"""

from django.db import connection

# Held to the end of the transaction, and taken before anything else in it, so that nobody waits
# in a ring. ``services.near`` has the number before it.
ALONE = "SELECT pg_advisory_xact_lock(7234017283807667301)"
TOGETHER = "SELECT pg_advisory_xact_lock_shared(7234017283807667301)"


def erase_alone() -> None:
    """Wait for all who freeze; whoever wants to comes after this transaction."""
    _wait(ALONE)


def freeze_together() -> None:
    """Wait for erasures; others may freeze at the same time."""
    _wait(TOGETHER)


def _wait(statement: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement)
