"""One round over all campaigns: count, stop what is sure, ask for the fits that are due."""

from annotate.models import Campaign
from annotate.services.quality import is_quality_due, request_quality
from annotate.services.rollup import roll_up
from annotate.services.stopping import stop_sure_tasks


def look_for_quality() -> int:
    """Say how many fits were asked for. Safe to run twice, beside itself too."""
    asked = 0
    for campaign in Campaign.objects.order_by("pk"):
        roll_up(campaign=campaign)
        stop_sure_tasks(campaign=campaign)
        if is_quality_due(campaign):
            request_quality(campaign=campaign)
            asked += 1
    return asked
