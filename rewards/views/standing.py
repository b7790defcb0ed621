"""Where a track stands: its newest cycle, station by station, and what is known of its models."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone

from commons.models import RunState
from rewards.enums import PolicyState, Purpose, Stage
from rewards.models import Cycle, CycleStep, Decision, Evaluation, Policy, RewardModel, Track
from rewards.views.drawn_answers import told_of_answers
from rewards.views.numbers import Interval, ReportCard, whole
from rewards.views.progress import Point, Progress
from rewards.views.station_words import STATION_WORDS

STATIONS: list[Stage] = [
    stage for stage in Stage if stage not in (Stage.DONE, Stage.FAILED, Stage.CANCELLED)
]


@dataclass(frozen=True)
class Station:
    """One step of a cycle as its line shows it.

    ``state`` is ``done``, ``running``, ``silent``, ``failed``, ``cancelled``, ``next`` (a worker
    may take it now), ``waiting``, or ``never`` where the cycle went past it or has ended.
    """

    stage: Stage
    place: int
    state: str
    step: CycleStep | None
    progress: Progress | None

    @property
    def is_here(self) -> bool:
        """Whether the cycle stands at this station."""
        return self.state in ("running", "silent", "failed", "next")

    @property
    def says(self) -> str:
        """What it is for."""
        return str(STATION_WORDS[self.stage])

    @property
    def took(self) -> timedelta | None:
        """How long the attempt that ended it took."""
        step = self.step
        if step is None or step.started_at is None or step.finished_at is None:
            return None
        return step.finished_at - step.started_at

    @property
    def reward_model(self) -> RewardModel | None:
        """What the step has trained, where that is a reward model or the judge."""
        run = self.step.run if self.step else None
        return getattr(run, "reward_model", None)

    @property
    def candidates(self) -> int | None:
        """How many candidates the step has made; None where it makes none."""
        return whole(self.step.result.get("candidates")) if self.step else None

    @property
    def left_out(self) -> list[str]:
        """In words, what was drawn again and what was left out, and why."""
        return told_of_answers(self.step.result) if self.step else []

    @property
    def tasks(self) -> int:
        return (whole(self.step.result.get("tasks")) if self.step else None) or 0


def stations_of(cycle: Cycle, *, now: datetime, points: Sequence[Point] = ()) -> list[Station]:
    """The line of a cycle whose steps are prefetched; ``points`` are those of the running step."""
    steps = {step.stage: step for step in cycle.steps.all()}
    line = []
    for place, stage in enumerate(STATIONS, start=1):
        step = steps.get(stage)
        progress = _progress(step, now, points) if step else None
        line.append(Station(stage, place, _state(cycle, stage, progress), step, progress))
    return line


def station_of(step: CycleStep, *, now: datetime, points: Sequence[Point] = ()) -> Station:
    """The station of one step by itself."""
    stage, progress = Stage(step.stage), _progress(step, now, points)
    place = STATIONS.index(stage) + 1
    return Station(stage, place, _state(step.cycle, stage, progress), step, progress)


def _progress(step: CycleStep, now: datetime, points: Sequence[Point]) -> Progress:
    in_phases = step.stage in (Stage.REPORTING, Stage.EVALUATING)  # one model, then the other
    return Progress.of(step, now=now, points=points, in_phases=in_phases)


def _state(cycle: Cycle, stage: Stage, progress: Progress | None) -> str:
    if progress is None or progress.run.state == RunState.REQUESTED:
        return _before_it(cycle, stage)
    if progress.is_silent:
        return "silent"
    return str(progress.run.state)


def _before_it(cycle: Cycle, stage: Stage) -> str:
    """Of a step that has not begun: whether it comes next, later, or never in this cycle."""
    if cycle.closed_at is not None:
        return "never"
    if cycle.stage == stage:
        return "next"
    here = [each for each in STATIONS if each == cycle.stage]  # none of a cycle that failed
    passed = bool(here) and STATIONS.index(stage) < STATIONS.index(here[0])
    return "never" if passed else "waiting"


@dataclass(frozen=True)
class Standing:
    """One track in a few words."""

    track: Track
    cycle: Cycle | None
    stations: list[Station]
    in_service: Policy | None
    reward_model: RewardModel | None
    card: ReportCard | None
    decision: Decision | None
    won: Interval | None

    @property
    def here(self) -> Station | None:
        return next((station for station in self.stations if station.is_here), None)


def standings(tracks: QuerySet[Track]) -> list[Standing]:
    """How each of these tracks stands, in as many queries for three tracks as for one."""
    last = Decision.objects.filter(policy__track=OuterRef("pk")).order_by("-pk")
    found = list(
        tracks.annotate(last_decision=Subquery(last.values("pk")[:1])).prefetch_related(
            Prefetch("cycles", _newest_cycle(), to_attr="newest"),
            Prefetch("policies", _in_service(), to_attr="serving"),
            Prefetch("rewards", _newest_measured(), to_attr="measured"),
        )
    )
    decided = Decision.objects.select_related("policy", "by").prefetch_related(
        Prefetch("policy__decisions", Decision.objects.order_by("-pk"))
    )
    decisions = decided.in_bulk([track.last_decision for track in found if track.last_decision])
    now = timezone.now()
    return [_standing(track, decisions.get(track.last_decision), now) for track in found]


def _newest_cycle() -> QuerySet[Cycle]:
    return Cycle.objects.order_by("-number").prefetch_related("steps")[:1]


def _in_service() -> QuerySet[Policy]:
    return Policy.objects.filter(state=PolicyState.PROMOTED)


def _newest_measured() -> QuerySet[RewardModel]:
    """The last reward model that has a report card."""
    cards = Evaluation.objects.filter(run__state=RunState.DONE).select_related("run")
    return (
        RewardModel.objects.filter(purpose=Purpose.REWARD, evaluations__run__state=RunState.DONE)
        .order_by("-pk")
        .prefetch_related(Prefetch("evaluations", cards))[:1]
    )


def _standing(track: Track, decision: Decision | None, now: datetime) -> Standing:
    cycle = next(iter(track.newest), None)  # type: ignore[attr-defined]  # prefetched to it
    model = next(iter(track.measured), None)  # type: ignore[attr-defined]
    return Standing(
        track=track,
        cycle=cycle,
        stations=stations_of(cycle, now=now) if cycle else [],
        in_service=next(iter(track.serving), None),  # type: ignore[attr-defined]
        reward_model=model,
        card=ReportCard.of(model.evaluations.all()[0].run.result) if model else None,
        decision=decision,
        won=_won(decision.policy) if decision else None,
    )


def _won(policy: Policy) -> Interval | None:
    """How often it won against the policy in service, by the newest decision that had evidence:
    a person's has none of its own. None where it was never compared."""
    for each in policy.decisions.all():
        served = each.evidence.get("served")
        if isinstance(served, dict) and (found := Interval.of(served.get("rate"))):
            return found
    return None
