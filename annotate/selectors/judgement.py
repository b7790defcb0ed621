"""What people have said, counted."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from annotate.enums import CountsAs, Pool
from annotate.models import Demonstration, Membership, Ranking
from annotate.selectors.standing import STANDS
from annotate.selectors.submission import IS_IDEAL


def seems_to_count_as(judgement: Demonstration | Ranking) -> str:
    """What the author of a judgement is told that it counts as: a silent check is like work."""
    if judgement.counts_as != CountsAs.GOLD:
        return judgement.counts_as
    turn = judgement.assignment
    is_held_out = turn is not None and (
        turn.task.lane.pool == Pool.HELD_OUT
        or Membership.objects.filter(
            campaign=judgement.campaign_id, person=turn.person_id, pool=Pool.HELD_OUT
        ).exists()
    )
    return CountsAs.HELD_OUT if is_held_out else CountsAs.WORK


def count_work_since(campaigns: Sequence[UUID], since: datetime | None) -> int:
    """Current judgements of these campaigns that are work, made since a moment if one is named.

    An ideal answer belongs to its ranking and is not counted beside it.
    """
    counted = Q(STANDS, campaign__uuid__in=campaigns, current=True, counts_as=CountsAs.WORK)
    if since is not None:
        counted &= Q(created_at__gte=since)
    rankings = Ranking.objects.filter(counted)
    return rankings.count() + Demonstration.objects.filter(counted).exclude(IS_IDEAL).count()
