"""Compare the candidate policy with the promoted one on held-out prompts."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from annotate import gateway
from commons.sentences import Sentence
from commons.sentences import sentence as _
from rewards.enums import Stage
from rewards.errors import StepFailed
from rewards.models import CycleStep, EngineRun, Evaluation, Policy
from rewards.selectors.track import campaigns_of
from rewards.services.folders import base_of, model_folder
from rewards.services.knobs import prompts_of
from rewards.services.policy import policy_folder
from rewards.services.steps.claim import Claim, write_prompts
from rewards.services.steps.teaching import promoted


def evaluate(claim: Claim) -> Stage:
    """Both policies answer, the judge prefers; it taught neither and stopped neither."""
    policy = candidate(claim)
    track = claim.cycle.track
    held_out = gateway.held_out_prompts(
        campaigns_of(track),
        most=prompts_of(track, Stage.EVALUATING),
        since=last_look(claim),
        seed=str(claim.cycle.uuid),
    )
    if not held_out.prompts:
        claim.keep(says=_("no held-out prompt yet"))
        return Stage.DECIDING
    if len(held_out.prompts) < held_out.of:
        claim.keep(says=_drawn(len(held_out.prompts), held_out.of))
    run = _run(claim, policy, held_out.prompts)
    claim.carry_out(run)
    return Stage.DECIDING


def _drawn(prompts: int, of: int) -> Sentence:
    return _(
        "%(prompts)s of %(all)s held-out prompts, drawn by chance among new and old",
        prompts=prompts,
        all=of,
    )


def candidate(claim: Claim) -> Policy:
    """The policy that this cycle made."""
    claim.cycle.refresh_from_db()
    if claim.cycle.policy is None:
        raise StepFailed(_("this cycle made no policy; cancel it and open a new one."))
    return claim.cycle.policy


def _opponent(claim: Claim, policy: Policy) -> Policy:
    """The policy in service; where somebody has put the candidate there already, the one that was
    there when it was made."""
    in_service = promoted(claim)
    return policy.parent if in_service == policy and policy.parent else in_service


def last_look(claim: Claim) -> datetime | None:
    """When the cycle before this one took its prompts; what came since has decided nothing yet."""
    earlier = CycleStep.objects.filter(
        cycle__track=claim.cycle.track_id,
        cycle__number__lt=claim.cycle.number,
        stage=Stage.EVALUATING,
        run__isnull=False,
    )
    return cast(datetime | None, earlier.aggregate(last=Max("run__requested_at"))["last"])


def _demonstrations(claim: Claim) -> dict[str, object]:
    """Held-out demonstrations that both policies are to read; nothing where there are none."""
    frozen = claim.result_of(Stage.FREEZING).get("sft")
    snapshot = gateway.snapshot_status(UUID(str(frozen))) if frozen else None
    return {"snapshot": str(snapshot.id)} if snapshot and snapshot.rows.get("test") else {}


@transaction.atomic
def _run(claim: Claim, policy: Policy, prompts: list[gateway.PromptText]) -> EngineRun:
    run = claim.request(
        "evaluate_policy",
        {
            "policy": str(policy_folder(policy)),
            "against": str(policy_folder(_opponent(claim, policy))),
            "judge": str(model_folder(claim.run_of(Stage.APPOINTING))),
            "base": str(base_of(claim.cycle.track)),
            **_demonstrations(claim),
        },
    )
    file = write_prompts(run, prompts, since=last_look(claim))  # again, where it is gone
    if "prompts" not in run.config:
        run.config["prompts"] = str(file)
        run.save(update_fields=["config"])
        Evaluation.objects.create(policy=policy, run=run)
    return run
