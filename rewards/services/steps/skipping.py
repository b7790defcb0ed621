"""What a cycle goes on with where a step was skipped."""

from rewards.enums import Stage
from rewards.services.policy import policy_folder
from rewards.services.steps.claim import Claim
from rewards.services.steps.teaching import promoted


def go_without(claim: Claim, stage: Stage) -> Stage:
    """Leave what the later steps ask this one for, and say where the cycle goes.

    Without teaching, the policy in service goes on as it is; without a stopping model, nothing
    stops the improving of the policy before its last step.
    """
    if stage == Stage.TEACHING:
        claim.keep(folder=str(policy_folder(promoted(claim))))
        return Stage.REWARDING
    if stage == Stage.STOPPING:
        return Stage.REPORTING
    return Stage.DONE
