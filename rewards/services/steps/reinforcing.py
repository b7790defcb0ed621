"""Improve the policy against the reward model."""

from django.db import transaction
from django.db.models import Max

from annotate import gateway
from annotate.gateway import Side
from rewards.enums import Stage
from rewards.errors import StepFailed
from rewards.models import Cycle, EngineRun, Policy
from rewards.selectors import campaigns_of
from rewards.services.folders import artifacts, model_folder
from rewards.services.knobs import TRAINING_PROMPTS
from rewards.services.steps.claim import Claim, with_paths, write_prompts
from rewards.services.steps.teaching import promoted


def reinforce(claim: Claim) -> Stage:
    """GRPO on prompts of the train side; its model is the cycle's candidate policy."""
    run = _run(claim)
    claim.carry_out(run)
    _keep_policy(claim, run)
    return Stage.EVALUATING


@transaction.atomic
def _run(claim: Claim) -> EngineRun:
    prompts = gateway.prompts_of_side(
        campaigns_of(claim.cycle.track), Side.TRAIN, limit=TRAINING_PROMPTS
    )
    if not prompts:
        raise StepFailed("no prompt of the train side; import prompts, then retry this step.")
    run = claim.request(
        "train_policy",
        {
            "base": str(claim.result_of(Stage.TEACHING)["folder"]),
            "reward_model": str(model_folder(claim.run_of(Stage.REWARDING))),
        },
    )
    with_paths(run, prompts=str(write_prompts(run, prompts)))
    return run


@transaction.atomic
def _keep_policy(claim: Claim, run: EngineRun) -> None:
    """One policy per cycle, whatever is killed between the model and its row."""
    cycle = Cycle.objects.select_for_update().get(pk=claim.cycle.pk)
    if cycle.policy is not None:
        return
    track = cycle.track
    last = track.policies.aggregate(last=Max("number"))["last"] or 0
    cycle.policy = Policy.objects.create(
        track=track,
        number=last + 1,
        parent=promoted(claim),
        folder=str(model_folder(run).relative_to(artifacts())),
    )
    cycle.save(update_fields=["policy"])
    claim.cycle.policy = cycle.policy
