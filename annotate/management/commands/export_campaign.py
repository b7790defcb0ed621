"""Put a whole campaign into a file, to be taken in by another installation."""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from annotate.errors import AnnotateError
from annotate.management.telling import told
from annotate.models import Campaign
from annotate.services.carrying.leaving import Left, export_campaign
from commons.artifacts import ArtifactError


class Command(BaseCommand):
    help = (
        "Put a whole campaign, as it stands at one moment, into a file or a folder: guideline, "
        "prompts, answers, tasks, judgements with all revisions, reviews, questions, "
        "conversations and team, under their ids. Work goes on meanwhile. `import_campaign` takes "
        "it in elsewhere, on SQLite or PostgreSQL. Exits with 1 where nothing was written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the campaign's name")
        parser.add_argument(
            "--out",
            type=Path,
            required=True,
            help="FILE.laurel.zip, or a folder; must not exist; only its owner may read it",
        )
        parser.add_argument(
            "--with-people",
            action="store_true",
            help="with user names, names, e-mail addresses and time zones, so that people can be "
            "matched there; else people travel as ids alone. Passwords never travel",
        )
        parser.add_argument("--json", action="store_true", help="the report as one JSON object")

    def handle(self, *args: object, **options: Any) -> None:
        campaign = Campaign.objects.filter(name=options["name"]).first()
        if campaign is None:
            known = ", ".join(Campaign.objects.values_list("name", flat=True)) or "none yet"
            raise CommandError(f"There is no campaign “{options['name']}”. Known: {known}.")
        target: Path = options["out"].absolute()
        try:
            with told(self.stderr) as heard:
                left = export_campaign(
                    campaign=campaign,
                    target=target,
                    with_people=options["with_people"],
                    heard=heard,
                )
        except (AnnotateError, ArtifactError) as refused:
            raise CommandError(str(refused)) from refused
        except OSError as broken:
            raise CommandError(f"{target} cannot be written: {broken}.") from broken
        if options["json"]:
            self.stdout.write(orjson.dumps(_as_json(left)).decode())
        else:
            self._say(target, left)

    def _say(self, target: Path, left: Left) -> None:
        rows = sum(each.rows for each in left.manifest.tables)
        people = "with" if left.manifest.with_people else "without"
        self.stdout.write(f"{target}: {rows:,} rows, {people} names of people")
        for each in left.manifest.tables:
            self.stdout.write(f"  {each.name} {each.rows:,}")
        for what, count in left.left_behind.items():
            if count:
                self.stdout.write(f"not carried: {count:,} {what}")
        self.stdout.write(f"digest {left.manifest.digest}")


def _as_json(left: Left) -> dict[str, object]:
    return {
        **asdict(left.manifest),
        "digest": left.manifest.digest,
        "left_behind": left.left_behind,
    }
