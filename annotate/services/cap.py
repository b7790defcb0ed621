"""Limits on what one person does: set by a lead, kept where work is handed out."""

from collections.abc import Collection

from django.db import transaction

from annotate.models import Campaign, CapRules, Membership
from annotate.people_errors import LimitReached, QuotaReached
from annotate.selectors.cap import Limit
from annotate.selectors.limit import what_holds_back
from annotate.selectors.quota import stopping_parts_of
from commons.audit import record
from commons.models import User


@transaction.atomic
def set_caps(*, campaign: Campaign, per_day: int | None, percent: int | None, by: User) -> None:
    """Let these limits hold from now on; without any, nothing is limited. What is in somebody's
    hands may be handed in."""
    if per_day is None and percent is None:
        CapRules.objects.filter(campaign=campaign).delete()
    else:
        limits = {"per_day": per_day, "percent": percent}
        CapRules.objects.update_or_create(campaign=campaign, defaults=limits)
    record(actor=by, verb="campaign.limits-set", subject=campaign, per_day=per_day, percent=percent)


def lock_hands(by: User, campaigns: Collection[int]) -> None:
    """One request of a person after the other, where something is limited, and one of their team
    where its quota stops it. Call it inside the transaction that gives out work, before any task
    is locked."""
    mine = Membership.objects.filter(person=by, campaign__in=campaigns).order_by("pk")
    list(mine.select_for_update(no_key=True).values_list("pk"))
    parts = stopping_parts_of(by, campaigns).order_by("pk")
    list(parts.select_for_update(of=("self",), no_key=True).values_list("pk"))


def refuse_at_limit(*, campaign: Campaign, by: User) -> None:
    """For work that no queue gives out. Call it inside the transaction that begins it."""
    is_capped = CapRules.objects.filter(campaign=campaign).exists()
    if not is_capped and not stopping_parts_of(by, [campaign.pk]).exists():
        return
    lock_hands(by, [campaign.pk])
    if reached := what_holds_back(by, [campaign.pk]):
        raise limit_error(reached[campaign.pk])


def limit_error(limit: Limit) -> LimitReached | QuotaReached:
    if limit.team:
        return QuotaReached(
            limit.campaign.name, limit.team, per_week=limit.per_week, in_all=limit.in_all
        )
    return LimitReached(limit.campaign.name, per_day=limit.per_day, percent=limit.percent)
