"""Which policy is in service, and the record of every decision about it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import transaction

from commons.audit import record
from commons.models import User
from commons.sentences import sentence as _
from rewards.enums import Act, Outcome, PolicyState
from rewards.errors import FilesGone, TrackNotReady
from rewards.models import Cycle, Decision, Policy, Track
from rewards.selectors.policy import files_gone_at
from rewards.services.cycle_notice import tell_of_decision, tell_of_waiting
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
            raise TrackNotReady(_("It is in service; promote or roll back to another one instead."))
        Policy.objects.filter(pk=policy.pk).update(state=PolicyState.HELD)
    else:
        refuse_gone(policy)
        _put_in_service(policy)
    record(actor=by, verb=f"policy.{act}", subject=policy, reasons=list(reasons))
    decision = Decision.objects.create(
        policy=policy, act=act, by=by, reasons=list(reasons), evidence=dict(evidence or {})
    )
    if by is not None:
        _end_waiting(policy, act)
    if by is not None and act != Act.HOLD:  # a cycle tells of its own
        tell_of_decision(decision)
    return decision


@transaction.atomic
def decided_before_the_gate(
    *, policy: Policy, cycle: Cycle, evidence: Mapping[str, object]
) -> bool:
    """Whether somebody has decided while the policy was still compared: that is the outcome then,
    whatever the gate thinks. What it saw is kept with the policy for who decides after it."""
    Track.objects.select_for_update().get(pk=policy.track_id)
    Policy.objects.filter(pk=policy.pk).update(evidence=dict(evidence))
    last = policy.decisions.filter(by__isnull=False).order_by("-pk").first()
    if last is None:
        return False
    Cycle.objects.filter(pk=cycle.pk).update(outcome=_outcome_of(last.act), reasons=[])
    return True


@transaction.atomic
def leave_to_a_person(*, policy: Policy, cycle: Cycle) -> None:
    """The gate asks nothing more of a policy: it stays a candidate until somebody promotes it, and
    whoever listens is told."""
    Cycle.objects.filter(pk=cycle.pk).update(outcome=Outcome.WAITING, reasons=[])
    tell_of_waiting(cycle, policy)


def _end_waiting(policy: Policy, act: Act) -> None:
    """The cycle whose policy waited for a person has its outcome once one has decided."""
    waiting = Cycle.objects.filter(policy=policy, outcome=Outcome.WAITING)
    waiting.update(outcome=_outcome_of(act))


def _outcome_of(act: str) -> Outcome:
    return Outcome.HELD if act == Act.HOLD else Outcome.PROMOTED


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
