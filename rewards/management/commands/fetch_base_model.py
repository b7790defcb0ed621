"""Bring the base model."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commons.nudges import nudge
from commons.runs import claim_run
from rewards.models import EngineRun
from rewards.services.base_model import request_base_model
from rewards.services.folders import base_folder
from rewards.services.run import carry_out
from rewards.tasks import advance_open_cycles


class Command(BaseCommand):
    help = (
        "Make the base model's folder once: from BASE_MODEL, or the small default model that "
        "the requirements bring."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--background", action="store_true", help="leave it to the train worker"
        )

    def handle(self, *args: object, **options: Any) -> None:
        run = request_base_model()
        if run is None:
            self.stdout.write(f"The base model is here: {base_folder()}")
        elif options["background"]:
            nudge(advance_open_cycles)
            self.stdout.write("The train worker will bring the base model.")
        else:
            self._bring(run)

    def _bring(self, run: EngineRun) -> None:
        claimed = claim_run(EngineRun.objects.filter(pk=run.pk))
        if claimed is None:
            raise CommandError("The train worker is bringing it just now; wait for it to end.")
        if not carry_out(claimed, tell=lambda says, done, of: self.stderr.write(says)):
            claimed.refresh_from_db()
            raise CommandError(claimed.error)
        self.stdout.write(f"The base model is here: {base_folder()}")
