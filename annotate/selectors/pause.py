"""Who is paused where, why, and what waits for a lead's answer."""

from collections.abc import Sequence

from django.db.models import F, Q, QuerySet

from annotate.enums import Appeal
from annotate.models import Campaign, Pause
from annotate.selectors.campaign import visible_campaign_filter
from commons.models import User

IS_OVER = Q(decision=Appeal.LIFTED)
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


def appeals_waiting(campaign: Campaign) -> int:
    return Pause.objects.filter(WAITS, membership__campaign=campaign).count()


def own_pauses(user: User) -> QuerySet[Pause]:
    """Everything that a person was ever paused for; they may read it all."""
    mine = Pause.objects.filter(membership__person=user)
    return mine.select_related("membership__campaign").order_by("-pk")


def standing_pauses(user: User) -> QuerySet[Pause]:
    return own_pauses(user).exclude(IS_OVER).filter(membership__active=True)
