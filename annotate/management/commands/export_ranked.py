"""Export rankings as they are."""

from typing import Any

from annotate.enums import SnapshotKind
from annotate.management.freezing import FreezingCommand


class Command(FreezingCommand):
    help = """\
Freeze the rankings of campaigns as they are: a prompt, its answers in tiers, and strengths.

The same as `freeze_snapshot ranked`. It is what train_reward_model reads; with --chances its report
card knows which votes chance alone asked for."""
    example = "export_ranked --campaign Medicine --chances --out rankings"

    def handle(self, *args: object, **options: Any) -> None:
        self.freeze(SnapshotKind.RANKED, options)
