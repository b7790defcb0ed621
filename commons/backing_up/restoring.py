"""A file becomes an installation again."""

from collections.abc import Iterable
from pathlib import Path

from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from commons.backing_up import postgresql, sqlite
from commons.backing_up.archive import Heard, members_of, verified_manifest
from commons.backing_up.artifacts import missing_artifacts, put_back_artifact
from commons.backing_up.errors import BackupError
from commons.backing_up.keys import PSEUDONYMS, fingerprint_of_pseudonyms, put_back_key
from commons.backing_up.manifest import ARTIFACTS, DATABASE, KEYS, Entry, Manifest
from commons.models import AuditEvent, WorkerHeartbeat

DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}


def checked_backup(*, file: Path, heard: Heard) -> Manifest:
    """What the file holds, after everything that speaks against putting it back was looked at."""
    dialect = DIALECTS[connection.vendor]
    dialect.refuse_unless_empty()
    manifest = verified_manifest(file, heard)
    if manifest.database != connection.vendor:
        raise BackupError(
            f"The backup is of {manifest.database} and DATABASE_URL names {connection.vendor}; "
            f"name an empty {manifest.database} database in DATABASE_URL."
        )
    if strange := unknown_migrations(manifest.migrations):
        raise BackupError(
            f"The backup is newer than this code ({manifest.code}): nobody here knows the "
            f"migration {strange[0]}. Take the code of that version, or a later one."
        )
    dialect.refuse_server(manifest.server)
    return manifest


def put_back(*, file: Path, manifest: Manifest, heard: Heard) -> list[str]:
    """Put back all that the backup holds; say in words what was done with its keys and artifacts.

    The database comes last and whole, so that what breaks off can be started again.
    """
    kept, said = 0, []
    with members_of(file) as members:
        for member in members:
            heard("putting back", 0, member.size)
            if member.name.startswith(ARTIFACTS):
                kept += put_back_artifact(member.name.removeprefix(ARTIFACTS), member.content)
            elif member.name.startswith(KEYS):
                said.append(put_back_key(member.name.removeprefix(KEYS), member.content))
            elif member.name == DATABASE:
                DIALECTS[connection.vendor].load_database(member.content)
    refuse_other_rows(manifest)
    if kept:
        said.append(f"{kept} artifacts put back")
    return [*said, *warnings_about(manifest)]


def refuse_other_rows(manifest: Manifest) -> None:
    """Every table has as many rows as when it was copied."""
    found = DIALECTS[connection.vendor].rows_by_table()
    for table in sorted({*found, *manifest.rows}):
        if found.get(table) != manifest.rows.get(table):
            raise BackupError(
                f"{table} has {found.get(table)} rows and had {manifest.rows.get(table)}: "
                "something else writes to this database. Stop it, empty the database, try again."
            )


def warnings_about(manifest: Manifest) -> Iterable[str]:
    """What the installation lacks that its database speaks of."""
    keys = [each.name for each in manifest.members if each.name == f"{KEYS}{PSEUDONYMS}"]
    if not keys and manifest.pseudonym_key != fingerprint_of_pseudonyms():
        yield (
            "PSEUDONYM_KEY is not the one that this database was used with: exports would name "
            f"raters differently; put the file {PSEUDONYMS} back from where you keep it"
        )
    included = [
        Entry(each.name.removeprefix(ARTIFACTS), each.bytes, each.sha256)
        for each in manifest.members
        if each.name.startswith(ARTIFACTS)
    ]
    missing = missing_artifacts((*included, *manifest.artifacts))
    if missing:
        yield f"{len(missing)} artifacts are missing here or not the same, {missing[0]} the first"


def unknown_migrations(applied: Iterable[str]) -> list[str]:
    """Those of them that this code does not have."""
    migrations = MigrationLoader(None).disk_migrations
    known = {f"{app}.{name}" for app, name in migrations}
    known |= {f"{a}.{n}" for migration in migrations.values() for a, n in migration.replaces}
    return [each for each in applied if each not in known]


@transaction.atomic
def begin_anew(*, manifest: Manifest, **did: object) -> None:
    """Everyone logs in again, no worker is taken for alive, and the restore is written down."""
    Session.objects.all().delete()
    WorkerHeartbeat.objects.all().delete()
    AuditEvent.objects.create(
        verb="installation.restored",
        subject=f"backup:{manifest.made_at}",
        detail={"code": manifest.code, **did},
    )
