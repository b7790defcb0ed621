"""Export rankings."""

from argparse import ArgumentParser
from typing import Any

from annotate.enums import SnapshotKind
from annotate.management.freezing import FreezingCommand

KINDS = {"trl": SnapshotKind.PREFERENCE, "ranked": SnapshotKind.RANKED}


class Command(FreezingCommand):
    help = (
        "Freeze the rankings of campaigns as a preference dataset: trl gives one row per pair "
        "(prompt, chosen, rejected), ranked one row per ranking, for train_reward_model."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--format", choices=list(KINDS), default="trl")

    def handle(self, *args: object, **options: Any) -> None:
        self.freeze(KINDS[options["format"]], options)
