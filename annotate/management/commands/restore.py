"""Put a backup into an empty database.

It stands here and not beside ``backup``, because its last steps are about turns and tasks, of
which ``commons`` knows nothing.
"""

from argparse import ArgumentParser
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate.selectors.balance import mismatched_turns, tasks_out_of_balance
from annotate.services.restoring import end_open_leases
from commons.backing_up.archive import Heard
from commons.backing_up.errors import BackupError
from commons.backing_up.restoring import begin_anew, checked_backup, put_back
from commons.backing_up.telling import told
from commons.preparing import bring_tables_up_to_date

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Put what `backup` wrote into an empty database: verifies it first, brings older tables up "
        "to date, ends the leases of that time. Stop web and workers before."
    )
    requires_system_checks: list[str] = []  # they may ask the database, which is empty

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the backup")

    def handle(self, *args: object, **options: Any) -> None:
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            with told(self.stderr) as heard:
                self.put_back(file, heard)
        except BackupError as refused:
            raise CommandError(str(refused)) from refused
        except OSError as broken:
            raise CommandError(f"The restore broke off: {broken}.") from broken
        self.check_work()

    def put_back(self, file: Path, heard: Heard) -> None:
        manifest = checked_backup(file=file, heard=heard)
        done = put_back(file=file, manifest=manifest, heard=heard)
        migrated = bring_tables_up_to_date()
        leases = end_open_leases()
        begin_anew(manifest=manifest, file=file.name, leases_ended=leases)
        rows = sum(manifest.rows.values())
        said = [f"{rows:,} rows of {manifest.made_at}", *done, migrated, f"{leases} leases ended"]
        for line in said:
            self.stdout.write(line)

    def check_work(self) -> None:
        off = list(islice(chain(tasks_out_of_balance(), mismatched_turns()), SHOWN))
        for wrong in off:
            self.stdout.write(str(wrong))
        if off:
            raise CommandError("It is put back, but not all adds up: `manage.py check_work`.")
        self.stdout.write("every turn is accounted for; start web and workers")
