"""Export demonstrations."""

from typing import Any

from annotate.enums import SnapshotKind
from annotate.management.freezing import FreezingCommand


class Command(FreezingCommand):
    help = "Freeze the demonstrations of campaigns as an SFT dataset (messages)."

    def handle(self, *args: object, **options: Any) -> None:
        self.freeze(SnapshotKind.SFT, options)
