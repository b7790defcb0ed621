"""Let go what is kept for a while only."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from annotate.services.retention import RULES
from commons.retention import RULES as COMMON_RULES


class Command(BaseCommand):
    help = (
        "Let go what has been kept long enough (docs/operations.md lists it). Beat asks for the "
        "same once a day; safe to run twice and to be stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count only, change nothing")

    def handle(self, *args: object, **options: Any) -> None:
        for rule in (*RULES, *COMMON_RULES):
            if options["dry_run"]:
                self.stdout.write(f"{rule.count():,} {rule.what} are due")
            else:
                self.stdout.write(f"{rule.prune():,} {rule.what} let go")
