"""Import prompts, with the candidates and judgements that come along."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate.errors import NoSuchAccount
from annotate.importing.formats import PLANNED, Format
from annotate.importing.leaving import told
from annotate.importing.pictures import in_folder
from annotate.importing.plan import OddPlan, Wishes
from annotate.importing.planning import Planned, planned, records_at
from annotate.importing.reading import read_records
from annotate.management.commands._wishes import add_wishes, wishes_in
from annotate.models import Campaign
from annotate.selectors.imported_draft import people_called
from annotate.services.importing import ImportReport, import_records

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import prompts from a file (JSON lines or one JSON array, plain or gzip; a zip file of "
        "rows and their pictures) into a campaign, with the answers and judgements in it. A second "
        "run makes nothing twice; a bad row is reported and never stops the others."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="the file to read, or the folder that Argilla's to_disk wrote"
        )
        parser.add_argument("--campaign", required=True, help="the campaign's name")
        parser.add_argument(
            "--format",
            choices=[each.value for each in Format],
            default=Format.AUTO.value,
            help="auto looks at the first row",
        )
        parser.add_argument("--json", action="store_true", help="report as one JSON object")
        add_wishes(parser)

    def handle(self, *args: object, **options: Any) -> None:
        campaign = Campaign.objects.filter(name=options["campaign"]).first()
        if campaign is None:
            known = ", ".join(Campaign.objects.values_list("name", flat=True)) or "none yet"
            raise CommandError(f"There is no campaign “{options['campaign']}”. Known: {known}.")
        file, format = records_at(options["file"]), Format(options["format"])
        try:
            file.open("rb").close()  # before anything is made of it
            people = people_called(campaign, wishes_in(options).drafts.values())
            plan = self._planned(file, format, options)
            if options["plan"]:
                return
            reader = plan.reader if plan else None
            beside = in_folder(file.parent)
            with closing(read_records(file, format, reader, beside)) as records:
                report = import_records(
                    campaign=campaign,
                    records=records,
                    name=options["file"].name,
                    people=people,
                    on_progress=self._progress,
                )
        except NoSuchAccount as unknown:
            raise CommandError(f"--drafts-of: {unknown}") from None
        except OSError as broken:
            name = broken.filename or file
            raise CommandError(f"{name} cannot be read: {broken.strerror}.") from broken
        if options["json"]:
            said = asdict(report) | {"left": told(report.left.reasons)}
            self.stdout.write(json.dumps(said | {"plan": plan.plan.as_json() if plan else None}))
        else:
            self._say(report)

    def _planned(self, file: Path, format: Format, options: dict[str, Any]) -> Planned | None:
        """The plan for a file that needs one, shown."""
        wishes = wishes_in(options)
        if format not in PLANNED:
            if options["config"] or options["plan"] or wishes != Wishes():
                raise CommandError("A mapping is for --format label-studio or argilla: name one.")
            return None
        try:
            found = planned(file, format, wishes, options["config"])
        except OddPlan as odd:
            raise CommandError(str(odd)) from None
        out = self.stderr if options["json"] and not options["plan"] else self.stdout
        if options["json"] and options["plan"]:
            out.write(json.dumps({"plan": found.plan.as_json()}))
        else:
            out.write("\n".join(found.plan.lines()))
        return found

    def _progress(self, report: ImportReport) -> None:
        self.stderr.write(f"\r{report.read} rows read, {report.made} prompts made", ending="")

    def _say(self, report: ImportReport) -> None:
        self.stderr.write("")
        self.stdout.write(
            f"rows read {report.read}; prompts made {report.made}, already there "
            f"{report.already_there}; candidates {report.candidates}; demonstrations "
            f"{report.demonstrations}; rankings {report.rankings}; drafts {report.drafts}; tasks "
            f"opened {report.tasks}; refused {report.turned_away}; {report.kept_in:.1f} s, and "
            f"{report.opened_in:.1f} s for the tasks"
        )
        self._list([f"line {each.line}: {each.reason}" for each in report.refused])
        if report.turned_away > SHOWN:
            self.stdout.write(f"  … and {report.turned_away - SHOWN} more")
        if report.left.reasons:
            self.stdout.write("not carried over:")
            for each in told(report.left.reasons):
                first = ", ".join(map(str, each["first"]))  # type: ignore[call-overload]
                self.stdout.write(f"  {each['count']}  {each['why']} (first in {first})")

    def _list(self, lines: Sequence[str]) -> None:
        for line in lines[:SHOWN]:
            self.stdout.write(f"  {line}")
