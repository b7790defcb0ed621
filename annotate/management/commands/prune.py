"""Let go what is kept for a while only."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.template.defaultfilters import filesizeformat

from commons.retention import all_rules


class Command(BaseCommand):
    help = (
        "Let go what has been kept long enough (docs/operations.md lists it). Beat asks for the "
        "same once a day; safe to run twice and to be stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count only, change nothing")

    def handle(self, *args: object, **options: Any) -> None:
        for rule in all_rules():
            if options["dry_run"]:
                size = f" ({filesizeformat(rule.size())})" if rule.size else ""
                self.stdout.write(f"{rule.count():,} {rule.what} are due{size}")
            else:
                self.stdout.write(f"{rule.prune():,} {rule.what} let go")
