"""Compare the candidate policy with the promoted one on held-out prompts."""

from django.db import transaction

from annotate import gateway
from annotate.gateway import Side
from rewards.enums import Stage
from rewards.errors import StepFailed
from rewards.models import EngineRun, Evaluation, Policy
from rewards.selectors import campaigns_of
from rewards.services.folders import model_folder
from rewards.services.knobs import HELD_OUT_PROMPTS
from rewards.services.policy import policy_folder
from rewards.services.steps.claim import Claim, write_prompts
from rewards.services.steps.teaching import promoted


def evaluate(claim: Claim) -> Stage:
    """Both policies answer, the judge prefers; it taught neither and stopped neither."""
    policy = candidate(claim)
    prompts = gateway.prompts_of_side(
        campaigns_of(claim.cycle.track), Side.TEST, limit=HELD_OUT_PROMPTS
    )
    if not prompts:
        claim.keep(says="no held-out prompt yet")
        return Stage.DECIDING
    run = _run(claim, policy, prompts)
    claim.carry_out(run)
    return Stage.DECIDING


def candidate(claim: Claim) -> Policy:
    """The policy that this cycle made."""
    claim.cycle.refresh_from_db()
    if claim.cycle.policy is None:
        raise StepFailed("this cycle made no policy; cancel it and open a new one.")
    return claim.cycle.policy


@transaction.atomic
def _run(claim: Claim, policy: Policy, prompts: list[gateway.PromptText]) -> EngineRun:
    run = claim.request(
        "evaluate_policy",
        {
            "policy": str(policy_folder(policy)),
            "against": str(policy_folder(promoted(claim))),
            "judge": str(model_folder(claim.run_of(Stage.APPOINTING))),
        },
    )
    if "prompts" not in run.config:
        run.config["prompts"] = str(write_prompts(run, prompts))
        run.save(update_fields=["config"])
        Evaluation.objects.create(policy=policy, run=run)
    return run
