"""The tracks a person may see, and what each learns from."""

from uuid import UUID

from django.db.models import QuerySet

from annotate import gateway
from commons.models import User
from rewards.models import Arena, Track


def tracks_of(user: User) -> QuerySet[Track]:
    """The tracks all of whose campaigns a person leads."""
    tracks = Track.objects.order_by("name")
    if user.is_superuser:
        return tracks
    led = {str(campaign.id) for campaign in gateway.campaigns_led_by(user)}
    mine = [track.pk for track in tracks if track.campaigns and led.issuperset(track.campaigns)]
    return tracks.filter(pk__in=mine)


def campaigns_of(track: Track) -> list[UUID]:
    """The ids of the campaigns that a track learns from."""
    return [UUID(each) for each in track.campaigns]


def tracks_beside(track: Track) -> list[Track]:
    """The other tracks that learn from a campaign of this one."""
    ours = set(track.campaigns)
    return [each for each in Track.objects.exclude(pk=track.pk) if ours & set(each.campaigns)]


def campaigns_answered(track: Track) -> list[UUID]:
    """Those of them whose prompts a cycle has answered: not the one of an open arena, be it of
    another track, whose prompts are answered by the two that meet there."""
    met = set(Arena.objects.filter(stopped_at=None).values_list("campaign", flat=True))
    return [each for each in campaigns_of(track) if each not in met]
