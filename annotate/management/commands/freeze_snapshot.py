"""Freeze a dataset of any kind."""

from argparse import ArgumentParser
from typing import Any

from annotate.enums import SnapshotKind
from annotate.management.freezing import FreezingCommand


class Command(FreezingCommand):
    help = """\
Freeze what counts in campaigns as a dataset that never changes again.

Its members are written down first, as exact revisions under the policy that the options below
choose; its files follow, their SHA-256 in manifest.json. Equal members and policy give equal bytes.

kinds:
  sft         conversations with an answer that an expert wrote
  preference  prompt, chosen, rejected: one row for each pair
  ranked      prompt and answers in tiers: one row for each ranking, for train_reward_model
  unpaired    prompt, completion and whether it is good (KTO)
  prompts     prompts alone (for RL)"""
    example = "freeze_snapshot preference --campaign Medicine --ties both --out pairs"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=SnapshotKind.values, help="what it is to hold")
        super().add_arguments(parser)

    def handle(self, *args: object, **options: Any) -> None:
        self.freeze(SnapshotKind(options["kind"]), options)
