"""What people have said, counted."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from annotate.enums import CountsAs
from annotate.models import Demonstration, Ranking
from annotate.selectors.submission import IS_IDEAL


def count_work_since(campaigns: Sequence[UUID], since: datetime | None) -> int:
    """Current judgements of these campaigns that are work, made since a moment if one is named.

    An ideal answer belongs to its ranking and is not counted beside it.
    """
    counted = Q(campaign__uuid__in=campaigns, current=True, counts_as=CountsAs.WORK)
    if since is not None:
        counted &= Q(created_at__gte=since)
    rankings = Ranking.objects.filter(counted)
    return rankings.count() + Demonstration.objects.filter(counted).exclude(IS_IDEAL).count()
