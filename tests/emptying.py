"""Between two tests that commit, the rows go and the tables stay as they are.

Django's own way cuts every table off, which on PostgreSQL makes a new file of each and of each of
its indexes, and then makes every content type and permission anew, which no test changes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.transaction import atomic
from django.test import TransactionTestCase

KEPT = {"django_content_type", "auth_permission"}

as_django_does: Callable[[TransactionTestCase], None] = vars(TransactionTestCase)[
    "_fixture_teardown"
]


def empty_after(case: TransactionTestCase) -> None:
    """In place of ``TransactionTestCase._fixture_teardown``."""
    connection = connections["default"]
    if case.serialized_rollback or not may_pass_by_triggers(connection):
        as_django_does(case)
    else:
        empty(connection)


def empty(connection: BaseDatabaseWrapper) -> None:
    tables = [connection.ops.quote_name(name) for name in tables_of(connection.alias)]
    with atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # whoever is still at work is waited for
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
            cursor.execute("SET LOCAL session_replication_role = replica")
        with nothing_refused(connection, cursor):
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")


@contextmanager
def nothing_refused(connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> Iterator[None]:
    """On SQLite, where nobody passes by a trigger: those that refuse to remove rows are away."""
    refusing: list[tuple[str, str]] = []
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name, sql FROM sqlite_master "
            "WHERE type = 'trigger' AND sql LIKE '%BEFORE DELETE%RAISE(ABORT%'"
        )
        refusing = cursor.fetchall()
    for name, _ in refusing:
        cursor.execute(f"DROP TRIGGER {name}")
    yield
    for _, statement in refusing:
        cursor.execute(statement)


@cache
def tables_of(alias: str) -> list[str]:
    names = connections[alias].introspection.django_table_names(only_existing=True)
    return sorted(set(names) - KEPT)


def may_pass_by_triggers(connection: BaseDatabaseWrapper) -> bool:
    """On PostgreSQL only a superuser may; on SQLite they are taken away (``nothing_refused``)."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])
