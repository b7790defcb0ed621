"""Who is paused where, why, and what waits for a lead's answer."""

from collections.abc import Collection, Sequence

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from annotate.enums import Appeal, PauseCause
from annotate.models import Campaign, Membership, Pause
from annotate.selectors.campaign import visible_campaign_filter
from commons.models import User

IS_OVER = Q(decision=Appeal.LIFTED)
BY_TEAM = Q(cause=PauseCause.TEAM)
WAITS = Q(appealed_at__isnull=False, decision="")


def pauses_led_by(user: User) -> QuerySet[Pause]:
    mine = Pause.objects.filter(visible_campaign_filter(user, "membership__campaign"))
    return mine.select_related("membership__person", "membership__campaign", "by", "decided_by")


def pauses_of(campaign: Campaign) -> QuerySet[Pause]:
    """Appeals that wait come first, then what stands, then what is over; the newest first."""
    found = Pause.objects.filter(membership__campaign=campaign)
    found = found.annotate(waits=WAITS, is_over=IS_OVER)
    return found.select_related("membership__person", "by", "decided_by").order_by(
        F("waits").desc(), "is_over", "-pk"
    )


def paused_in(campaigns: Sequence[Campaign]) -> QuerySet[Pause]:
    """Of those who are in these campaigns still, what stands; appeals that wait come first."""
    standing = Pause.objects.filter(
        membership__campaign__in=campaigns, membership__active=True, membership__paused=True
    ).exclude(IS_OVER)
    found = standing.annotate(waits=WAITS)
    return found.select_related("membership__person", "membership__campaign").order_by(
        F("waits").desc(), "-pk"
    )


def standing_of(memberships: Collection[Membership]) -> QuerySet[Pause]:
    """What these people are paused for now, the newest first: by the campaign, by their team, or
    by both."""
    found = Pause.objects.filter(membership__in=memberships).exclude(IS_OVER)
    return found.select_related("membership__campaign", "by").order_by("-pk")


def not_paused_by_campaign(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Those of them whom its leads may pause, and its checks: what a team has paused is its own."""
    theirs = Pause.objects.filter(membership=OuterRef("pk")).exclude(IS_OVER | BY_TEAM)
    return memberships.filter(~Exists(theirs))


def appeals_waiting(campaign: Campaign) -> int:
    return Pause.objects.filter(WAITS, membership__campaign=campaign).count()


def own_pauses(user: User) -> QuerySet[Pause]:
    """Everything that a person was ever paused for; they may read it all."""
    mine = Pause.objects.filter(membership__person=user)
    return mine.select_related("membership__campaign").order_by("-pk")


def standing_pauses(user: User) -> QuerySet[Pause]:
    return own_pauses(user).exclude(IS_OVER).filter(membership__active=True)
