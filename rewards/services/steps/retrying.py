"""What a step that failed is begun again with.

    its settings stand -> its run goes on from what it left    they changed -> a new run

A run keeps the settings that it was asked for with, and its checkpoints fit no others: who lowers
a learning rate and tries again wants that one, and not the old one from the last checkpoint on.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import cast
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotate import gateway
from commons.models import RunState
from rewards.enums import Method, PolicyMethod, Stage
from rewards.models import CycleStep, EngineRun, Track
from rewards.services.datasets import LEFT, asked_for, ever_asked_for
from rewards.services.folders import has_left_work
from rewards.services.knobs import OURS, settings_of
from rewards.services.run import ask_again
from rewards.services.shares import LEARNERS
from rewards.services.steps.claim import ASKED_WITH

BY_SETTINGS = frozenset(
    {Stage.TEACHING, Stage.REWARDING, Stage.APPOINTING, Stage.STOPPING, Stage.REINFORCING}
    | {Stage.EVALUATING}
)  # whose runs are told the track's settings once, when they are asked for


class Again(Enum):
    """How a step is begun again, in words for whoever is asked whether it should be."""

    FREEZES = _("What could not be frozen is frozen once more; what was written of it is kept.")
    FREEZES_ANEW = _(
        "A dataset of this step was stopped, or something in it was erased: all of them are frozen "
        "anew, of what people have said up to now."
    )
    BEGINS = _("It has left nothing to go on from, and begins from its start.")
    GOES_ON = _("It goes on from its last checkpoint; what it had finished is kept.")
    ANEW = _(
        "The settings for it have changed since: it begins anew with those of now, and what it had "
        "trained is left."
    )
    ANSWERS = _(
        "What was answered is kept; the rest is asked for by the track's settings as they are now."
    )


def how_again(step: CycleStep) -> Again:
    """What a retry of this step would do now."""
    if step.stage == Stage.FREEZING:
        return _how_frozen_again(asked_for(step))
    if step.run is None:
        return Again.BEGINS
    if step.stage == Stage.ANSWERING:
        return Again.ANSWERS
    if has_other_settings(step, step.run):
        return Again.ANEW
    return how_run_again(step.run)


def _how_frozen_again(asked: Sequence[UUID]) -> Again:
    if not asked:  # nothing counted then
        return Again.BEGINS
    return Again.FREEZES if gateway.can_be_frozen(asked) else Again.FREEZES_ANEW


def how_run_again(run: EngineRun) -> Again:
    """The same of a run whose settings stand."""
    return Again.GOES_ON if has_left_work(run) else Again.BEGINS


def begin_again(step: CycleStep) -> Again:
    """Do that. Call it in the transaction that puts the step back in the queue."""
    how = how_again(step)
    if how == Again.FREEZES:
        gateway.freeze_again(asked_for(step))
    elif how == Again.FREEZES_ANEW:
        step.result = {LEFT: [str(snapshot) for snapshot in ever_asked_for(step)]}
        step.save(update_fields=["result"])
    elif step.run is not None and how == Again.ANEW:
        _leave(step, step.run)
    elif step.run is not None:
        ask_again(step.run)
    return how


def has_other_settings(step: CycleStep, run: EngineRun) -> bool:
    """Whether a run that is asked for now would be told anything else than this one was."""
    stage, track = Stage(step.stage), step.cycle.track
    if stage not in BY_SETTINGS or run.state == RunState.DONE:
        return False
    if run.module != _module(track, stage, run.module):
        return True
    now = settings_of(track, stage)
    if ASKED_WITH not in step.result:  # it was asked for before steps wrote that down
        # Its config has nothing of what the steps read themselves; “prompts” is a path there.
        own = set(track.knobs.get(str(stage), {})).difference(OURS.get(stage, ()))
        return any(run.config.get(name) != now[name] for name in own)
    return cast(Mapping[str, object], step.result[ASKED_WITH]) != now


def _module(track: Track, stage: Stage, standing: str) -> str:
    """The engine's script that a run of this stage would be asked of now; ``standing`` where the
    track cannot choose it, or has no method that exists."""
    if stage == Stage.REINFORCING:
        return PolicyMethod(track.method).module
    method = settings_of(track, stage).get("method", Method.FULL)
    if stage in LEARNERS and method in Method.values:
        return Method(method).module
    return standing


def _leave(step: CycleStep, run: EngineRun) -> None:
    """The step asks for a new run; the old one cannot be tried again by itself."""
    EngineRun.objects.filter(pk=run.pk).exclude(state=RunState.DONE).update(
        state=RunState.CANCELLED, finished_at=timezone.now(), token=None
    )
    step.run = None
    step.save(update_fields=["run"])
