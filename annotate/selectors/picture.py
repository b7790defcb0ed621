"""Which pictures a person may see."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotate.models import CampaignPrompt, Picture
from annotate.selectors.campaign import campaigns_of
from annotate.selectors.hold import reports_for
from commons.models import User


def pictures_seen_by(user: User) -> QuerySet[Picture]:
    """Those of prompts of a person's campaigns, and of items that wait for their decision."""
    if user.is_superuser:
        return Picture.objects.all()
    holds = Picture.prompts.through.objects.filter(picture=OuterRef("pk"))
    theirs = CampaignPrompt.objects.filter(campaign__in=campaigns_of(user).order_by())
    in_campaigns = holds.filter(prompt__in=theirs.values("prompt"))
    reported = holds.filter(prompt__in=reports_for(user).order_by().values("prompt"))
    return Picture.objects.filter(Q(Exists(in_campaigns)) | Q(Exists(reported)))
