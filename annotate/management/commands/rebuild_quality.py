"""Count and fit a campaign's quality anew, from the rows of the work."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotate.models import Campaign, QualityReport
from annotate.services.quality import claim_quality, fit_quality, request_quality
from annotate.services.rollup import roll_up
from commons.models import RunState


class Command(BaseCommand):
    help = (
        "Write the roll-ups of a campaign anew from its judgements, prompts and tasks, and fit its "
        "quality report. Pages show the old ones until each is done. Web and workers may run "
        "meanwhile; safe to stop and to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--campaign", help="its uuid or its whole name; not given: all")
        parser.add_argument(
            "--counts-only", action="store_true", help="write the roll-ups alone, and fit nothing"
        )

    def handle(self, *args: object, **options: Any) -> None:
        for campaign in self._campaigns(options["campaign"]):
            weeks = roll_up(campaign=campaign, whole=True)
            self.stdout.write(f"{campaign}: {weeks} weeks counted anew")
            if not options["counts_only"]:
                self._fit(campaign)

    def _campaigns(self, named: str | None) -> list[Campaign]:
        if not named:
            return list(Campaign.objects.order_by("name"))
        try:
            found = Campaign.objects.filter(uuid=UUID(named))
        except ValueError:
            found = Campaign.objects.filter(name=named)
        if not found:
            raise CommandError(f"no campaign is called {named!r}; give its uuid or its whole name.")
        return list(found)

    def _fit(self, campaign: Campaign) -> None:
        asked = request_quality(campaign=campaign)
        claimed = claim_quality(campaign)
        if claimed is None:
            self.stdout.write("  a worker is fitting it at this moment")
            return
        fit_quality(report=claimed)
        report = QualityReport.objects.get(pk=asked.pk)
        if report.state == RunState.FAILED:
            raise CommandError(report.error)
        self.stdout.write(
            f"  {report.figures['doubled']:,} doubled rankings; "
            f"{len(report.findings)} finding(s), {report.raters.count()} raters"
        )
