"""An installation becomes one file."""

import logging
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from commons.artifacts import atomic_file
from commons.backing_up import postgresql, sqlite
from commons.backing_up.archive import Archive, Heard, written_archive
from commons.backing_up.artifacts import artifact_files, listed_artifacts
from commons.backing_up.copies import Copied
from commons.backing_up.keys import fingerprint_of_pseudonyms, kept_keys
from commons.backing_up.manifest import ARTIFACTS, DATABASE, KEYS, Manifest
from commons.models import AuditEvent

logger = logging.getLogger(__name__)

COPY = {"sqlite": sqlite.copy_database, "postgresql": postgresql.copy_database}


def make_backup(*, target: Path, with_keys: bool, with_artifacts: bool, heard: Heard) -> Manifest:
    """Write the file, whole or not at all, while everything else goes on running.

    The database is copied first: what its rows say is frozen lies in the artifacts by then. It is
    the last to go in, so that a restore that breaks off before has left its database empty. That
    it was made is written down before it appears.
    """
    with atomic_file(target) as out, copied_database(beside=target, heard=heard) as (copy, copied):
        os.fchmod(out.fileno(), 0o600)  # it will hold what people wrote, and perhaps keys
        with written_archive(out, heard) as archive:
            if with_artifacts:
                add_artifacts(archive)
            if with_keys:
                add_keys(archive)
            with copy.open("rb") as file:
                archive.add(DATABASE, file)
            manifest = Manifest(
                made_at=timezone.now().isoformat(timespec="seconds"),
                code=code_version(),
                database=connection.vendor,
                server=copied.server,
                migrations=copied.migrations,
                rows=copied.rows,
                members=tuple(archive.entries),
                artifacts=() if with_artifacts else tuple(listed_artifacts(heard)),
                pseudonym_key=fingerprint_of_pseudonyms(),
            )
            archive.finish(manifest)
        write_down(manifest, {"with_keys": with_keys, "with_artifacts": with_artifacts})
    return manifest


def write_down(manifest: Manifest, detail: dict[str, bool]) -> None:
    """Keep that a backup was made, where the database takes it: a standby is read only, and what
    saves an installation must not fail for the want of a note."""
    try:
        with transaction.atomic():
            AuditEvent.objects.create(
                verb="installation.backed-up",
                subject=f"backup:{manifest.made_at}",
                detail=detail,
            )
    except DatabaseError as refused:
        logger.warning("the backup is not in the audit record: %s", refused)


@contextmanager
def copied_database(*, beside: Path, heard: Heard) -> Iterator[tuple[Path, Copied]]:
    """Yield a copy of the database, in a folder of its own that is removed in the end.

    Killed, it leaves the folder behind; the next backup of the same name removes it.
    """
    folder = beside.with_name(f".{beside.name}.copy")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(0o700)
    try:
        copy = folder / DATABASE
        copied = COPY[connection.vendor](
            copy, lambda done, total: heard("copying the database", done, total)
        )
        yield copy, copied
    finally:
        shutil.rmtree(folder)


def add_artifacts(archive: Archive) -> None:
    for name, path in artifact_files():
        with suppress(FileNotFoundError), path.open("rb") as file:  # a run may have removed it
            archive.add(f"{ARTIFACTS}{name}", file)


def add_keys(archive: Archive) -> None:
    for path in kept_keys():
        with path.open("rb") as file:
            archive.add(f"{KEYS}{path.name}", file)


def code_version() -> str:
    """As git describes the checkout; "unknown" where it is none."""
    command = ["git", "-C", str(settings.BASE_DIR), "describe", "--always", "--dirty"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return said.strip()
