"""Put an installation into one file, while it runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commons.artifacts import ArtifactError
from commons.backing_up.artifacts import datasets_elsewhere, pictures_elsewhere
from commons.backing_up.errors import BackupError
from commons.backing_up.making import make_backup
from commons.backing_up.telling import in_mb, told


class Command(BaseCommand):
    help = (
        "Put the database, as it stands at one moment, into one file with the digests of all that "
        "is in it. Web and workers go on. `restore` puts it back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write; must not exist")
        parser.add_argument(
            "--with-keys",
            action="store_true",
            help="with the keys that this installation made for itself: without its pseudonym key "
            "exports name raters differently; with it whoever has the file can tell who they are",
        )
        parser.add_argument(
            "--with-artifacts",
            action="store_true",
            help="with frozen datasets and models; else they are listed with their digests",
        )

    def handle(self, *args: object, **options: Any) -> None:
        target: Path = options["file"].absolute()
        try:
            with told(self.stderr) as heard:
                manifest = make_backup(
                    target=target,
                    with_keys=options["with_keys"],
                    with_artifacts=options["with_artifacts"],
                    heard=heard,
                )
        except (BackupError, ArtifactError) as refused:
            raise CommandError(str(refused)) from refused
        except OSError as broken:
            raise CommandError(f"{target} cannot be written: {broken}.") from broken
        rows = sum(manifest.rows.values())
        self.stdout.write(
            f"{target}: {in_mb(target.stat().st_size)}, {rows:,} rows in {len(manifest.rows)} "
            f"tables, {len(manifest.members)} files"
        )
        if manifest.artifacts:
            size = in_mb(sum(each.bytes for each in manifest.artifacts))
            self.stdout.write(f"not in it: {len(manifest.artifacts)} artifacts, {size}")
        if elsewhere := datasets_elsewhere():
            self.stdout.write(
                f"not in it: the datasets in {elsewhere}; see to copies of that by its own means "
                "(the database has the digest of each)"
            )
        if elsewhere := pictures_elsewhere():
            self.stdout.write(
                f"not in it: the pictures of prompts in {elsewhere}; see to copies of that by its "
                "own means (the database has the SHA-256 of each)"
            )
