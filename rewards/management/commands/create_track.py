"""Begin a line of policies."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate import gateway
from rewards.errors import RewardsError
from rewards.models import Track
from rewards.services.recipe import usual_knobs, usual_method
from rewards.services.track import create_track


class Command(BaseCommand):
    help = (
        "Begin a line of policies that learns from campaigns; a track of that name is left alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--campaign", action="append", required=True, help="may be repeated")
        parser.add_argument(
            "--person-promotes",
            action="store_true",
            help="a policy that passes the gate waits for a person",
        )

    def handle(self, *args: object, **options: Any) -> None:
        if Track.objects.filter(name=options["name"]).exists():
            self.stdout.write(f"Track “{options['name']}” is already here.")
            return
        campaigns = gateway.campaigns_named(options["campaign"])
        missing = set(options["campaign"]) - {campaign.name for campaign in campaigns}
        if missing:
            raise CommandError(f"There is no campaign “{sorted(missing)[0]}”.")
        method = usual_method()
        try:
            create_track(
                name=options["name"],
                campaigns=[each.id for each in campaigns],
                method=method,
                knobs=usual_knobs(method),
                person_promotes=options["person_promotes"],
                by=None,
            )
        except RewardsError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"Track “{options['name']}” learns from {', '.join(options['campaign'])}."
        )
