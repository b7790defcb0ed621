"""Who waits for whom where something is erased, so that nobody waits in a ring.

    erase_alone:      an erasure, from before it looks for anything to its end
    void_alone:       voiding a person's work
    freeze_together:  writing members down; saying that a dataset is done
    work_together:    whatever locks rows of an item or a person that an erasure locks too, in
                      another order or only at its end, when the database looks at what they name
    bring_together:   an arrival of many prompts
    bring_alone:      a campaign that is carried in: one transaction of many minutes

On PostgreSQL a transaction sees what was committed before its statements, so an erasure that is
under way is not seen by who freezes, nor are members that are being written seen by who erases.
With this an erasure either finds the members, and marks their dataset, or was over before they
were chosen. Voiding is the same. SQLite has one writer at a time, and needs nothing.

Two who bring prompts keep them under locks of their own: arrivals by digest within a chunk, a
campaign in its own order over all of its chunks. So a campaign comes while no arrival does.

A campaign comes for minutes, and members are written for as long: an erasure that waits for the
one holds up nobody of the other, and nobody at work. Those are short, and waited for last.

What is not here locks in the order of an erasure: memberships, prompts, arrivals, tasks, turns.
"""

from django.db import connection, transaction

# Held to the end of the transaction, and taken before anything else in it. Whoever takes several
# takes them in this order. ``services.near`` has the number before these.
_PROMPTS, _MEMBERS, _WORK = 7234017283807667302, 7234017283807667301, 7234017283807667303


def erase_alone() -> None:
    """Wait for all of them; whoever wants to comes after this transaction."""
    if connection.vendor == "postgresql":
        _wait_for_both(_PROMPTS, _MEMBERS)
    _wait_alone(_WORK)


def void_alone() -> None:
    """Wait for erasures and for all who freeze."""
    _wait_alone(_MEMBERS)


def freeze_together() -> None:
    """Wait for erasures and voids; others may freeze at the same time."""
    _wait_together(_MEMBERS)


def work_together() -> None:
    """Wait for erasures; none begins before this transaction ends."""
    _wait_together(_WORK)


def bring_together() -> None:
    """Wait for erasures and for a campaign that is carried in; others may bring prompts, too."""
    _wait_together(_PROMPTS)


def bring_alone() -> None:
    """Wait for erasures and for all who bring prompts; the next of either waits for this one."""
    _wait_alone(_PROMPTS)


def _wait_for_both(first: int, second: int) -> None:
    """Have both alone, and neither while waiting for the other: what was taken behind a savepoint
    is let go with it."""
    while True:
        before = transaction.savepoint()
        _wait_alone(first)
        if _is_had_alone(second):
            transaction.savepoint_commit(before)
            return
        transaction.savepoint_rollback(before)
        first, second = second, first


def _is_had_alone(number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _wait_alone(number: int) -> None:
    _run("SELECT pg_advisory_xact_lock(%s)", number)


def _wait_together(number: int) -> None:
    _run("SELECT pg_advisory_xact_lock_shared(%s)", number)


def _run(statement: str, number: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement, [number])
