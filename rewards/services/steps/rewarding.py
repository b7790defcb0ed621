"""Train reward model, judge and stopping model, and measure the first on prompts it never saw."""

from uuid import UUID

from django.db import transaction

from rewards.enums import Purpose, Stage
from rewards.models import EngineRun, RewardModel
from rewards.services.knobs import knobs_for
from rewards.services.reward_model import (
    conclude_report_card,
    request_report_card,
    request_reward_model,
)
from rewards.services.shares import refuse_overlap
from rewards.services.steps.claim import Claim


def train_reward(claim: Claim) -> Stage:
    """The model whose rewards the policy will follow."""
    refuse_overlap(claim.cycle.track)
    claim.carry_out(_request(claim, Purpose.REWARD))
    return Stage.APPOINTING


def appoint_judge(claim: Claim) -> Stage:
    """The model that compares policies at the gate, taught by prompts the other never saw."""
    claim.carry_out(_request(claim, Purpose.JUDGE))
    return Stage.STOPPING


def train_stopping(claim: Claim) -> Stage:
    """The model that sees where a policy gets worse while its reward still rises."""
    claim.carry_out(_request(claim, Purpose.STOPPING))
    return Stage.REPORTING


def report(claim: Claim) -> Stage:
    """The reward model's report card on held-out prompts."""
    run = _request_card(claim, claim.run_of(Stage.REWARDING).reward_model)
    claim.carry_out(run)
    run.refresh_from_db()
    card = conclude_report_card(evaluation=run.evaluation)
    claim.keep(refusals=card.refusals)
    return Stage.REINFORCING


@transaction.atomic
def _request(claim: Claim, purpose: Purpose) -> EngineRun:
    if claim.step.run is not None:
        return claim.step.run
    model = request_reward_model(
        snapshot=UUID(str(claim.result_of(Stage.FREEZING)["ranked"])),
        track=claim.cycle.track,
        purpose=purpose,
        knobs=knobs_for(claim.cycle.track, Stage(claim.step.stage)),
        by=None,
    )
    claim.own(model.run)
    return model.run


@transaction.atomic
def _request_card(claim: Claim, model: RewardModel) -> EngineRun:
    if claim.step.run is not None:
        return claim.step.run
    evaluation = request_report_card(reward_model=model, by=None)
    claim.own(evaluation.run)
    return evaluation.run
