"""Train a reward model and write its report card."""

from argparse import ArgumentParser, BooleanOptionalAction
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from commons.models import RunState
from commons.nudges import nudge
from commons.runs import claim_run
from rewards.enums import Method
from rewards.errors import RewardsError
from rewards.models import EngineRun, Evaluation
from rewards.services.reward_model import (
    conclude_report_card,
    request_report_card,
    request_reward_model,
)
from rewards.services.run import carry_out
from rewards.tasks import advance_open_cycles

KNOBS = (
    "max_steps",
    "layers",
    "epochs",
    "loss",
    "ties",
    "margins",
    "centring",
    "drop_covariates",
    "reliability",
    "patience",
    "tensorboard",
)


class Command(BaseCommand):
    help = "Train a reward model on a frozen ranked snapshot, then measure it on held-out prompts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "snapshot", type=UUID, help="as export_preferences --format ranked says"
        )
        parser.add_argument(
            "--method",
            choices=Method.values,
            default=Method.FULL,
            help="full: train all weights; lora: train adapters; head: a fast head on frozen "
            "states, in minutes",
        )
        parser.add_argument("--max-steps", type=int, help="stop after so many optimiser steps")
        parser.add_argument("--layers", type=int, help="keep only the first layers of the base")
        parser.add_argument("--epochs", type=float, help="how often every ranking is seen")
        parser.add_argument("--loss", choices=["bradley_terry", "plackett_luce"])
        parser.add_argument(
            "--ties", choices=["soft", "davidson", "drop"], help="what becomes of ties"
        )
        parser.add_argument(
            "--margins",
            type=float,
            nargs=3,
            metavar="GAP",
            help="how far apart slightly, clearly and significantly better answers should be",
        )
        parser.add_argument("--centring", type=float, help="weight of rewards being around 0: 0.01")
        parser.add_argument(
            "--drop-covariates",
            action=BooleanOptionalAction,
            default=None,
            help="keep length and layout out of the score (usual), or leave them in it",
        )
        parser.add_argument(
            "--reliability",
            action="store_true",
            default=None,
            help="find out how far each rater can be believed",
        )
        parser.add_argument(
            "--patience", type=int, help="stop after so many evaluations without gain"
        )
        parser.add_argument(
            "--tensorboard",
            action="store_true",
            default=None,
            help="write the curves for TensorBoard too, into the run's folder",
        )
        parser.add_argument(
            "--background", action="store_true", help="leave it to the train worker"
        )

    def handle(self, *args: object, **options: Any) -> None:
        knobs = {name: options[name] for name in KNOBS if options[name] is not None}
        method = Method(options["method"])
        if method == Method.HEAD and knobs:
            odd = ", ".join(f"--{name.replace('_', '-')}" for name in knobs)
            raise CommandError(f"A head on frozen states knows no {odd}; leave it out.")
        try:
            model = request_reward_model(
                snapshot=options["snapshot"], by=None, knobs=knobs, method=method
            )
        except (RewardsError, LookupError) as refused:
            raise CommandError(str(refused)) from refused
        if options["background"]:
            nudge(advance_open_cycles)
            self.stdout.write(f"Reward model {model.uuid} is waiting for the train worker.")
            return
        self._carry_out(model.run)
        card = request_report_card(reward_model=model, by=None)
        self._carry_out(card.run)
        card.refresh_from_db()
        self._say(conclude_report_card(evaluation=card))

    def _carry_out(self, run: EngineRun) -> None:
        claimed = claim_run(EngineRun.objects.filter(pk=run.pk))
        if claimed is not None:
            carry_out(claimed, tell=self._progress)
        run.refresh_from_db()
        self.stderr.write("")
        if run.state != RunState.DONE:
            raise CommandError(run.error or f"The run is {run.state} elsewhere; see its page.")

    def _progress(self, says: str, done: int, of: int) -> None:
        self.stderr.write(f"\r{done} of {of}: {says:<60.60}", ending="")

    def _say(self, card: Evaluation) -> None:
        numbers = card.run.result
        self.stdout.write(f"reward model {card.reward_model.uuid if card.reward_model else ''}")
        self.stdout.write(f"held out: {numbers['prompts']} prompts, {numbers['pairs']} pairs")
        for name in ("accuracy", "longer", "advantage"):
            found = numbers[name]
            said = (
                f"{found['value']:.3f} [{found['low']:.3f}, {found['high']:.3f}]"
                if found
                else "not defined"
            )
            self.stdout.write(f"{name:<10} {said}")
        for refusal in card.refusals:
            self.stdout.write(f"but: {refusal}")
