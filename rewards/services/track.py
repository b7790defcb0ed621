"""Tracks begin with the base model as their promoted policy."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from annotate import gateway
from commons.audit import record
from commons.models import User
from commons.translating import translated
from rewards.enums import PolicyMethod, PolicyState, Stage
from rewards.errors import OddSetting, TrackNotReady
from rewards.mix import OddMix, read_mix, voices_in
from rewards.models import Policy, Track
from rewards.services.knobs import prompts_of
from rewards.services.reward_knobs import refuse_misfits
from rewards.services.schedule import keep_schedule
from rewards.services.shares import refuse_overlap


@transaction.atomic
def settle_candidates(
    *,
    track: Track,
    prompts: int,
    answers: int,
    at_random: float,
    mixes: Mapping[str, str],
    by: User,
) -> None:
    """Say how many prompts of a week are answered, and who answers them and whoever talks.

    ``mixes`` by their use, ``answering`` and ``talking``, a voice a line; an empty one is the usual
    one again. ``OddSetting`` names the field.
    """
    kept = Track.objects.select_for_update().get(pk=track.pk)
    knobs = {use: dict(kept.knobs.get(use, {})) for use in mixes}
    knobs["answering"] |= {"prompts": prompts, "answers": answers, "at_random": at_random}
    for use, lines in mixes.items():
        knobs[use].pop("mix", None)
        if lines.strip():
            knobs[use]["mix"] = _mix(use, lines)
    settled = {**kept.knobs, **knobs}
    kept.knobs = {use: own for use, own in settled.items() if own}  # the usual has no entry
    kept.save(update_fields=["knobs"])
    record(actor=by, verb="track.candidates", subject=kept, **knobs)


def _mix(use: str, lines: str) -> list[dict[str, object]]:
    try:
        parts = read_mix(voices_in(lines), servers=sorted(settings.GENERATORS))
    except OddMix as odd:
        raise OddSetting(use, translated(odd)) from odd
    return [part.as_json() for part in parts]


def refuse_odd_settings(track: Track) -> None:
    """Refuse in words what its steps could not do anything with; ``OddSetting`` says where."""
    refuse_misfits(track)
    refuse_overlap(track)
    for stage in (Stage.REINFORCING, Stage.EVALUATING):
        prompts_of(track, stage)


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
    person_promotes: bool = False,
) -> Track:
    """Begin a line of policies that learns from these campaigns."""
    refuse_odd_settings(Track(knobs=dict(knobs or {})))
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
        person_promotes=person_promotes,
        created_by=by,
    )
    keep_schedule(track)
    Policy.objects.create(track=track, number=0, state=PolicyState.PROMOTED, folder="")
    record(actor=by, verb="track.created", subject=track, name=name)
    return track
