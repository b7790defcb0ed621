"""Take in a whole campaign that another installation has exported."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from annotate.errors import AnnotateError
from annotate.management.telling import told
from annotate.services.carrying.arriving import import_campaign
from annotate.services.carrying.entering import Terms
from annotate.services.carrying.joining import OtherSides
from annotate.services.carrying.naming import Names
from annotate.services.carrying.people import People
from annotate.services.carrying.report import Arrived
from commons.artifacts import ArtifactError, atomic_file

NOT_ALL_KEPT = 3


class Command(BaseCommand):
    help = (
        "Take in a campaign that `export_campaign` wrote, wholly or not at all, under its ids. "
        "What is here already (the same prompt, answer, rater) is joined and never written over; "
        "the report names what could not be kept as it was. Exits with 0 where all is as it was "
        "there, with 3 where something is not, with 1 where nothing was changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file or folder to take in")
        parser.add_argument(
            "--people",
            choices=[each.value for each in People],
            default=People.PLACEHOLDER.value,
            help="placeholder (the default): whoever is not here by id becomes an inactive user "
            "without a name; match: whoever has the same e-mail address is that person, the "
            "others come with their names, inactive (the export must be --with-people)",
        )
        parser.add_argument(
            "--other-sides",
            choices=[each.value for each in OtherSides],
            default=OtherSides.REFUSE.value,
            help="where a prompt is here on another side of the datasets than there: refuse (the "
            "default) the whole file, or quarantine the prompt here",
        )
        parser.add_argument("--name", default="", help="call the campaign so, not as it was called")
        parser.add_argument(
            "--ids-to",
            type=Path,
            help="write every id that could not be kept to this file, a JSON object a line",
        )
        parser.add_argument("--dry-run", action="store_true", help="do all of it, and undo it")
        parser.add_argument("--json", action="store_true", help="the report as one JSON object")

    def handle(self, *args: object, **options: Any) -> None:
        source: Path = options["file"]
        if not source.exists():
            raise CommandError(f"There is no file {source}.")
        terms = Terms(
            people=People(options["people"]),
            other_sides=OtherSides(options["other_sides"]),
            name=options["name"],
            dry_run=options["dry_run"],
        )
        try:
            with told(self.stderr) as heard:
                report = import_campaign(
                    source=source,
                    terms=terms,
                    heard=heard,
                    told=lambda names: _write_ids(names, options["ids_to"]),
                )
        except (AnnotateError, ArtifactError) as refused:
            raise CommandError(str(refused)) from refused
        except OSError as broken:
            raise CommandError(f"The import broke off: {broken}.") from broken
        if options["json"]:
            said = report.as_json() | {"dry_run": terms.dry_run}
            self.stdout.write(orjson.dumps(said).decode())
        else:
            self._say(report, dry_run=terms.dry_run)
        if not report.is_all_kept:
            raise SystemExit(NOT_ALL_KEPT)

    def _say(self, report: Arrived, *, dry_run: bool) -> None:
        done = "would come, nothing was changed" if dry_run else "is here"
        self.stdout.write(
            f"“{report.name}” ({report.campaign}) {done}: {sum(report.rows.values()):,} rows"
        )
        for name, count in report.rows.items():
            self.stdout.write(f"  {name} {count:,}")
        for name, count in report.joined.items():
            if count:
                self.stdout.write(f"here already: {count:,} {name}")
        for kind, count in report.renamed.items():
            self.stdout.write(f"ids not kept: {count:,} of {kind}")
        for each in report.ids:
            self.stdout.write(f"  {each.kind} {each.was} is {each.now} here")
        for what, count in report.unlike_count.items():
            if count:
                self.stdout.write(f"not as it was: {count:,} {what}")
                self.stdout.write(f"  {', '.join(report.unlike[what])}")
        self.stdout.write("not carried: what `export_campaign` named")


def _write_ids(names: Names, target: Path | None) -> None:
    if target is None:
        return
    with atomic_file(target.absolute()) as out:
        for kind, was, now in names.all_renamed():
            said = {"kind": kind, "was": was, "now": now}
            out.write(orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE))
