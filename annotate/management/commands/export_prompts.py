"""Export prompts alone."""

from typing import Any

from annotate.enums import SnapshotKind
from annotate.management.freezing import FreezingCommand


class Command(FreezingCommand):
    help = """\
Freeze the prompts of campaigns without answers, as reinforcement learning takes them.

The same as `freeze_snapshot prompts`. --apart-from keeps out what other datasets hold, and its
near-duplicates."""
    example = "export_prompts --campaign Medicine --sides train --out prompts"

    def handle(self, *args: object, **options: Any) -> None:
        self.freeze(SnapshotKind.PROMPTS, options)
