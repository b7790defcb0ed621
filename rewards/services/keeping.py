"""Which files of runs and of datasets somebody may still need. What it does not name may go once
it is old.

A policy that was ever in service can be rolled back to, so its files stay for ever. What writes,
scores, judges or learns now, or will be asked to by the open cycle, stays as long as it does.

A dataset stays as long as something reads it, or is about to. What a model has learned is told by
the dataset's members and manifest, which stay for ever and of which its files can be made again.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

import orjson
from django.db.models import Q, QuerySet

from commons.models import RunState
from rewards.enums import Act, ContestState, Outcome, PolicyState, Purpose, Stage
from rewards.models import Contest, CycleStep, Decision, EngineRun, Policy, RewardModel, Track
from rewards.selectors.policy import RUN_FOLDER
from rewards.selectors.reward_model import (
    newest_ensemble,
    newest_good_reward_model,
    newest_reward_model,
)
from rewards.services.datasets import asked_for, read_by

UNFINISHED = (RunState.REQUESTED, RunState.RUNNING)


def needed_runs() -> set[UUID]:
    """The public ids of all runs whose files must stay."""
    needed = {*runs_of_policies(kept_policies()), *_of_models(), *_of_open_cycles()}
    waiting = EngineRun.objects.filter(state__in=UNFINISHED)
    needed.update(waiting.values_list("uuid", flat=True))
    for config in waiting.values_list("config", flat=True):
        needed.update(named_in(config))
    return needed


def needed_snapshots() -> set[UUID]:
    """The public ids of all datasets whose files must stay: ``SNAPSHOT_NEEDS`` names this."""
    return {*_of_freezing_steps(), *_of_readers(), *_of_unmeasured_models()}


def _of_freezing_steps() -> Iterator[UUID]:
    """An open cycle reads its datasets, or is retried and reads them then."""
    steps = CycleStep.objects.filter(cycle__closed_at__isnull=True, stage=Stage.FREEZING)
    for step in steps:
        yield from asked_for(step)


def _of_readers() -> Iterator[UUID]:
    """What a run reads that waits or goes on; and one that failed, as long as its own files stay
    for whoever tries it again. Those of a cycle are tried again with it alone."""
    failed = Q(state=RunState.FAILED, files_gone_at=None, cycle_steps__isnull=True)
    readers = EngineRun.objects.filter(Q(state__in=UNFINISHED) | failed, config__has_key="snapshot")
    found = map(read_by, readers.values_list("config", flat=True))
    yield from (snapshot for snapshot in found if snapshot is not None)


def _of_unmeasured_models() -> Iterator[UUID]:
    """A model that stands by itself is about to get its report card, which reads the dataset."""
    unmeasured = RewardModel.objects.filter(
        purpose=Purpose.REWARD,
        run__cycle_steps__isnull=True,
        run__state=RunState.DONE,
        run__files_gone_at=None,
        evaluations__isnull=True,
    )
    yield from unmeasured.values_list("snapshot__uuid", flat=True)


def kept_policies() -> list[Policy]:
    """Those ever in service, about to answer in an arena or waiting for a person, and the newest
    of each track; ``_of_open_cycles`` has the rest."""
    served = Decision.objects.filter(act__in=[Act.PROMOTE, Act.ROLL_BACK]).values("policy")
    kept = list(Policy.objects.filter(pk__in=served))
    kept += Policy.objects.filter(state=PolicyState.PROMOTED)
    kept += Policy.objects.filter(cycle__outcome=Outcome.WAITING)
    drawn = Contest.objects.filter(state=ContestState.DRAWN)
    kept += Policy.objects.filter(
        Q(pk__in=drawn.values("first")) | Q(pk__in=drawn.values("second"))
    )
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
    """What scores and judges now: the newest of each track, what says how far its heads disagree,
    what taught the policies in service, and what is asked for scores or judgements."""
    good = newest_good_reward_model()
    found = [good] if good else []
    for track in Track.objects.all():
        for purpose in Purpose:
            newest = newest_reward_model(track, purpose)
            found += [newest] if newest else []
        ensemble = newest_ensemble(track)
        found += [ensemble] if ensemble else []
    found += RewardModel.objects.filter(
        run__cycle_steps__cycle__policy__state=PolicyState.PROMOTED
    ).select_related("run")
    asked = RewardModel.objects.filter(score_requests__state__in=UNFINISHED)
    found += asked.select_related("run")
    judging = RewardModel.objects.filter(judgings__state__in=UNFINISHED)
    found += judging.select_related("run")
    yield from (model.run.uuid for model in found)


def _of_open_cycles() -> Iterator[UUID]:
    steps: QuerySet[CycleStep] = CycleStep.objects.filter(
        cycle__closed_at__isnull=True, run__isnull=False
    )
    for step in steps.select_related("run"):
        if step.run is not None:
            yield step.run.uuid
            yield from named_in(step.run.config)
