"""Between two tests that commit, the rows go and the tables stay as they are.

Django's own way cuts every table off, which on PostgreSQL makes a new file of each and of each of
its indexes, and then makes every content type and permission anew, which no test changes.
"""

from collections.abc import Callable
from functools import cache

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
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
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")


@cache
def tables_of(alias: str) -> list[str]:
    names = connections[alias].introspection.django_table_names(only_existing=True)
    return sorted(set(names) - KEPT)


def may_pass_by_triggers(connection: BaseDatabaseWrapper) -> bool:
    """On PostgreSQL only a superuser may; SQLite's triggers refuse no DELETE."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])
