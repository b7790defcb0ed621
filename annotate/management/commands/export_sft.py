"""Export demonstrations."""

from typing import Any

from annotate.enums import SnapshotKind
from annotate.management.freezing import FreezingCommand


class Command(FreezingCommand):
    help = """\
Freeze the demonstrations of campaigns: conversations with the answer that an expert wrote.

The same as `freeze_snapshot sft`. The folder opens with datasets.load_dataset(FOLDER)."""
    example = "export_sft --campaign Medicine --out written"

    def handle(self, *args: object, **options: Any) -> None:
        self.freeze(SnapshotKind.SFT, options)
