"""Files of a dataset that were let go are made again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from annotate.errors import AnnotateError
from annotate.management.freezing import FreezingCommand
from annotate.management.told import snapshot_said
from annotate.services.snapshot import snapshot_folder
from annotate.services.snapshot_removal import make_files_again
from annotate.tasks import freeze_requested_snapshots
from commons.nudges import nudge
from commons.stores import StoreError


class Command(FreezingCommand):
    help = """\
Make the files of a dataset again that were let go: the very ones, of the members that it has.

Where they come out otherwise, nothing of them is kept and the message says what has changed."""
    example = "remake_snapshot c2f3d1a0-8e4b-4f7a-9d6c-5b1a0e3f2d70"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("snapshot", metavar="ID", help="the id of a dataset")
        parser.add_argument(
            "--no-wait", action="store_true", help="leave it to the workers, and do not wait"
        )

    def handle(self, *args: object, **options: Any) -> None:
        snapshot = snapshot_said(options["snapshot"])
        try:
            make_files_again(snapshot=snapshot, by=None)
        except (AnnotateError, StoreError) as refused:
            raise CommandError(str(refused)) from refused
        if options["no_wait"]:
            nudge(freeze_requested_snapshots)
            self.stdout.write(f"{snapshot.uuid} is waiting for a worker")
            return
        self.carry_out(snapshot, here=True)
        self.stdout.write(f"digest {snapshot.digest}")
        self.stdout.write(f"folder {snapshot_folder(snapshot)}")
