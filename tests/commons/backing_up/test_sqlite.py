"""What SQLite keeps beside its file, and what it keeps badly."""

import io
import sqlite3
from contextlib import closing

import pytest
from django.db import connection

from commons.backing_up import sqlite
from commons.backing_up.errors import BackupError, DatabaseNotEmpty


@pytest.fixture
def database(monkeypatch, tmp_path):
    """Where the product's database would lie."""
    path = tmp_path / "laurel.sqlite3"
    monkeypatch.setitem(connection.settings_dict, "NAME", path)
    monkeypatch.setattr(connection, "close", lambda: None)  # that of the tests is another
    return path


def fill(path, rows: int = 500) -> None:
    with closing(sqlite3.connect(path)) as there, there:
        there.execute("PRAGMA journal_mode=WAL")
        there.execute("CREATE TABLE django_migrations (id integer PRIMARY KEY, app, name)")
        there.executemany(
            "INSERT INTO django_migrations (app, name) VALUES ('a', ?)",
            [(f"{number:04}",) for number in range(rows)],
        )


def test_a_copy_holds_what_stood_there_when_it_began(database, monkeypatch, tmp_path):
    """After every page that is copied one more row comes: none is in it, and it ends."""
    monkeypatch.setattr(sqlite, "PAGES", 1)
    fill(database)
    copy, told = tmp_path / "copy", []

    def write_more(done: int, total: int) -> None:
        told.append((done, total))
        if len(told) > 40:  # it began anew with every row, and has to come to an end
            return
        with closing(sqlite3.connect(database)) as there, there:
            there.execute("INSERT INTO django_migrations (app, name) VALUES ('late', 'one')")

    copied = sqlite.copy_database(copy, write_more)

    assert len(told) == 4
    assert told[-1][0] == told[-1][1]
    assert copied.rows == {"django_migrations": 500}
    assert (copied.migrations[0], copied.migrations[-1]) == ("a.0000", "a.0499")


def test_a_damaged_file_gives_no_backup(database, tmp_path):
    fill(database, rows=5000)
    said = bytearray(database.read_bytes())
    said[4096 * 2 : 4096 * 3] = b"\xff" * 4096
    database.write_bytes(said)

    with pytest.raises(BackupError, match="is damaged .*restore your last good backup"):
        sqlite.copy_database(tmp_path / "copy", lambda done, total: None)


def test_a_file_that_is_no_database_gives_no_backup(database, tmp_path):
    database.write_text("no database, " * 1000)

    with pytest.raises(BackupError, match="cannot be copied: file is not a database"):
        sqlite.copy_database(tmp_path / "copy", lambda done, total: None)


def test_a_database_with_tables_is_not_empty(database):
    fill(database, rows=1)

    with pytest.raises(DatabaseNotEmpty, match="move that database away"):
        sqlite.refuse_unless_empty()


def test_a_log_without_its_database_would_spoil_the_next_one(database):
    database.with_name("laurel.sqlite3-wal").write_bytes(b"what was written last")

    with pytest.raises(BackupError, match="laurel.sqlite3-wal lies there without its database"):
        sqlite.refuse_unless_empty()


@pytest.mark.parametrize("is_there", [False, True])
def test_an_empty_file_gives_way(database, is_there):
    if is_there:
        with closing(sqlite3.connect(database)) as there:
            there.execute("PRAGMA journal_mode=WAL")
    sqlite.refuse_unless_empty()

    sqlite.load_database(io.BytesIO(b"as it was"))

    assert database.read_bytes() == b"as it was"
    assert [each.name for each in database.parent.iterdir()] == ["laurel.sqlite3"]
