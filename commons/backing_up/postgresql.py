"""PostgreSQL: pg_dump and pg_restore, in a snapshot that this process counts the rows of."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from commons.backing_up.archive import CHUNK
from commons.backing_up.copies import Copied, counted, described
from commons.backing_up.errors import BackupError, DatabaseNotEmpty

GLANCE = 0.5  # seconds between two looks at how long the dump is by now
TAIL = 2000  # characters of what a tool said that a refusal quotes
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false))"
AS_ANYONE = ("--no-owner", "--no-privileges")  # the new database's owner owns what is put back


def copy_database(into: Path, heard: Callable[[int, int], None]) -> Copied:
    """Dump it as it stands at one moment; only a change of tables waits for that."""
    with _connected() as there:
        pg_dump = _tool("pg_dump", server=_major(there.info.server_version))
        there.isolation_level, there.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        ((snapshot,),) = _asking(there)("SELECT pg_export_snapshot()")
        copied = described(_version(there), _tables(there), _asking(there))
        how = ("--format=custom", "--compress=0", f"--snapshot={snapshot}", f"--file={into}")
        with _running(pg_dump, *how, *AS_ANYONE) as process:
            heard(0, 0)
            while not _has_ended(process):
                heard(into.stat().st_size if into.exists() else 0, 0)
    return copied


def refuse_unless_empty() -> None:
    with _connected() as there:
        if _tables(there):
            raise DatabaseNotEmpty(f"The database “{there.info.dbname}” of {there.info.host}")


def refuse_server(made_on: str) -> None:
    """A server takes dumps of its own and earlier versions, and so does pg_restore."""
    with _connected() as there:
        made, here = int(made_on.partition(".")[0]), _major(there.info.server_version)
    if here < made:
        raise BackupError(
            f"The backup is of PostgreSQL {made} and this server is version {here}, which cannot "
            f"take it; name a server of version {made} or newer in DATABASE_URL."
        )
    _tool("pg_restore", server=here)


def load_database(content: IO[bytes]) -> None:
    """Put it back in one transaction: whole, or not at all."""
    connection.close()
    with _connected() as there:
        pg_restore = _tool("pg_restore", server=_major(there.info.server_version))
    how = ("--single-transaction", "--exit-on-error")
    with _running(pg_restore, *how, *AS_ANYONE) as process, suppress(BrokenPipeError):
        assert process.stdin is not None  # it was asked for as a pipe
        with process.stdin:  # a tool that gave up says why; that it reads no more says nothing
            shutil.copyfileobj(content, process.stdin, CHUNK)


def rows_by_table() -> dict[str, int]:
    with _connected() as there:
        return dict(counted(_tables(there), _asking(there)))


@contextmanager
def _connected() -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
    try:
        there = psycopg.connect(_where(), password=_password())
    except psycopg.OperationalError as away:
        raise BackupError(f"The database does not answer: {away}") from away
    with there:
        yield there


def _where() -> str:
    """The database as libpq's tools are told of it; the password is not for everybody's `ps`."""
    known = {each.keyword.decode() for each in Conninfo.get_defaults()} - {"password"}
    given = connection.get_connection_params()
    return make_conninfo(**{name: said for name, said in given.items() if name in known})


def _password() -> str | None:
    return connection.settings_dict["PASSWORD"] or None


def _tool(name: str, *, server: int) -> str:
    """Where a client program is; refuses one that is missing or older than the server."""
    package = f"postgresql-client-{server} (Debian's name; the same or a newer version serves)"
    path = shutil.which(name)
    if path is None:
        raise BackupError(f"{name} is not installed on this machine; install {package}.")
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\) (\d+)", said)
    if found is None or int(found[1]) < server:
        raise BackupError(
            f"{name} on this machine is {said.strip()}, older than the server, which is version "
            f"{server}; install {package}."
        )
    return path


@contextmanager
def _running(path: str, *how: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Yield a tool at work on the database; wait for it, and refuse in its words if it failed."""
    password = _password()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            [path, *how, f"--dbname={_where()}"],
            stdin=subprocess.PIPE,
            stderr=said,
            env=os.environ | {"LC_MESSAGES": "C"} | ({"PGPASSWORD": password} if password else {}),
        ) as process,
    ):
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        if process.wait():
            said.seek(0)
            words = said.read().decode(errors="replace")[-TAIL:]
            raise BackupError(f"{Path(path).name} failed; what it said:\n{words}")


def _has_ended(process: "subprocess.Popen[bytes]") -> bool:
    try:
        process.wait(GLANCE)
    except subprocess.TimeoutExpired:
        return False
    return True


def _major(version: int) -> int:
    return version // 10_000


def _version(there: "psycopg.Connection[tuple[Any, ...]]") -> str:
    major, minor = divmod(there.info.server_version, 10_000)
    return f"{major}.{minor}"


def _tables(there: "psycopg.Connection[tuple[Any, ...]]") -> list[str]:
    return [name for (name,) in _asking(there)(TABLES)]


def _asking(
    there: "psycopg.Connection[tuple[Any, ...]]",
) -> Callable[[str], list[tuple[Any, ...]]]:
    return lambda statement: there.execute(statement.encode()).fetchall()
