"""What every page behind the dashboard shows around its tables."""

from typing import Any

from annotate.models import QualityReport
from annotate.selectors.finding import told_of
from annotate.selectors.quality import newest_reports
from annotate.views.looking import Looking


def report_of(looking: Looking) -> QualityReport | None:
    campaign = looking.wanting.campaign
    return newest_reports([campaign]).get(campaign.pk) if campaign else None


def frame(looking: Looking, report: QualityReport | None, here: str) -> dict[str, object]:
    """What every page behind the dashboard shows."""
    campaign = looking.wanting.campaign
    last = campaign.quality_reports.order_by("-pk").first() if campaign else None
    return {
        "looking": looking,
        "report": report,
        "last": last,
        "campaign": campaign,
        "here": here,
    }


def findings_in(report: QualityReport | None, begins: str) -> list[Any]:
    found = told_of([report]) if report else []
    return [each for each in found if each.sort.startswith(begins)]
