"""Prompts, as the loop needs them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from annotate.enums import Kind, Side
from annotate.models import CampaignPrompt, CampaignWork, Prompt


def prompts_in(campaigns: Sequence[UUID], *, side: Side | None = None) -> QuerySet[Prompt]:
    """The prompts of these campaigns that may be used, in the order they came."""
    entered = CampaignPrompt.objects.filter(
        prompt=OuterRef("pk"), campaign__uuid__in=campaigns
    ).exclude(batch__withdrawn_at__isnull=False)
    found = Prompt.objects.filter(Exists(entered), quarantined=False).order_by("pk")
    return found if side is None else found.filter(side=side)


def prompts_short_of_candidates(campaigns: Sequence[UUID]) -> QuerySet[Prompt]:
    """Prompts with fewer candidates than a ranking of theirs needs.

    The turns of conversations get theirs while they go on.
    """
    needed = max(
        CampaignWork.objects.filter(campaign__uuid__in=campaigns, kind=Kind.RANK).values_list(
            "answers", flat=True
        ),
        default=0,
    )
    found = prompts_in(campaigns).filter(conversation_turns__isnull=True)
    return found.annotate(standing=Count("candidates")).filter(standing__lt=needed)


def held_out_prompts(
    campaigns: Sequence[UUID],
    *,
    sides: Sequence[Side] = (Side.TEST,),
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Prompt]:
    """All that these campaigns have ever held out and may still use, in the order they came.

    A prompt's side never changes, so that this only grows: what came ``since`` a moment is fresh,
    what came before ``until`` has been asked of models before.
    """
    found = prompts_in(campaigns).filter(side__in=sides)
    if since is not None:
        found = found.filter(created_at__gte=since)
    return found if until is None else found.filter(created_at__lt=until)
