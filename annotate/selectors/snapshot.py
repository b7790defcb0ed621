"""Which snapshots a person may see, and what would go into one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from annotate.enums import CountsAs, Hold, Origin, ReviewState, SnapshotKind
from annotate.erased import erased_answer
from annotate.export.policy import Policy
from annotate.export.splits import SIDES
from annotate.models import (
    Campaign,
    CampaignPrompt,
    Demonstration,
    Erasure,
    Prompt,
    Ranking,
    Rejection,
    Review,
    Snapshot,
    SnapshotMember,
    Task,
)
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.standing import STANDS
from commons.models import RunState, User

LOOKED_AT, OFFERED = 100, 10  # of older datasets


def snapshots_of(user: User) -> QuerySet[Snapshot]:
    """The snapshots all of whose campaigns a person leads, the newest first."""
    seen = with_erasure(Snapshot.objects.prefetch_related("campaigns"))
    seen = seen.order_by("-requested_at", "-pk")
    if user.is_superuser:
        return seen
    foreign = Campaign.objects.exclude(pk__in=campaigns_led_by(user))
    return (
        seen.filter(campaigns__in=campaigns_led_by(user)).exclude(campaigns__in=foreign).distinct()
    )


def older_ones(snapshot: Snapshot, user: User) -> list[Snapshot]:
    """What a dataset may be compared with: older ones of its kind and campaigns, newest first."""
    older = snapshots_of(user).filter(
        kind=snapshot.kind, state=RunState.DONE, requested_at__lt=snapshot.requested_at
    )
    campaigns = {each.pk for each in snapshot.campaigns.all()}
    alike = [
        each for each in older[:LOOKED_AT] if {c.pk for c in each.campaigns.all()} == campaigns
    ]
    return alike[:OFFERED]


def with_erasure(snapshots: QuerySet[Snapshot]) -> QuerySet[Snapshot]:
    """Each with ``erased_at``: when something that it holds was last erased, or None."""
    last = Erasure.objects.filter(snapshots=OuterRef("pk")).order_by("-at").values("at")[:1]
    return snapshots.annotate(erased_at=Subquery(last))


def can_be_frozen(snapshots: Sequence[UUID]) -> bool:
    """Whether something can still come of each of these: none was stopped, and nothing in one was
    erased. Whoever wants another asks anew."""
    found = Snapshot.objects.filter(uuid__in=snapshots)
    lost = with_erasure(found).filter(Q(state=RunState.CANCELLED) | Q(erased_at__isnull=False))
    return not lost.exists()


def to_freeze(
    kind: str, campaigns: Sequence[Campaign], policy: Policy
) -> QuerySet[Demonstration] | QuerySet[Ranking] | QuerySet[Prompt]:
    """What would be the members of a dataset of this kind, under this policy."""
    if kind == SnapshotKind.SFT:
        return _of_prompts(demonstrations_to_freeze(campaigns, policy), policy, "prompt__")
    if kind == SnapshotKind.PROMPTS:
        return _of_prompts(prompts_to_freeze(campaigns, policy), policy, "")
    return _of_prompts(rankings_to_freeze(campaigns, policy), policy, "prompt__")


def demonstrations_to_freeze(
    campaigns: Sequence[Campaign], policy: Policy
) -> QuerySet[Demonstration]:
    """Current demonstrations that count, of prompts that are not stopped."""
    counted = Demonstration.objects.filter(_counted(campaigns, policy), _not_turned_down())
    counted = counted.exclude(messages=erased_answer())
    if policy.resolved:
        counted = counted.filter(_as_settled())
    return counted.filter(_as_resolved("demonstration", policy.resolved))


def rankings_to_freeze(campaigns: Sequence[Campaign], policy: Policy) -> QuerySet[Ranking]:
    """Current rankings that count, of prompts that are not stopped."""
    counted = Ranking.objects.filter(_counted(campaigns, policy))
    if policy.machines:
        counted = counted.filter(_still_asked_of_machines(policy.resolved))
    return counted.filter(_as_resolved("ranking", policy.resolved))


def prompts_to_freeze(campaigns: Sequence[Campaign], policy: Policy) -> QuerySet[Prompt]:
    """Prompts that stand in these campaigns, came in the days asked for, and are not stopped."""
    entered = CampaignPrompt.objects.filter(prompt=OuterRef("pk"), campaign__in=campaigns)
    entered = entered.exclude(batch__withdrawn_at__isnull=False)
    return Prompt.objects.filter(Exists(entered), _in_days(policy), quarantined=False)


P = TypeVar("P", QuerySet[Demonstration], QuerySet[Ranking], QuerySet[Prompt])


def _of_prompts(found: P, policy: Policy, prompt: str) -> P:
    """Those whose prompt is one that the policy asks for."""
    if policy.skills:
        found = found.filter(**{f"{prompt}skill__in": policy.skills})
    if policy.languages:
        found = found.filter(**{f"{prompt}language__in": policy.languages})
    if set(policy.sides) != set(SIDES):
        found = found.filter(**{f"{prompt}side__in": policy.sides})
    if policy.apart_from:
        first = Coalesce(f"{prompt}cluster_id", "prompt_id" if prompt else "pk")
        found = found.alias(first=first).exclude(first__in=_first_prompts(policy.apart_from))
    return found


def _first_prompts(snapshots: Sequence[str]) -> QuerySet[SnapshotMember, int]:
    """The first prompts of the clusters from which these snapshots have members."""
    return SnapshotMember.objects.filter(snapshot__uuid__in=snapshots).values_list(
        Coalesce(
            *("ranking__prompt__cluster_id", "ranking__prompt_id"),
            *("demonstration__prompt__cluster_id", "demonstration__prompt_id"),
            *("prompt__cluster_id", "prompt_id"),
        ),
        flat=True,
    )


def _counted(campaigns: Sequence[Campaign], policy: Policy) -> Q:
    origins = [Origin.WORK, Origin.RESOLUTION] + ([Origin.IMPORTED] if policy.imported else [])
    counted = Q(
        ~Exists(_withdrawn_batch()),
        ~Exists(_withdrawn_task()),
        ~Exists(Rejection.objects.filter(root=OuterRef("root"))),
        STANDS,
        _in_days(policy),
        campaign__in=campaigns,
        current=True,
        prompt__quarantined=False,
    ) & (Q(counts_as__in=_countings(policy), origin__in=origins) | _of_machines(policy))
    if policy.guideline_from is not None:
        counted &= Q(instructions__version__gte=policy.guideline_from)
    if policy.reviewed:
        decided = Review.objects.filter(state=ReviewState.DECIDED)
        counted &= Q(origin=Origin.RESOLUTION) | Q(
            Exists(decided.filter(task__assignments=OuterRef("assignment")))
        )
    return counted


def _of_machines(policy: Policy) -> Q:
    """What machines said is in a dataset only where each of them is named."""
    if not policy.machines:
        return Q(pk__in=[])
    return Q(origin=Origin.MACHINE, rater__machine__uuid__in=policy.machines)


def _countings(policy: Policy) -> list[CountsAs]:
    """Held-out raters are there to judge what others train: they are asked for by name only."""
    counted = [CountsAs.WORK] if policy.raters in ("work", "all") else []
    if policy.raters in ("held_out", "all"):
        counted.append(CountsAs.HELD_OUT)
    return counted + ([CountsAs.SURPLUS] if policy.surplus else [])


def _in_days(policy: Policy) -> Q:
    """Made on one of the days, in UTC, both ends included."""
    days = Q()
    if policy.since:
        days &= Q(created_at__gte=_midnight(policy.since))
    if policy.until:
        days &= Q(created_at__lt=_midnight(policy.until) + timedelta(days=1))
    return days


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), tzinfo=UTC)


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


def _still_asked_of_machines(resolved: bool) -> Q:
    """What people's judgements are held to by their turns, a machine's is by what it was shown."""
    mine = Task.objects.filter(machine_verdicts__ranking=OuterRef("pk"))
    found = Q(~Exists(mine.filter(held=Hold.WITHDRAWN)))
    if resolved:
        settled = mine.filter(reviews__ranking__counts_as=CountsAs.WORK)
        found &= Q(~Exists(settled))
    return found


def _not_turned_down() -> Q:
    """An ideal answer goes with the ranking that brought it."""
    rejected = Exists(Rejection.objects.filter(root=OuterRef("root")))
    return Q(
        ~Exists(Ranking.objects.filter(rejected | ~STANDS, ideal=OuterRef("pk"), current=True))
    )


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
