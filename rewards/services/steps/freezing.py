"""Freeze what people have said up to now."""

from uuid import UUID

from django.db import transaction

from annotate import gateway
from commons.models import RunState
from rewards.enums import Stage
from rewards.errors import StepFailed
from rewards.selectors import campaigns_of
from rewards.services.steps.claim import Claim


def freeze(claim: Claim) -> Stage:
    """Freeze the rankings, and the demonstrations where there are any."""
    if "ranked" not in claim.step.result:
        _request(claim)
    for kind in ("sft", "ranked"):
        name = claim.step.result[kind]
        if name:
            _wait_for(claim, UUID(str(name)))
    return Stage.TEACHING


@transaction.atomic
def _request(claim: Claim) -> None:
    """Both requests and the note of them, or neither."""
    campaigns = campaigns_of(claim.cycle.track)
    ranked = gateway.request_freeze(kind=gateway.SnapshotKind.RANKED, campaigns=campaigns)
    try:
        sft = str(gateway.request_freeze(kind=gateway.SnapshotKind.SFT, campaigns=campaigns))
    except gateway.NothingToFreeze:  # a campaign may rank without writing
        sft = ""
    claim.keep(ranked=str(ranked), sft=sft)


def _wait_for(claim: Claim, snapshot: UUID) -> None:
    frozen = gateway.freeze_requested(
        snapshot,
        on_progress=lambda done, total: claim.beat(done, total, "freezing judgements"),
    )
    if frozen.state != RunState.DONE:
        raise StepFailed(
            frozen.error or f"snapshot {snapshot} is {frozen.state} elsewhere; retry in a minute."
        )
