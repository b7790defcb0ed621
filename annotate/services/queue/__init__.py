"""Take one turn from the first lane that has one, and close it: raw SQL, one module per dialect.

``plan_of`` reads what a person holds and which lanes are open to them. ``take_turn`` lowers
``free`` of one task that they have never met and leases it to them; it returns None when no lane
has any; ``task_waits`` says whether one has, and takes nothing. Both walk the lanes in the given
order and look at one waiting task of each, by the partial index (lane, place) WHERE free > 0:
their cost does not grow with the campaign.
``close_and_keep`` ends an open turn, keeps its judgement and counts it in one statement.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

from django.db import connection, transaction

from annotate.models import Judgement
from annotate.services.queue import postgresql, sqlite
from annotate.services.queue.plan import plan_of
from annotate.services.queue.types import Terms, Turn, Walk

__all__ = ["close_and_keep", "plan_of", "take_turn", "task_waits"]

_TAKE = {"postgresql": postgresql.take_turn, "sqlite": sqlite.take_turn}
_WAITS = {"postgresql": postgresql.task_waits, "sqlite": sqlite.task_waits}


def take_turn(*, terms: Terms, walk: Walk) -> Turn | None:
    """One transaction; ``walk`` names the lanes in order and where to start in each."""
    if not walk:
        return None
    with _transaction():
        return _TAKE[connection.vendor](terms, walk)


def task_waits(*, person: int, walk: Walk) -> bool:
    """Whether ``take_turn`` would find something in these lanes just now."""
    return bool(walk) and _WAITS[connection.vendor](person, walk)


def close_and_keep(
    row: Judgement, *, turn: int, key: UUID | None, counts: Mapping[str, int]
) -> bool:
    """One statement and so one transaction; False, and nothing done, where the turn is not open
    any more, or where the database has no such statement (SQLite)."""
    if connection.vendor != "postgresql":
        return False
    with _transaction():
        return postgresql.close_and_keep(row, turn, key, counts)


def _transaction() -> AbstractContextManager[object]:
    """None of its own where PostgreSQL's one statement is one: two round trips less."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        return nullcontext()
    return transaction.atomic()
