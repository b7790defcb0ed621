"""Rows enter a table as they stand in the file: by COPY, or by one prepared INSERT on SQLite.

Models would write the time of today over when things were done, and take five times as long.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import DateTimeField, Field, JSONField, Model, UUIDField

AnyField = Field[Any, Any]
Decode = Callable[[Any], Any]


def insert_rows(
    model: type[Model], fields: Sequence[AnyField], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add rows; a value for each field, as the database has it."""
    if not rows:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(str(each.column)) for each in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            copying = f"COPY {table} ({names}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(copying) as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            values = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({values})", rows)


def decoder(field: AnyField) -> Decode | None:
    """What makes of a value in the file one that the database keeps; None: it is one."""
    if isinstance(field, JSONField):
        return _json_or_null if field.null else _json
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, UUIDField):
        return lambda value: None if value is None else UUID(value).hex
    if isinstance(field, DateTimeField):
        return lambda value: None if value is None else _moment(value)
    return None


def default_of(field: AnyField) -> object:
    """What a row has in a column of which the file says nothing, as the database keeps it."""
    value, decode = field.get_default(), decoder(field)
    return value if decode is None else decode(value)


def check_references_at_once() -> None:
    """PostgreSQL would remember every reference of the transaction until its end."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _json_or_null(value: object) -> str | None:
    return None if value is None else _json(value)


def _moment(value: str) -> str:
    """As Django writes it on SQLite, so that Django can read and compare it."""
    return str(connection.ops.adapt_datetimefield_value(datetime.fromisoformat(value)))
