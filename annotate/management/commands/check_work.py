"""Do the books of the work add up?"""

from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate.selectors.balance import mismatched_turns, tasks_out_of_balance

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Check that of every task live leases, reserved turns, counted judgements and free turns "
        "are as many as wanted, and that every submitted turn has its judgement. Exits with 1 when "
        "something is off. Web and workers may run meanwhile."
    )

    def handle(self, *args: object, **options: Any) -> None:
        off = 0
        for off, wrong in enumerate(chain(tasks_out_of_balance(), mismatched_turns()), start=1):
            if off <= SHOWN:
                self.stdout.write(str(wrong))
        if off:
            raise CommandError(
                f"{off} do not add up. Work goes on, but these items are given out too often or "
                "too seldom: keep this list and a backup, and report both."
            )
        self.stdout.write("every turn is accounted for")
