"""What a copy of a database tells of itself, whichever database it is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from commons.backing_up.errors import BackupError

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Runs one statement on the copy and gives its rows."""

APPLIED = "SELECT app, name FROM django_migrations ORDER BY id"


@dataclass(frozen=True, slots=True)
class Copied:
    """What was in the snapshot that was copied."""

    server: str
    migrations: tuple[str, ...]
    rows: Mapping[str, int]


def described(server: str, tables: list[str], ask: Ask) -> Copied:
    if "django_migrations" not in tables:
        raise BackupError(
            "There is nothing to back up: the database that DATABASE_URL names has no tables of "
            "Laurel; name the right one."
        )
    return Copied(server, applied_migrations(ask), dict(counted(tables, ask)))


def applied_migrations(ask: Ask) -> tuple[str, ...]:
    return tuple(f"{app}.{name}" for app, name in ask(APPLIED))


def counted(tables: list[str], ask: Ask) -> Iterator[tuple[str, int]]:
    """Each table and how many rows it has."""
    for table in sorted(tables):
        yield table, ask(f'SELECT COUNT(*) FROM "{table}"')[0][0]
