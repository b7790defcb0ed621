"""Train reward model, judge and stopping model, and measure the first two on prompts that they
never saw."""

from uuid import UUID

from django.db import transaction

from commons.sentences import Sentence
from commons.sentences import sentence as _
from rewards.enums import Purpose, Stage
from rewards.errors import StepFailed
from rewards.models import EngineRun, Evaluation, RewardModel
from rewards.selectors.reward_model import judge_of
from rewards.services.knobs import knobs_for, settings_of
from rewards.services.reward_knobs import refuse_misfits
from rewards.services.reward_model import (
    conclude_report_card,
    request_report_card,
    request_reward_model,
)
from rewards.services.shares import learned_by_another, refuse_overlap
from rewards.services.steps.claim import Claim


def train_reward(claim: Claim) -> Stage:
    """The model whose rewards the policy will follow."""
    refuse_misfits(claim.cycle.track)
    refuse_overlap(claim.cycle.track)
    claim.carry_out(_request(claim, Purpose.REWARD))
    return Stage.APPOINTING


def appoint_judge(claim: Claim) -> Stage:
    """The model that compares policies at the gate, taught by prompts the other never saw."""
    if shared := learned_by_another(claim.cycle, Stage.APPOINTING):
        todo = _("Cancel this cycle and open a new one.")
        raise StepFailed(Sentence("%(shared)s %(todo)s", shared=shared, todo=todo))
    claim.carry_out(_request(claim, Purpose.JUDGE))
    return Stage.STOPPING


def train_stopping(claim: Claim) -> Stage:
    """The model that sees where a policy gets worse while its reward still rises.

    A cycle can do without it: where the others have left it no prompts of its own, it does.
    """
    if shared := learned_by_another(claim.cycle, Stage.STOPPING):
        claim.keep(skipped=shared)
        return Stage.REPORTING
    claim.carry_out(_request(claim, Purpose.STOPPING))
    return Stage.REPORTING


def report(claim: Claim) -> Stage:
    """The report cards of the judge and of the reward model, each a run of its own.

    The step's run is the one that is at work, and in the end that of the reward model, which the
    gate reads. The other has ended by then, so nobody takes it for one that stands by itself.
    """
    judge = judge_of(claim.cycle)
    if judge is not None:
        _measure(claim, judge)
    card = _measure(claim, claim.run_of(Stage.REWARDING).reward_model)
    claim.keep(refusals=card.refusals)
    return Stage.REINFORCING


def _measure(claim: Claim, model: RewardModel) -> Evaluation:
    """A model's report card; the one that was written before where there is one."""
    run = _request_card(claim, model)
    claim.carry_out(run)
    run.refresh_from_db()
    return conclude_report_card(evaluation=run.evaluation)


@transaction.atomic
def _request(claim: Claim, purpose: Purpose) -> EngineRun:
    if claim.step.run is not None:
        return claim.step.run
    track, stage = claim.cycle.track, Stage(claim.step.stage)
    model = request_reward_model(
        snapshot=UUID(str(claim.result_of(Stage.FREEZING)["ranked"])),
        track=track,
        purpose=purpose,
        knobs=knobs_for(track, stage),
        by=None,
    )
    claim.own(model.run, settings_of(track, stage))
    return model.run


@transaction.atomic
def _request_card(claim: Claim, model: RewardModel) -> EngineRun:
    evaluation = request_report_card(reward_model=model, by=None)  # once per model
    if claim.step.run != evaluation.run:
        claim.own(evaluation.run)
    return evaluation.run
