"""Put a reward model to a published benchmark, or to a folder of one's own, from local files."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from commons.nudges import nudge
from commons.runs import claim_run
from rewards.enums import BenchmarkName
from rewards.errors import RewardsError
from rewards.models import Benchmark, EngineRun, RewardModel
from rewards.services.benchmark import request_benchmark
from rewards.services.run import carry_out
from rewards.tasks import advance_open_cycles


class Command(BaseCommand):
    help = "Measure a reward model on a benchmark's files, by the benchmark's own scoring rules."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("model", type=UUID, help="as its page's address says")
        parser.add_argument("--benchmark", choices=BenchmarkName.values, required=True)
        parser.add_argument(
            "--folder", type=Path, required=True, help="where the benchmark's files lie"
        )
        parser.add_argument(
            "--revision",
            default="",
            help="refuse other files than these: the hash that an earlier measurement named, or "
            "its beginning",
        )
        parser.add_argument(
            "--background", action="store_true", help="leave it to the train worker"
        )

    def handle(self, *args: object, **options: Any) -> None:
        try:
            asked = request_benchmark(
                reward_model=RewardModel.objects.select_related("run").get(uuid=options["model"]),
                name=BenchmarkName(options["benchmark"]),
                folder=options["folder"],
                by=None,
                revision=options["revision"],
            )
        except RewardModel.DoesNotExist:
            raise CommandError(f"There is no reward model {options['model']}.") from None
        except RewardsError as refused:
            raise CommandError(str(refused)) from refused
        if options["background"]:
            nudge(advance_open_cycles)
            self.stdout.write(f"Benchmark {asked.uuid} is waiting for the train worker.")
            return
        self._carry_out(asked)

    def _carry_out(self, asked: Benchmark) -> None:
        claimed = claim_run(EngineRun.objects.filter(pk=asked.run.pk))
        if claimed is None:
            raise CommandError("The train worker has it; see the model's page.")
        if not carry_out(claimed, tell=self._progress):
            claimed.refresh_from_db()
            raise CommandError(claimed.error)
        self.stderr.write("")
        self._say(claimed.result)

    def _progress(self, says: str, done: int, of: int) -> None:
        self.stderr.write(f"\r{done} of {of}: {says:<60.60}", ending="")

    def _say(self, result: Mapping[str, Any]) -> None:
        self.stdout.write(f"revision   {result['revision']}")
        cut = f", {result['cut']} answers cut" if result["cut"] else ""
        self.stdout.write(f"measured   {result['prompts']} prompts{cut}")
        for name, found in result["numbers"].items():
            ends = "" if found["low"] is None else f" [{found['low']:.3f}, {found['high']:.3f}]"
            self.stdout.write(f"{name:<24} {found['value']:.3f}{ends}")
