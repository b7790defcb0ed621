"""How far a campaign is, for its leads."""

from dataclasses import asdict
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import schema
from annotate.api.person import person_of
from annotate.errors import NotAllowed
from annotate.models import Campaign
from annotate.selectors.campaign import campaigns_led_by, campaigns_of
from annotate.selectors.progress import Progress, progress_of
from annotate.selectors.tally import week_counts, week_start
from commons.models import Scope


class CampaignProgress(APIView):
    required_scope = Scope.READ

    @schema.progress
    def get(self, request: Request, uuid: UUID) -> Response:
        """How far each kind of work is, and what was done this week. For leads."""
        person = person_of(request)
        found = get_object_or_404(campaigns_of(person), uuid=uuid)
        mine = campaigns_led_by(person).filter(pk=found.pk)
        if not mine.exists():
            raise NotAllowed("Only its leads see how far a campaign is; ask one of them.")
        return Response(
            {
                "campaign": {"id": str(found.uuid), "name": found.name},
                "works": [shown_progress(each) for each in progress_of(found)],
                "week": shown_week(found),
            }
        )


def shown_progress(work: Progress) -> dict[str, object]:
    return {
        "kind": work.kind,
        "tasks": work.tasks,
        "wanted": work.wanted,
        "done": work.done,
        "leased": work.leased,
        "reserved": work.reserved,
        "free": work.free,
        "held": [{"reason": reason, "tasks": tasks} for reason, tasks in work.held.items()],
        "stranded": work.stranded,
        "stranded_is_least": work.is_bounded,
        "surplus": work.surplus,
        "second_opinions": work.second_opinions,
        "thirds": work.thirds,
    }


def shown_week(campaign: Campaign) -> dict[str, object]:
    since = week_start()
    counts = week_counts(Campaign.objects.filter(pk=campaign.pk), since)
    return {"since": since, **asdict(counts)}
