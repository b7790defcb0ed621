"""Find near-duplicates among prompts that were there before anybody looked."""

from typing import Any

from django.core.management.base import BaseCommand

from annotate.models import Prompt
from annotate.selectors.near import bridges_in_use
from annotate.services.near.walking import Walked, walk_on

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Give every prompt that came before an upgrade the keys by which near-duplicates are "
        "found. No prompt changes its side. One that nearly repeats an older prompt of another "
        "side is quarantined, unless a dataset holds what was judged of it: those are named at "
        "the end. Beat asks for the same every minute; safe to run twice, beside imports, and to "
        "be stopped: the next run goes on from there."
    )

    def handle(self, *args: object, **options: Any) -> None:
        walked = Walked()
        while walk_on(walked):
            self.stderr.write(f"\r{walked.looked_at:,} prompts looked at", ending="")
        if walked.looked_at:
            self.stderr.write("")
        self.stdout.write(
            f"{walked.looked_at:,} of {Prompt.objects.count():,} prompts were looked at; "
            f"{walked.keyed:,} got keys; {walked.joined:,} joined an older one's cluster; "
            f"{walked.quarantined:,} were quarantined between two sides"
        )
        self._name_those_in_use()

    def _name_those_in_use(self) -> None:
        found = bridges_in_use()
        for each in found[:SHOWN]:
            self.stdout.write(
                f"  {each.prompt.uuid} ({each.prompt.side}) nearly repeats {each.first.uuid} "
                f"({each.first.side}), and stays: a dataset holds what was judged of it"
            )
        if (more := found.count() - SHOWN) > 0:
            self.stdout.write(f"  … and {more:,} more")
