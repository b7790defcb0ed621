"""Arrivals of prompts, and what an act upon one, or upon a whole campaign, touches."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from annotate.enums import AssignmentState, Hold
from annotate.models import (
    Assignment,
    Batch,
    Campaign,
    CampaignPrompt,
    Demonstration,
    Draft,
    Ranking,
    Task,
)
from annotate.selectors.affected import Affected, places_affected
from annotate.selectors.campaign import visible_campaign_filter
from annotate.selectors.hold import REPORTS
from annotate.selectors.submission import IS_IDEAL
from commons.models import User


@dataclass(frozen=True)
class Touched:
    """What an act is about, counted exactly when it is asked for.

    Seven counts; those of tasks and judgements are scans of an index that grow with the campaign.
    """

    prompts: int
    open_tasks: int
    leases: int
    people: int
    reserved: int
    drafts: int
    judgements: int


def batches_led_by(user: User) -> QuerySet[Batch]:
    """The arrivals in the campaigns that a person leads."""
    return Batch.objects.filter(visible_campaign_filter(user)).select_related("campaign")


def batches_of(campaign: Campaign) -> QuerySet[Batch]:
    """The arrivals of a campaign, the newest first; ``prompts`` says how many each brought."""
    brought = CampaignPrompt.objects.filter(batch=OuterRef("pk")).order_by().values("batch")
    counted = Subquery(brought.annotate(prompts=Count("pk")).values("prompts"))
    return (
        campaign.batches.select_related("created_by")
        .annotate(prompts=Coalesce(counted, 0))  # of the batches on the page alone
        .order_by("-created_at", "-pk")
    )


def tasks_of(batch: Batch) -> QuerySet[Task]:
    """The tasks of what a batch brought, of every kind and round."""
    return Task.objects.filter(
        campaign=batch.campaign_id, prompt__in=batch.intake.order_by().values("prompt")
    )


def unfinished(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Those of which a turn is free, or out and perhaps coming back."""
    out = Assignment.objects.filter(
        task=OuterRef("pk"), state__in=[AssignmentState.OPEN, AssignmentState.RESERVED]
    )
    return tasks.filter(Q(free__gt=0) | Exists(out))


def reported_and_withdrawn(batch: Batch) -> QuerySet[Task]:
    """The withdrawn tasks of a batch that somebody had reported: few, and each to be looked at."""
    reported = Assignment.objects.filter(
        task=OuterRef("pk"), state=AssignmentState.SKIPPED, skip_reason__in=REPORTS
    )
    return tasks_of(batch).filter(Exists(reported), held=Hold.WITHDRAWN)


def prompts_to_ask_again(
    campaign: Campaign, batch: Batch | None, only: Affected | None = None
) -> QuerySet[CampaignPrompt]:
    """The prompts of a campaign, or of one batch, that may be asked once more.

    ``only`` narrows them further. What was withdrawn, and what waits for a decision over a
    report, is left out.
    """
    stopped = Task.objects.filter(
        campaign=OuterRef("campaign"), prompt=OuterRef("prompt"), held__in=Hold.values
    )
    asked = CampaignPrompt.objects.filter(campaign=campaign, prompt__quarantined=False)
    if batch is not None:
        asked = asked.filter(batch=batch)
    if only is not None:
        asked = asked.filter(places_affected(campaign, only))
    return asked.filter(~Exists(stopped)).exclude(batch__withdrawn_at__isnull=False)


def touched_by_campaign(campaign: Campaign) -> Touched:
    """What an act upon a whole campaign is about."""
    waiting = Task.objects.filter(lane__campaign=campaign, round__gt=0, free__gt=0, held="")
    return _touched(
        Q(campaign=campaign),
        Q(task__campaign=campaign),
        prompts=campaign.intake.count(),
        open_tasks=waiting.count(),
    )


def touched_by_batch(batch: Batch) -> Touched:
    """What an act upon one arrival is about."""
    brought = batch.intake.order_by().values("prompt")
    return _touched(
        Q(campaign=batch.campaign_id, prompt__in=brought),
        Q(task__campaign=batch.campaign_id, task__prompt__in=brought),
        prompts=batch.intake.count(),
        open_tasks=tasks_of(batch).filter(free__gt=0, held="").count(),
    )


def _touched(judged: Q, turns: Q, *, prompts: int, open_tasks: int) -> Touched:
    out = Assignment.objects.filter(turns)
    leases = out.filter(state=AssignmentState.OPEN).aggregate(
        leases=Count("pk"), people=Count("person", distinct=True)
    )
    return Touched(
        prompts=prompts,
        open_tasks=open_tasks,
        reserved=out.filter(state=AssignmentState.RESERVED).count(),
        drafts=Draft.objects.filter(assignment__in=out).count(),
        judgements=sum(
            kept.filter(judged, current=True).count()
            for kept in (Demonstration.objects.filter(~IS_IDEAL), Ranking.objects.all())
        ),
        **leases,
    )
