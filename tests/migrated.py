"""SQLite's database of the tests, migrated once for all who begin with the same migrations.

To go through all of them takes a minute, to copy the file that came of it no time. It is kept in
pytest's cache under a name that changes with the migrations, the models and what is installed, and
``manage.py migrate`` goes through what it holds all the same, so that nothing is taken on trust.
"""

import hashlib
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from django.db import connection
from filelock import FileLock

ROOT = Path(__file__).parents[1]
STAND_FOR = ("*/migrations/**/*.py", "*/models/**/*.py", "requirements-web.txt")


class Migrated:
    """Between ``begin`` and ``keep`` the first process has the others wait for what it makes."""

    def __init__(self, folder: Path) -> None:
        self.lock = FileLock(folder / "lock")
        self.file = folder / f"{digest()}.sqlite3"

    def begin(self) -> None:
        """Have the database that is made next begin as a copy of what was made before."""
        if connection.vendor != "sqlite":
            return
        self.lock.acquire()
        if self.file.exists():
            self.lock.release()
            begin_as_copy_of(self.file)

    def give(self, file: Path) -> None:
        """Have another database of SQLite begin so, where there is something to begin with."""
        if self.file.exists():
            shutil.copyfile(self.file, file)

    def keep(self) -> None:
        """Keep what was made, where there was nothing to copy; older ones go."""
        if not self.lock.is_locked:
            return
        for former in self.file.parent.glob("*.sqlite3"):
            former.unlink(missing_ok=True)
        half = self.file.with_suffix(".half")
        half.unlink(missing_ok=True)
        into = sqlite3.connect(half)
        connection.connection.backup(into)
        into.close()
        half.replace(self.file)
        self.lock.release()


def digest() -> str:
    files = sorted({path for each in STAND_FOR for path in ROOT.glob(each)})
    said = hashlib.sha256(sqlite3.sqlite_version.encode())
    for path in files:
        said.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return said.hexdigest()[:16]


def begin_as_copy_of(file: Path) -> None:
    creation: Any = connection.creation  # no type has what Django's own backends have
    make = creation._create_test_db

    def make_copy(*args: Any, **options: Any) -> str:
        name: str = make(*args, **options)
        shutil.copyfile(file, name)
        return name

    creation._create_test_db = make_copy
