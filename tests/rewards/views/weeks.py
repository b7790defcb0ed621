"""A track some weeks on: what its pages show once the loop has turned."""

from datetime import timedelta

from django.utils import timezone

from annotate.models import Campaign
from commons.models import RunState, User
from rewards.enums import Act, Outcome, PolicyState, Stage
from rewards.models import Cycle, CycleStep, Decision, Policy, Track
from rewards.services.track import create_track
from tests.rewards.views.full_card import full_card
from tests.rewards.views.making import COMPARISON, make_cycle, make_policy, make_reward_model

HELD = [
    "at “code” it wins 0.41 of 60 prompts: not shown to lose less than 10%",
    "answers are 1.31 times as long as before; at most 1.25 is allowed",
]
WEEKS = [Outcome.PROMOTED, Outcome.HELD, Outcome.PROMOTED]
BECAME = {Outcome.PROMOTED: PolicyState.PROMOTED, Outcome.HELD: PolicyState.HELD}
SAID = {Outcome.PROMOTED: Act.PROMOTE, Outcome.HELD: Act.HOLD}


def make_weeks(campaign: Campaign, *, by: User) -> Track:
    """Two promotions with a hold between them, and a fourth cycle that improves the policy."""
    track = create_track(name="Everyday", campaigns=[campaign.uuid], by=by)
    for week, outcome in enumerate(WEEKS):
        cycle = make_cycle(track, stage=Stage.ANSWERING, step=RunState.DONE)
        policy = make_policy(track, cycle=cycle, comparison=COMPARISON)
        make_reward_model(campaign, track=track, card=full_card())
        decide(policy, outcome)
        close(cycle, outcome, ago=timedelta(weeks=len(WEEKS) - week))
    make_cycle(track, stage=Stage.REINFORCING, step=RunState.RUNNING)
    return track


def decide(policy: Policy, outcome: Outcome) -> None:
    if outcome == Outcome.PROMOTED:
        in_service = policy.track.policies.filter(state=PolicyState.PROMOTED)
        in_service.update(state=PolicyState.RETIRED)
    Policy.objects.filter(pk=policy.pk).update(state=BECAME[outcome])
    reasons = HELD if outcome == Outcome.HELD else []
    Decision.objects.create(policy=policy, act=SAID[outcome], reasons=reasons)


def close(cycle: Cycle, outcome: Outcome, *, ago: timedelta) -> None:
    """End it two hours after it was begun, each of its stations a while after the one before."""
    began = timezone.now() - ago
    Cycle.objects.filter(pk=cycle.pk).update(
        stage=Stage.DONE,
        outcome=outcome,
        reasons=HELD if outcome == Outcome.HELD else [],
        opened_at=began,
        closed_at=began + timedelta(hours=2),
    )
    for place, step in enumerate(cycle.steps.order_by("pk")):
        start = began + timedelta(minutes=11 * place)
        CycleStep.objects.filter(pk=step.pk).update(
            requested_at=start, started_at=start, finished_at=start + timedelta(minutes=10)
        )
