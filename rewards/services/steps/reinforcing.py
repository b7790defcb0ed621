"""Improve the policy against the reward model."""

from collections.abc import Iterable
from pathlib import Path
from typing import cast
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import Max

from annotate import gateway
from annotate.gateway import Side
from commons.artifacts import atomic_file
from commons.models import RunState
from commons.sentences import sentence as _
from rewards.enums import PolicyMethod, Stage
from rewards.errors import StepFailed
from rewards.models import Cycle, CycleStep, EngineRun, Policy
from rewards.selectors.track import campaigns_of
from rewards.services.folders import artifacts, model_folder, run_folder, samples_of
from rewards.services.knobs import learns_from_people, prompts_of
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
    track = claim.cycle.track
    prompts = gateway.prompts_of_side(
        campaigns_of(track), Side.TRAIN, limit=prompts_of(track, Stage.REINFORCING)
    )
    if not prompts:
        raise StepFailed(_("no prompt of the train side; import prompts, then retry this step."))
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
    with_paths(run, prompts=str(write_prompts(run, prompts)), **_usable(claim, run))
    return run


def _stopping_model(claim: Claim) -> dict[str, object]:
    """What sees the policy turn; nothing where that step was skipped."""
    step = claim.cycle.steps.select_related("run").filter(stage=Stage.STOPPING).first()
    run = step.run if step else None
    if step is None or run is None or run.state != RunState.DONE or "skipped" in step.result:
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
        raise StepFailed(_("no pairs were frozen for this cycle; cancel it and open a new one."))
    return {"snapshot": str(frozen)}


def _usable(claim: Claim, run: EngineRun) -> dict[str, object]:
    """Which prompts of earlier samples may still be learned from: written down once for the run.

    Since they were asked some were erased, withdrawn or found to lie between two sides.
    """
    files = run.config.get("earlier")
    if not files:
        return {}
    target = run_folder(run) / "usable.txt"
    if not target.exists():
        found = gateway.still_of_side(
            campaigns_of(claim.cycle.track), Side.TRAIN, _sampled(map(Path, cast(list[str], files)))
        )
        with atomic_file(target) as out:
            out.writelines(f"{prompt}\n".encode() for prompt in found)
    return {"usable": str(target)}


def _sampled(files: Iterable[Path]) -> set[UUID]:
    """The prompts that these samples answer; what a kill tore answers none."""
    found: set[UUID] = set()
    for file in files:
        with file.open("rb") as lines:
            found.update(UUID(orjson.loads(line)["prompt"]) for line in lines if line[-1:] == b"\n")
    return found


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
