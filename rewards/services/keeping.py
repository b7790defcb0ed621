"""Which runs' files somebody may still need. What it does not name may go once it is old.

A policy that was ever in service can be rolled back to, so its files stay for ever. What writes,
scores, judges or learns now, or will be asked to by the open cycle, stays as long as it does.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

import orjson
from django.db.models import QuerySet

from commons.models import RunState
from rewards.enums import Act, PolicyState, Purpose
from rewards.models import CycleStep, Decision, EngineRun, Policy, RewardModel, Track
from rewards.selectors import RUN_FOLDER, newest_good_reward_model, newest_reward_model

UNFINISHED = (RunState.REQUESTED, RunState.RUNNING)


def needed_runs() -> set[UUID]:
    """The public ids of all runs whose files must stay."""
    needed = {*runs_of_policies(kept_policies()), *_of_models(), *_of_open_cycles()}
    waiting = EngineRun.objects.filter(state__in=UNFINISHED)
    needed.update(waiting.values_list("uuid", flat=True))
    for config in waiting.values_list("config", flat=True):
        needed.update(named_in(config))
    return needed


def kept_policies() -> list[Policy]:
    """Those ever in service, and the newest of each track; ``_of_open_cycles`` has the rest."""
    served = Decision.objects.filter(act__in=[Act.PROMOTE, Act.ROLL_BACK]).values("policy")
    kept = list(Policy.objects.filter(pk__in=served))
    kept += Policy.objects.filter(state=PolicyState.PROMOTED)
    for track in Track.objects.all():
        newest = track.policies.order_by("-number").first()
        kept += [newest] if newest else []
    return kept


def runs_of_policies(policies: Iterable[Policy]) -> Iterator[UUID]:
    """The runs that made them; the base model of a track was made by none."""
    for policy in policies:
        yield from named_in(policy.folder)


def named_in(said: object) -> Iterator[UUID]:
    """The runs in whose folders the paths of a config, or of a policy, lie."""
    text = said if isinstance(said, str) else orjson.dumps(said).decode()
    yield from map(UUID, RUN_FOLDER.findall(text))


def _of_models() -> Iterator[UUID]:
    """What scores and judges now: the newest of each track, what taught the policies in service,
    and what is asked for scores."""
    good = newest_good_reward_model()
    found = [good] if good else []
    for track in Track.objects.all():
        for purpose in Purpose:
            newest = newest_reward_model(track, purpose)
            found += [newest] if newest else []
    found += RewardModel.objects.filter(
        run__cycle_steps__cycle__policy__state=PolicyState.PROMOTED
    ).select_related("run")
    asked = RewardModel.objects.filter(score_requests__state__in=UNFINISHED)
    found += asked.select_related("run")
    yield from (model.run.uuid for model in found)


def _of_open_cycles() -> Iterator[UUID]:
    steps: QuerySet[CycleStep] = CycleStep.objects.filter(
        cycle__closed_at__isnull=True, run__isnull=False
    )
    for step in steps.select_related("run"):
        if step.run is not None:
            yield step.run.uuid
            yield from named_in(step.run.config)
