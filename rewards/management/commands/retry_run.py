"""Try a run that stands by itself and has failed once more."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from commons.models import RunState
from commons.nudges import nudge
from rewards.errors import RewardsError
from rewards.models import EngineRun
from rewards.services.run import retry_run
from rewards.services.steps import how_run_again
from rewards.tasks import advance_open_cycles


class Command(BaseCommand):
    help = (
        "Put a failed training, report card, benchmark or comparison back in the queue of the "
        "train worker. What failed in a cycle is retried by run_cycle --retry."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "id",
            type=UUID,
            help="of a run, as its folder is named, or of a reward model, as its page's address "
            "says: whatever of that failed last",
        )

    def handle(self, *args: object, **options: Any) -> None:
        run = self._run(options["id"])
        how = how_run_again(run)
        try:
            retry_run(run=run, by=None)
        except RewardsError as refused:
            raise CommandError(str(refused)) from refused
        nudge(advance_open_cycles)
        self.stdout.write(f"{run} is waiting for the train worker again. {how.value}")

    def _run(self, named: UUID) -> EngineRun:
        of_model = (
            Q(reward_model__uuid=named)
            | Q(evaluation__reward_model__uuid=named)
            | Q(benchmark__reward_model__uuid=named)
        )
        failed = EngineRun.objects.filter(of_model, state=RunState.FAILED).order_by("-finished_at")
        found = EngineRun.objects.filter(uuid=named).first() or failed.first()
        if found is None:
            raise CommandError(
                f"There is no run {named}, and nothing has failed of a reward model of that id."
            )
        return found
