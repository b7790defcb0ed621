"""Statements in SQL for what every request does: sent as they stand, planned once.

The ORM builds and compiles a query anew at each call, which costs several times what a small one
costs to run; and PostgreSQL plans anew what is not prepared, which for a statement over eight
tables costs ten times its execution.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

Row = tuple[Any, ...]


def rows_of(statement: str, given: Mapping[str, Any]) -> list[Row]:
    """Run it and fetch what it returns. Parameters are named: %(person)s.

    On PostgreSQL it is prepared by the connection it runs on. Where somebody watches Django's
    statements (a test that counts them), it goes the way that is watched.
    """
    return fetched(statement, given, prepare=True)


def fetched(
    statement: str, given: Mapping[str, Any] | Sequence[Any], *, prepare: bool = False
) -> list[Row]:
    """The same, planned anew for what is given: a list of two thousand ids, a range of rows.

    On PostgreSQL it is sent beside the statement, not written into it: quoting such a list and
    reading it again costs more than finding what it names. Parameters may stand by place.
    """
    if (
        connection.vendor != "postgresql"
        or connection.queries_logged
        or connection.execute_wrappers
    ):
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
            watched: list[Row] = cursor.fetchall()
            return watched
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as plain:
        return plain.execute(statement, given, prepare=prepare).fetchall()


def given_uuid(value: UUID | None) -> UUID | str | None:
    """A UUID as the database keeps it: SQLite has no type for it and keeps 32 digits."""
    if value is None or connection.features.has_native_uuid_field:
        return value
    return value.hex


def given_moment(value: datetime) -> datetime | str:
    """A time as the database keeps and compares it: SQLite has text."""
    if connection.vendor == "postgresql":
        return value
    return str(connection.ops.adapt_datetimefield_value(value))


def as_uuid(value: UUID | str) -> UUID:
    return UUID(value) if isinstance(value, str) else value


def as_moment(value: datetime | str) -> datetime:
    """A time with its zone; SQLite keeps text, in UTC, and does not say so."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value
