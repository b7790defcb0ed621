"""What has to be true before the first page is served; each step says what it did, in words."""

import hashlib
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def bring_tables_up_to_date() -> str:
    """Apply the migrations that are missing."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return "tables are up to date"
    call_command("migrate", verbosity=0, interactive=False)
    return f"{len(plan)} migrations applied"


def collect_static_files() -> str:
    """Collect them when one of them has changed since the last time.

    Hashing and compressing all of them takes seconds, looking at their times does not.
    """
    mark = Path(settings.STATIC_ROOT).with_suffix(".collected")
    found = digest_of_static_files()
    if mark.is_file() and mark.read_text() == found:
        return "static files are up to date"
    mark.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True, stdout=StringIO())
    mark.write_text(found)
    return "static files collected"


def digest_of_static_files() -> str:
    """Changes when a static file is added, removed or written, or all are served in another way."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{about.st_size}\0{about.st_mtime_ns}\0".encode())
    return digest.hexdigest()
