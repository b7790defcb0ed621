"""SQLite: the online backup, inside one read transaction, so that writers neither wait nor show."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from django.db import connection

from commons.artifacts import atomic_file
from commons.backing_up.archive import CHUNK
from commons.backing_up.copies import Copied, counted, described
from commons.backing_up.errors import BackupError, DatabaseNotEmpty

PAGES = 4096  # copied between two words of progress
PATIENCE = 60.0  # seconds that a lock is waited for; only a checkpoint holds one against readers
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def copy_database(into: Path, heard: Callable[[int, int], None]) -> Copied:
    """Copy it as it stands at one moment; nobody waits for that.

    A backup that sees the file change begins anew, and over a busy file never ends; one that
    holds a read transaction goes on in the snapshot with which it began.
    """
    with closing(_opened(_path())) as source, closing(_opened(into)) as copy:
        try:
            _copy_snapshot(source, copy, heard)
        except sqlite3.Error as broken:
            raise BackupError(f"{_path()} cannot be copied: {broken}.") from broken
        _refuse_damaged(copy)
        return described(sqlite3.sqlite_version, _tables(copy), _asking(copy))


def refuse_unless_empty() -> None:
    path = _path()
    beside = [path.with_name(f"{path.name}{end}") for end in ("-wal", "-journal")]
    if not path.exists():
        if left := [each for each in beside if each.exists()]:
            raise BackupError(
                f"{left[0]} lies there without its database and would spoil the next one; move it "
                "to where you keep that database."
            )
        return
    with closing(_opened(path)) as there:
        if _tables(there):
            raise DatabaseNotEmpty(str(path))


def refuse_server(_made_on: str) -> None:
    """A file of any SQLite is read by every later one, and Django asks for a late one."""


def load_database(content: IO[bytes]) -> None:
    """Let the file appear whole. What lies there has no tables."""
    path = _path()
    connection.close()
    if path.exists():
        with closing(_opened(path)) as there:
            there.execute("PRAGMA journal_mode=DELETE")  # and with it the files beside it
        path.unlink()
    with atomic_file(path) as out:
        os.fchmod(out.fileno(), 0o600)
        shutil.copyfileobj(content, out, CHUNK)


def rows_by_table() -> dict[str, int]:
    with closing(_opened(_path())) as there:
        return dict(counted(_tables(there), _asking(there)))


def _copy_snapshot(
    source: sqlite3.Connection, copy: sqlite3.Connection, heard: Callable[[int, int], None]
) -> None:
    source.execute("BEGIN")
    source.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()  # here the snapshot is taken
    size = source.execute("PRAGMA page_size").fetchone()[0]

    def told(_status: int, left: int, total: int) -> None:
        heard((total - left) * size, total * size)

    source.backup(copy, pages=PAGES, progress=told)


def _path() -> Path:
    return Path(connection.settings_dict["NAME"])


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)


def _tables(there: sqlite3.Connection) -> list[str]:
    return [name for (name,) in there.execute(TABLES)]


def _asking(there: sqlite3.Connection) -> Callable[[str], list[tuple[Any, ...]]]:
    return lambda statement: there.execute(statement).fetchall()


def _refuse_damaged(copy: sqlite3.Connection) -> None:
    """A backup of a damaged file would push good ones out of the rotation."""
    (said,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise BackupError(
            f"{_path()} is damaged ({said.splitlines()[-1]}): no backup was made. "
            "Stop everything, keep a copy of the file, and restore your last good backup."
        )
