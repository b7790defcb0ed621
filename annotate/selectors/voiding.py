"""Whose work counts for nothing, and what voiding it would touch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from annotate.enums import CountsAs, Origin
from annotate.models import (
    Campaign,
    Demonstration,
    Ranking,
    Snapshot,
    SnapshotMember,
    Task,
    Void,
    VoidRun,
)
from annotate.selectors.campaign import visible_campaign_filter
from annotate.selectors.standing import STANDS
from annotate.selectors.submission import IS_IDEAL
from annotate.selectors.task import IS_ASKED_NO_MORE
from commons.models import User

REQUEUED = (CountsAs.WORK, CountsAs.HELD_OUT)  # what a task counts


@dataclass(frozen=True)
class Reach:
    """What voiding a person's work since then would touch, counted exactly.

    ``requeued`` are the tasks that wait for somebody else then; those of closed campaigns, those
    that were asked again since and those that check people by now do not, nor what only the
    person themselves could be given.
    """

    rankings: int
    demonstrations: int
    requeued: int
    reviews_decided: int
    snapshots: Sequence[Snapshot]

    @property
    def judgements(self) -> int:
        return self.rankings + self.demonstrations


def rankings_to_void(campaign: Campaign, person: User, since: datetime) -> QuerySet[Ranking]:
    """What stands of a person's orders in a campaign since then; checks of them stay."""
    return Ranking.objects.filter(_theirs(campaign, person, since))


def demonstrations_to_void(
    campaign: Campaign, person: User, since: datetime
) -> QuerySet[Demonstration]:
    """What they wrote as such. An ideal answer goes with its ranking."""
    return Demonstration.objects.filter(_theirs(campaign, person, since), ~IS_IDEAL)


def _theirs(campaign: Campaign, person: User, since: datetime) -> Q:
    return Q(
        STANDS,
        campaign=campaign,
        rater__user=person,
        origin=Origin.WORK,
        current=True,
        created_at__gte=since,
    ) & Q(counts_as__in=(*REQUEUED, CountsAs.SURPLUS))


def reach_of(campaign: Campaign, person: User, since: datetime) -> Reach:
    rankings = rankings_to_void(campaign, person, since)
    written = demonstrations_to_void(campaign, person, since)
    turns = [
        rows.filter(counts_as__in=REQUEUED).order_by().values("assignment")
        for rows in (rankings, written)
    ]
    tasks = Task.objects.filter(
        Q(assignments__in=turns[0]) | Q(assignments__in=turns[1]),
        ~IS_ASKED_NO_MORE,
        ~Q(lane__reserved_for=person),
    )
    decided = Task.objects.filter(
        Q(assignments__in=turns[0]) | Q(assignments__in=turns[1]), reviews__state="decided"
    )
    return Reach(
        rankings=rankings.count(),
        demonstrations=written.count(),
        requeued=0 if campaign.state == "closed" else tasks.distinct().count(),
        reviews_decided=decided.distinct().count(),
        snapshots=list(snapshots_with(rankings, written)),
    )


def snapshots_with(
    rankings: QuerySet[Ranking], demonstrations: QuerySet[Demonstration]
) -> QuerySet[Snapshot]:
    """The datasets that hold some revision of these, the newest first."""
    members = SnapshotMember.objects.order_by()
    found: set[int] = set()
    for held in (
        members.filter(ranking__root__in=rankings.order_by().values("root")),
        members.filter(demonstration__root__in=demonstrations.order_by().values("root")),
        members.filter(
            demonstration__in=rankings.filter(ideal__isnull=False).order_by().values("ideal")
        ),
    ):
        found.update(held.values_list("snapshot", flat=True).distinct())
    return Snapshot.objects.filter(pk__in=found).order_by("-requested_at", "-pk")


def voids_led_by(user: User) -> QuerySet[Void]:
    mine = Void.objects.filter(visible_campaign_filter(user))
    return mine.select_related("campaign", "person", "by", "undone_by")


def voids_of(campaign: Campaign, person: User) -> QuerySet[Void]:
    """What was voided of a person's work in a campaign, the newest first."""
    found = Void.objects.filter(campaign=campaign, person=person)
    newest = VoidRun.objects.order_by("-pk")
    return (
        found.select_related("by", "undone_by")
        .prefetch_related(Prefetch("runs", queryset=newest))
        .order_by("-pk")
    )


def run_of(void: Void) -> VoidRun | None:
    """The newest run of it; None where it was voided at once."""
    return void.runs.order_by("-pk").first()


def voids_in(snapshot: Snapshot) -> QuerySet[Void]:
    """What counts for nothing by now and is in a frozen dataset."""
    return snapshot.voids.filter(undone_at__isnull=True).select_related("campaign")
