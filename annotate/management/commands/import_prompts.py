"""Import prompts, with the candidates and judgements that come along."""

from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate.importing.reading import Format, read_records
from annotate.models import Campaign
from annotate.services.importing import ImportReport, import_records

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import prompts from a JSONL file (plain or gzip) into a campaign. A second run makes "
        "nothing twice; a bad row is reported and never stops the others."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file to read")
        parser.add_argument("--campaign", required=True, help="the campaign's name")
        parser.add_argument(
            "--format",
            choices=[each.value for each in Format],
            default=Format.AUTO.value,
            help="auto looks at the first row",
        )

    def handle(self, *args: object, **options: Any) -> None:
        campaign = Campaign.objects.filter(name=options["campaign"]).first()
        if campaign is None:
            known = ", ".join(Campaign.objects.values_list("name", flat=True)) or "none yet"
            raise CommandError(f"There is no campaign “{options['campaign']}”. Known: {known}.")
        try:
            options["file"].open("rb").close()  # before anything is made of it
            with closing(read_records(options["file"], Format(options["format"]))) as records:
                report = import_records(
                    campaign=campaign,
                    records=records,
                    name=options["file"].name,
                    on_progress=self._progress,
                )
        except OSError as broken:
            raise CommandError(f"{options['file']} cannot be read: {broken.strerror}.") from broken
        self._say(report)

    def _progress(self, report: ImportReport) -> None:
        self.stderr.write(f"\r{report.read} rows read, {report.made} prompts made", ending="")

    def _say(self, report: ImportReport) -> None:
        self.stderr.write("")
        self.stdout.write(
            f"rows read {report.read}; prompts made {report.made}, already there "
            f"{report.already_there}; candidates {report.candidates}; demonstrations "
            f"{report.demonstrations}; rankings {report.rankings}; tasks opened {report.tasks}; "
            f"refused {report.turned_away}; {report.kept_in:.1f} s, and {report.opened_in:.1f} s "
            "for the tasks"
        )
        for refusal in report.refused[:SHOWN]:
            self.stdout.write(f"  line {refusal.line}: {refusal.reason}")
        if report.turned_away > SHOWN:
            self.stdout.write(f"  … and {report.turned_away - SHOWN} more")
