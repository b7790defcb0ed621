"""What a campaign still lacks before people can work at it."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from annotate.enums import CampaignState
from annotate.models import Campaign, CampaignPrompt, Instructions, Membership, Task


@dataclass(frozen=True)
class Readiness:
    """Each step of a new campaign: whether it is done."""

    has_guideline: bool
    has_prompts: bool
    has_tasks: bool
    has_people: bool

    @property
    def is_ready(self) -> bool:
        return self.has_tasks and self.has_people


def readiness_of(campaign: Campaign) -> Readiness | None:
    """The steps of a campaign in draft, in one query; None once it was started."""
    if campaign.state != CampaignState.DRAFT:
        return None
    here = {"campaign": OuterRef("pk")}
    others = Membership.objects.filter(**here, active=True).exclude(person=campaign.created_by_id)
    row = (
        Campaign.objects.filter(pk=campaign.pk)
        .values_list(
            Exists(Instructions.objects.filter(**here)),
            Exists(CampaignPrompt.objects.filter(**here)),
            Exists(Task.objects.filter(**here)),
            Exists(others),
        )
        .get()
    )
    return Readiness(*row)
