"""A second installation beside the one that the tests run on: a state folder and an empty database
of its own, of the same kind, and the product's own commands over them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections

from config.settings.env import BASE_DIR

Row = dict[str, Any]  # by column
Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Installation:
    var: Path
    database: str  # a file, or the name of a database on the server of the tests

    def manage(self, *command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a command over it, in a process of its own."""
        known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        told = {"ENV_FILE": "", "LAUREL_VAR": str(self.var), "DATABASE_URL": self.url}
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=BASE_DIR,
            env={**known, **told, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def url(self) -> str:
        if connection.vendor == "sqlite":
            return f"sqlite:///{self.database}"
        at = connection.settings_dict
        login = f"{at['USER']}:{at['PASSWORD']}@" if at["USER"] else ""
        return f"postgres://{login}{at['HOST']}:{at['PORT']}/{self.database}"

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Within the block the product's code, in this thread, works on this installation."""
        ours = connections["default"]
        theirs = type(ours)({**ours.settings_dict, "NAME": self.database}, alias="default")
        connections["default"] = theirs
        try:
            yield
        finally:
            connections["default"] = ours
            theirs.close()

    def rows(self) -> Tables:
        with self.entered():
            return rows_by_table()


def need_client_programs() -> None:
    """Skip where PostgreSQL's are not installed; not in CI, where that is a failure."""
    if connection.vendor != "postgresql" or os.environ.get("CI") == "true":
        return
    if shutil.which("pg_dump") is None:
        pytest.skip("no pg_dump on the PATH: install it (Debian: apt install postgresql-client)")


def rows_by_table() -> Tables:
    """Everything that the database holds."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        return {table: _rows(cursor, table) for table in tables}


def _rows(cursor: Any, table: str) -> list[Row]:
    cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def empty_installation(folder: Path) -> Iterator[Installation]:
    name = f"laurel_{uuid4().hex}"
    if connection.vendor == "sqlite":
        yield Installation(folder / name, str(folder / f"{name}.sqlite3"))
        return
    with closing(connections.create_connection("default")) as server, server.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield Installation(folder / name, name)
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
