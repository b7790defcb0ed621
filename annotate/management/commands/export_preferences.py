"""Export rankings."""

from argparse import ArgumentParser
from typing import Any

from annotate.enums import SnapshotKind
from annotate.management.freezing import FreezingCommand

KINDS = {"trl": SnapshotKind.PREFERENCE, "ranked": SnapshotKind.RANKED}


class Command(FreezingCommand):
    help = """\
Freeze the rankings of campaigns as pairs: prompt, chosen, rejected.

The same as `freeze_snapshot preference`; with --format ranked as export_ranked. --form says for
which trainer the pairs are written."""
    example = "export_preferences --campaign Medicine --ties both --out pairs"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--format",
            choices=list(KINDS),
            default="trl",
            help="trl: a row for each pair (usually); ranked: a row for each ranking",
        )

    def handle(self, *args: object, **options: Any) -> None:
        self.freeze(KINDS[options["format"]], options)
