"""What was decided in reviews, the newest first, a page at a time.

One campaign at a time, and in it one walk of the index ``decided_reviews`` per decision: a page
costs the same whatever was decided before.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, prefetch_related_objects

from annotate.enums import Decision, ReviewState
from annotate.models import Campaign, Review
from annotate.selectors.review import reviews_of
from commons.models import User

PAGE = 50


@dataclass(frozen=True)
class DecidedPage:
    """``after`` goes on behind it; None where nothing is left."""

    reviews: list[Review]
    after: UUID | None = None


def decided_reviews(
    user: User,
    campaign: Campaign,
    *,
    decision: Decision | None = None,
    week: tuple[datetime, datetime] | None = None,
    after: UUID | None = None,
) -> DecidedPage:
    """Of items that are not the person's own work."""
    base = reviews_of(user).filter(campaign=campaign, state=ReviewState.DECIDED)
    if week:
        base = base.filter(decided_at__gte=week[0], decided_at__lt=week[1])
    base = _behind(base, after) if after else base
    rows = base.select_related("reviewer").order_by("-decided_at", "-pk")
    found = [
        review
        for one in ([decision] if decision else Decision)
        for review in rows.filter(decision=one)[: PAGE + 1]
    ]
    newest = sorted(found, key=lambda each: (each.decided_at, each.pk), reverse=True)[: PAGE + 1]
    page = newest[:PAGE]
    prefetch_related_objects(page, "rejections")
    return DecidedPage(page, after=page[-1].uuid if len(newest) > PAGE else None)


def _behind(base: QuerySet[Review], after: UUID) -> QuerySet[Review]:
    place = base.filter(uuid=after).values_list("decided_at", "pk").first()
    if place is None:
        return base
    at, pk = place
    return base.filter(Q(decided_at__lte=at) & ~Q(decided_at=at, pk__gte=pk))
