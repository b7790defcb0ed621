"""The tools that PostgreSQL is copied with are there and new enough, or it is said what to do."""

import io

import pytest
from django.db import connection

from commons.backing_up import postgresql
from commons.backing_up.errors import BackupError

pytestmark = pytest.mark.services


def put_tool(folder, name: str, says: str) -> None:
    tool = folder / name
    tool.write_text(f"#!/bin/sh\n{says}\n")
    tool.chmod(0o755)


@pytest.mark.parametrize("name", ["pg_dump", "pg_restore"])
def test_a_missing_tool_is_named_with_its_package(monkeypatch, tmp_path, name):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BackupError, match=f"{name} is not installed.*postgresql-client-15"):
        postgresql._tool(name, server=15)


def test_a_tool_older_than_the_server_is_refused(monkeypatch, tmp_path):
    put_tool(tmp_path, "pg_dump", 'echo "pg_dump (PostgreSQL) 9.6.24"')
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BackupError, match=r"pg_dump \(PostgreSQL\) 9.6.24, older than the server"):
        postgresql._tool("pg_dump", server=15)


def test_a_newer_tool_serves(monkeypatch, tmp_path):
    put_tool(tmp_path, "pg_dump", 'echo "pg_dump (PostgreSQL) 17.2 (Debian 17.2-1.pgdg120+1)"')
    monkeypatch.setenv("PATH", str(tmp_path))

    assert postgresql._tool("pg_dump", server=15) == str(tmp_path / "pg_dump")


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_password_is_told_to_the_tools_but_not_to_everybody(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "opensesame")

    assert "opensesame" not in postgresql._where()
    assert f"dbname={connection.settings_dict['NAME']}" in postgresql._where()
    assert postgresql._password() == "opensesame"


@pytest.mark.postgresql
@pytest.mark.django_db
def test_what_a_failing_tool_says_is_passed_on(monkeypatch, tmp_path):
    put_tool(
        tmp_path,
        "pg_restore",
        'if [ "$1" = --version ]; then echo "pg_restore (PostgreSQL) 99.1"; exit; fi\n'
        'echo "no such role" >&2; exit 1',
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(connection, "close", lambda: None)

    with pytest.raises(BackupError, match="pg_restore failed; what it said:\nno such role"):
        postgresql.load_database(io.BytesIO(b"more than a pipe holds" * 10_000))


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_dump_of_a_newer_server_is_refused(monkeypatch):
    with pytest.raises(BackupError, match="The backup is of PostgreSQL 99 and this server is"):
        postgresql.refuse_server("99.1")
