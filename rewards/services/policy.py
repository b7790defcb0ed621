"""Which policy is in service, and the record of every decision about it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from commons.audit import record
from commons.models import User
from rewards.enums import Act, PolicyState
from rewards.errors import TrackNotReady
from rewards.models import Decision, Policy, Track
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
        _put_in_service(policy)
    record(actor=by, verb=f"policy.{act}", subject=policy, reasons=list(reasons))
    return Decision.objects.create(
        policy=policy, act=act, by=by, reasons=list(reasons), evidence=dict(evidence or {})
    )


def _put_in_service(policy: Policy) -> None:
    """At most one policy of a track is promoted: the old one leaves before the new one enters."""
    policy.track.policies.filter(state=PolicyState.PROMOTED).exclude(pk=policy.pk).update(
        state=PolicyState.RETIRED
    )
    Policy.objects.filter(pk=policy.pk).update(state=PolicyState.PROMOTED)
