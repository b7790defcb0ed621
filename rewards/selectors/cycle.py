"""The cycles a person may see, how each ended and why, and which may still move."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from commons.models import RunState, User
from rewards.enums import Outcome, Stage
from rewards.models import Cycle, CycleStep, Track
from rewards.selectors.track import tracks_of


def cycles_of(user: User) -> QuerySet[Cycle]:
    """The cycles a person may see, the newest first."""
    return (
        Cycle.objects.filter(track__in=tracks_of(user))
        .select_related("track", "policy")
        .order_by("-opened_at", "-pk")
    )


def cycles_taught_by(user: User, snapshots: Sequence[UUID]) -> QuerySet[Cycle]:
    """The cycles a person may see that froze one of these snapshots for themselves."""
    named = [str(each) for each in snapshots]
    froze = CycleStep.objects.filter(
        Q(result__ranked__in=named) | Q(result__sft__in=named), stage=Stage.FREEZING
    )
    return cycles_of(user).filter(pk__in=froze.values("cycle"))


def cycles_decided(user: User, since: datetime, until: datetime) -> QuerySet[Cycle]:
    """The cycles a person may see whose policy's fate fell from one moment until before another:
    at the gate, or where a week had too few judgements to train anything."""
    lately = _steps_ended(since, until).filter(state=RunState.DONE)
    at_the_gate = Q(Exists(lately.filter(stage=Stage.DECIDING))) & ~Q(outcome=Outcome.NONE)
    untrained = Q(Exists(lately.filter(stage=Stage.FREEZING)), policy=None, outcome=Outcome.HELD)
    return cycles_of(user).filter(at_the_gate | untrained).prefetch_related(*WHY_HELD)


def cycles_failed(user: User, since: datetime, until: datetime) -> QuerySet[Cycle]:
    """Those of which a step failed in that time, and nobody has taken them up since."""
    failed = _steps_ended(since, until).filter(state=RunState.FAILED)
    return cycles_of(user).filter(Exists(failed), stage=Stage.FAILED)


def _steps_ended(since: datetime, until: datetime) -> QuerySet[CycleStep]:
    mine = CycleStep.objects.filter(cycle=OuterRef("pk"))
    return mine.filter(finished_at__gte=since, finished_at__lt=until)


WHY_HELD = ("policy__decisions", "steps")


def held_for(cycle: Cycle) -> list[str]:
    """Why the gate held its policy, or why nothing was trained."""
    if cycle.policy is not None:
        decided = max(cycle.policy.decisions.all(), key=lambda each: each.pk, default=None)
        return list(decided.reasons) if decided else []
    if cycle.outcome != Outcome.HELD:
        return []
    return [each.result["says"] for each in cycle.steps.all() if each.stage == Stage.FREEZING]


def begins_nothing(cycle: Cycle) -> bool:
    """Whether a cycle is paused between two steps; one that was begun is gone on with."""
    return cycle.paused and not _at_a_step(Cycle.objects.filter(pk=cycle.pk)).exists()


def _at_a_step(cycles: QuerySet[Cycle]) -> QuerySet[Cycle]:
    begun = CycleStep.objects.filter(state=RunState.RUNNING, stage=OuterRef("stage"))
    return cycles.filter(Exists(begun.filter(cycle=OuterRef("pk"))))


def open_cycles() -> QuerySet[Cycle]:
    """Every cycle that may still move, the oldest first."""
    paused = _at_a_step(Cycle.objects.filter(paused=True)).values("pk")
    return (
        Cycle.objects.filter(Q(paused=False) | Q(pk__in=paused), closed_at__isnull=True)
        .exclude(stage=Stage.FAILED)
        .select_related("track")
        .order_by("opened_at", "pk")
    )


def reward_accuracies(track: Track) -> list[tuple[Cycle, dict[str, object]]]:
    """For each cycle of a track with a report card: the cycle and the card's numbers, in order."""
    return [
        (cycle, dict(step.run.result))
        for cycle in track.cycles.order_by("number").prefetch_related("steps__run")
        for step in cycle.steps.all()
        if step.stage == Stage.REPORTING and step.run and step.run.result
    ]
