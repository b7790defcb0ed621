"""Which snapshots a person may see, and what would go into one."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotate.enums import CountsAs, Hold, Origin
from annotate.models import (
    Campaign,
    CampaignPrompt,
    Demonstration,
    Ranking,
    Rejection,
    Review,
    Snapshot,
    Task,
)
from annotate.selectors.campaign import campaigns_led_by
from commons.models import User


def snapshots_of(user: User) -> QuerySet[Snapshot]:
    """The snapshots all of whose campaigns a person leads, the newest first."""
    seen = Snapshot.objects.prefetch_related("campaigns").order_by("-requested_at", "-pk")
    if user.is_superuser:
        return seen
    foreign = Campaign.objects.exclude(pk__in=campaigns_led_by(user))
    return (
        seen.filter(campaigns__in=campaigns_led_by(user)).exclude(campaigns__in=foreign).distinct()
    )


def demonstrations_to_freeze(
    campaigns: Sequence[Campaign], *, imported: bool, resolved: bool
) -> QuerySet[Demonstration]:
    """Current demonstrations that count, of prompts that are not stopped, in a fixed order."""
    counted = Demonstration.objects.filter(_counted(campaigns, imported), _not_turned_down())
    if resolved:
        counted = counted.filter(_as_settled())
    return counted.filter(_as_resolved("demonstration", resolved)).order_by("uuid")


def rankings_to_freeze(
    campaigns: Sequence[Campaign], *, imported: bool, resolved: bool
) -> QuerySet[Ranking]:
    """Current rankings that count, of prompts that are not stopped, in a fixed order."""
    counted = Ranking.objects.filter(_counted(campaigns, imported))
    return counted.filter(_as_resolved("ranking", resolved)).order_by("uuid")


def _counted(campaigns: Sequence[Campaign], imported: bool) -> Q:
    origins = [Origin.WORK, Origin.RESOLUTION] + ([Origin.IMPORTED] if imported else [])
    return Q(
        ~Exists(_withdrawn_batch()),
        ~Exists(_withdrawn_task()),
        ~Exists(Rejection.objects.filter(root=OuterRef("root"))),
        campaign__in=campaigns,
        current=True,
        counts_as=CountsAs.WORK,
        origin__in=origins,
        prompt__quarantined=False,
    )


def _as_resolved(label: str, resolved: bool) -> Q:
    """What a reviewer settled stands for what was judged of the item; else the other way round.

    A label that was settled with a held-out one in sight trains nothing, and takes no place.
    """
    if not resolved:
        return ~Q(origin=Origin.RESOLUTION)
    settled = Review.objects.filter(**{f"{label}__counts_as": CountsAs.WORK})
    return Q(
        ~Exists(settled.filter(task__assignments=OuterRef("assignment"))),
        ~Exists(settled.filter(**{label: OuterRef("pk")}, task__held=Hold.WITHDRAWN)),
    )


def _not_turned_down() -> Q:
    """An ideal answer goes with the ranking that brought it."""
    rejected = Rejection.objects.filter(root=OuterRef("root"))
    return Q(~Exists(Ranking.objects.filter(Exists(rejected), ideal=OuterRef("pk"), current=True)))


def _as_settled() -> Q:
    """Of an item whose order a reviewer settled, the ideal answer that the settled order names."""
    settled = Review.objects.filter(
        ranking__counts_as=CountsAs.WORK, task__assignments=OuterRef("assignment")
    )
    return Q(~Exists(settled.exclude(ranking__ideal=OuterRef("pk"))))


def _withdrawn_batch() -> QuerySet[CampaignPrompt]:
    """The judgement's prompt came with a batch that a lead has taken out."""
    return CampaignPrompt.objects.filter(
        campaign=OuterRef("campaign"),
        prompt=OuterRef("prompt"),
        batch__withdrawn_at__isnull=False,
    )


def _withdrawn_task() -> QuerySet[Task]:
    """What the judgement is of was taken out for what was reported of it."""
    return Task.objects.filter(assignments=OuterRef("assignment"), held=Hold.WITHDRAWN)
