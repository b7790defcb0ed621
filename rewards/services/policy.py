"""Which policy is in service, and the record of every decision about it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from commons.audit import record
from commons.models import User
from rewards.enums import Act, PolicyState
from rewards.errors import FilesGone, TrackNotReady
from rewards.models import Decision, Policy, Track
from rewards.selectors import files_gone_at
from rewards.services.cycle_notice import tell_of_decision
from rewards.services.folders import artifacts, base_of


def policy_folder(policy: Policy) -> Path:
    """Where a policy's model lies; the first one of a track is its base model."""
    return artifacts() / policy.folder if policy.folder else base_of(policy.track)


@transaction.atomic
def decide(
    *,
    policy: Policy,
    act: Act,
    by: User | None,
    reasons: Sequence[str] = (),
    evidence: Mapping[str, object] | None = None,
) -> Decision:
    """Promote, hold or go back to a policy, and write down why. Deciding twice is one decision."""
    Track.objects.select_for_update().get(pk=policy.track_id)
    policy.refresh_from_db()
    last = policy.decisions.order_by("-pk").first()
    if last and last.act == act and by is None:
        return last
    if act == Act.HOLD:
        if policy.state == PolicyState.PROMOTED:
            raise TrackNotReady(
                gettext("It is in service; promote or roll back to another one instead.")
            )
        Policy.objects.filter(pk=policy.pk).update(state=PolicyState.HELD)
    else:
        refuse_gone(policy)
        _put_in_service(policy)
    record(actor=by, verb=f"policy.{act}", subject=policy, reasons=list(reasons))
    decision = Decision.objects.create(
        policy=policy, act=act, by=by, reasons=list(reasons), evidence=dict(evidence or {})
    )
    if by is not None and act != Act.HOLD:  # a cycle tells of its own
        tell_of_decision(decision)
    return decision


def refuse_gone(policy: Policy) -> None:
    """A policy whose files were let go cannot go into service."""
    since = files_gone_at(policy)
    if since is not None:
        raise FilesGone(str(policy), since)


def _put_in_service(policy: Policy) -> None:
    """At most one policy of a track is promoted: the old one leaves before the new one enters."""
    policy.track.policies.filter(state=PolicyState.PROMOTED).exclude(pk=policy.pk).update(
        state=PolicyState.RETIRED
    )
    Policy.objects.filter(pk=policy.pk).update(state=PolicyState.PROMOTED)
