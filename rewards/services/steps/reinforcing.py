"""Improve the policy against the reward model."""

from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from annotate import gateway
from annotate.gateway import Side
from commons.models import RunState
from rewards.enums import PolicyMethod, Stage
from rewards.errors import StepFailed
from rewards.models import Cycle, CycleStep, EngineRun, Policy
from rewards.selectors import campaigns_of
from rewards.services.folders import artifacts, model_folder, samples_of
from rewards.services.knobs import TRAINING_PROMPTS, learns_from_people
from rewards.services.steps.claim import Claim, with_paths, write_prompts
from rewards.services.steps.teaching import promoted


def reinforce(claim: Claim) -> Stage:
    """By the track's method, on prompts of the train side; what it makes is the candidate."""
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
    method = PolicyMethod(claim.cycle.track.method)
    run = claim.request(
        method.module,
        {
            "base": str(claim.result_of(Stage.TEACHING)["folder"]),
            "reward_model": str(model_folder(claim.run_of(Stage.REWARDING))),
            **_stopping_model(claim),
            **_more(claim, method),
        },
    )
    with_paths(run, prompts=str(write_prompts(run, prompts)))
    return run


def _stopping_model(claim: Claim) -> dict[str, object]:
    """What sees the policy turn; nothing where that step was skipped."""
    step = claim.cycle.steps.select_related("run").filter(stage=Stage.STOPPING).first()
    run = step.run if step else None
    if run is None or run.state != RunState.DONE:
        return {}
    return {"stopping_model": str(model_folder(run))}


def _more(claim: Claim, method: PolicyMethod) -> dict[str, object]:
    """What a method is told beside: pairs that people made, or what earlier weeks have drawn."""
    if method == PolicyMethod.BEST_OF_N:
        return {"earlier": [str(file) for file in earlier_samples(claim.cycle)]}
    if not learns_from_people(claim.cycle.track):
        return {}
    frozen = claim.result_of(Stage.FREEZING).get("preference")
    if not frozen:
        raise StepFailed(
            gettext("no pairs were frozen for this cycle; cancel it and open a new one.")
        )
    return {"snapshot": str(frozen)}


def earlier_samples(cycle: Cycle) -> list[Path]:
    """The samples that earlier cycles of the track have kept, the oldest first."""
    before = CycleStep.objects.filter(
        cycle__track=cycle.track_id,
        cycle__number__lt=cycle.number,
        stage=Stage.REINFORCING,
        run__module=PolicyMethod.BEST_OF_N.module,
        run__state=RunState.DONE,
    )
    runs = [step.run for step in before.select_related("run").order_by("cycle__number")]
    files = [samples_of(run) for run in runs if run is not None]
    return [file for file in files if file.exists()]


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
