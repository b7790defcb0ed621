"""Fine-tune on the demonstrations."""

from uuid import UUID

from django.db import transaction

from annotate import gateway
from commons.sentences import sentence as _
from rewards.enums import Stage
from rewards.errors import TrackNotReady
from rewards.models import EngineRun, Policy
from rewards.selectors.policy import promoted_policy
from rewards.services.folders import base_of, model_folder
from rewards.services.knobs import start_of
from rewards.services.policy import policy_folder
from rewards.services.steps.claim import Claim, with_paths


def teach(claim: Claim) -> Stage:
    """SFT from the promoted policy or the base; without demonstrations the policy goes on as it
    is."""
    parent = promoted(claim)
    frozen = claim.result_of(Stage.FREEZING)["sft"]
    snapshot = gateway.snapshot_status(UUID(str(frozen))) if frozen else None
    if snapshot is None or not snapshot.rows.get("train"):
        claim.keep(folder=str(policy_folder(parent)), says=_("no demonstrations to learn from"))
        return Stage.REWARDING
    run = _run(claim, snapshot.id, parent)
    claim.carry_out(run)
    claim.keep(folder=str(model_folder(run)))
    return Stage.REWARDING


def promoted(claim: Claim) -> Policy:
    """The policy in service, from which the next one starts."""
    policy = promoted_policy(claim.cycle.track)
    if policy is None:
        raise TrackNotReady(_("The track has no promoted policy; promote one on its page."))
    return policy


@transaction.atomic
def _run(claim: Claim, snapshot: UUID, parent: Policy) -> EngineRun:
    from_base = start_of(claim.cycle.track) == "base"
    start = base_of(claim.cycle.track) if from_base else policy_folder(parent)
    run = claim.request("train_sft", {"snapshot": str(snapshot), "base": str(start)})
    with_paths(run)
    return run
