"""Tracks begin with the base model as their promoted policy."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from annotate import gateway
from commons.audit import record
from commons.models import User
from rewards.enums import PolicyMethod, PolicyState
from rewards.errors import TrackNotReady
from rewards.models import Policy, Track
from rewards.services.schedule import keep_schedule


@transaction.atomic
def create_track(
    *,
    name: str,
    campaigns: Sequence[UUID],
    by: User | None,
    base_model: str = "",
    method: PolicyMethod = PolicyMethod.GRPO,
    knobs: Mapping[str, object] | None = None,
    thresholds: Mapping[str, object] | None = None,
) -> Track:
    """Begin a line of policies that learns from these campaigns."""
    known = gateway.campaign_names(campaigns)
    if not known or len(known) != len(set(campaigns)):
        raise TrackNotReady(
            gettext("A track learns from campaigns; name at least one that exists.")
        )
    track = Track.objects.create(
        name=name,
        campaigns=[str(campaign.id) for campaign in known],
        base_model=base_model,
        method=method,
        knobs=dict(knobs or {}),
        thresholds=dict(thresholds or {}),
        created_by=by,
    )
    keep_schedule(track)
    Policy.objects.create(track=track, number=0, state=PolicyState.PROMOTED, folder="")
    record(actor=by, verb="track.created", subject=track, name=name)
    return track
