"""What can be asked about tracks, cycles, reward models and policies. Nothing here writes."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Avg, Exists, OuterRef, Q, QuerySet

from annotate import gateway
from commons.models import RunState, User
from rewards.enums import PolicyState, Purpose, Stage
from rewards.models import (
    CandidateScore,
    Cycle,
    CycleStep,
    EngineRun,
    Policy,
    RewardModel,
    ScoreRequest,
    Track,
)
from rewards.stats.leaderboard import Answer, Leaderboard, Ordered, leaderboard, votes_of

NEWEST_ORDERS = 3000  # of which a leaderboard is made: a page's worth of work

RUN_FOLDER = re.compile(r"runs/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")  # in a path
ENDED = (Stage.DONE, Stage.CANCELLED)


def tracks_of(user: User) -> QuerySet[Track]:
    """The tracks all of whose campaigns a person leads."""
    tracks = Track.objects.order_by("name")
    if user.is_superuser:
        return tracks
    led = {str(campaign.id) for campaign in gateway.campaigns_led_by(user)}
    mine = [track.pk for track in tracks if track.campaigns and led.issuperset(track.campaigns)]
    return tracks.filter(pk__in=mine)


def cycles_of(user: User) -> QuerySet[Cycle]:
    """The cycles a person may see, the newest first."""
    return (
        Cycle.objects.filter(track__in=tracks_of(user))
        .select_related("track", "policy")
        .order_by("-opened_at", "-pk")
    )


def reward_models_of(user: User) -> QuerySet[RewardModel]:
    """The reward models a person may see: of their tracks, and those they asked for themselves."""
    models = RewardModel.objects.select_related("track", "run", "snapshot").order_by("-pk")
    if user.is_superuser:
        return models
    return models.filter(
        Q(track__in=tracks_of(user)) | Q(track__isnull=True, run__requested_by=user)
    )


def comparable_with(model: RewardModel) -> QuerySet[RewardModel]:
    """The other trained models of a model's track or dataset, the newest first.

    A prompt keeps its side for ever, so all of them may be measured on the same held-out prompts.
    """
    akin = Q(snapshot=model.snapshot)
    if model.track is not None:
        akin |= Q(track=model.track)
    others = RewardModel.objects.filter(
        akin, run__state=RunState.DONE, run__files_gone_at=None
    ).exclude(pk=model.pk)
    return others.select_related("track", "run", "snapshot").order_by("-pk")


def cycles_taught_by(user: User, snapshots: Sequence[UUID]) -> QuerySet[Cycle]:
    """The cycles a person may see that froze one of these snapshots for themselves."""
    named = [str(each) for each in snapshots]
    froze = CycleStep.objects.filter(
        Q(result__ranked__in=named) | Q(result__sft__in=named), stage=Stage.FREEZING
    )
    return cycles_of(user).filter(pk__in=froze.values("cycle"))


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


def promoted_policy(track: Track) -> Policy | None:
    """The policy that writes candidates; None before the track's first one is set."""
    return track.policies.filter(state=PolicyState.PROMOTED).first()


def files_gone_at(policy: Policy) -> datetime | None:
    """Since when a policy's weights are let go; None while they are there."""
    found = RUN_FOLDER.search(policy.folder)
    made_by = EngineRun.objects.filter(uuid=found[1]).first() if found else None
    return made_by.files_gone_at if made_by else None


def campaigns_of(track: Track) -> list[UUID]:
    """The ids of the campaigns that a track learns from."""
    return [UUID(each) for each in track.campaigns]


def requested_runs() -> QuerySet[EngineRun]:
    """The runs that stand by themselves: those of a cycle are its step's to carry out."""
    return EngineRun.objects.filter(cycle_steps__isnull=True)


def reward_accuracies(track: Track) -> list[tuple[Cycle, dict[str, object]]]:
    """For each cycle of a track with a report card: the cycle and the card's numbers, in order."""
    return [
        (cycle, dict(step.run.result))
        for cycle in track.cycles.order_by("number").prefetch_related("steps__run")
        for step in cycle.steps.all()
        if step.stage == Stage.REPORTING and step.run and step.run.result
    ]


def newest_good_reward_model() -> RewardModel | None:
    """The last trained reward model whose report card refuses nothing; None where there is none."""
    good = RewardModel.objects.filter(
        purpose=Purpose.REWARD,
        run__state=RunState.DONE,
        evaluations__run__state=RunState.DONE,
        evaluations__refusals=[],
    )
    return good.select_related("run").order_by("-pk").first()


def score_requests_of(user: User) -> QuerySet[ScoreRequest]:
    """The requests for scores that a person may see: of the reward models that they may see."""
    seen = reward_models_of(user).order_by().values("pk")
    return ScoreRequest.objects.filter(reward_model__in=seen).select_related("reward_model")


def disagreement_by_label(model: RewardModel | None) -> dict[tuple[str, str], float]:
    """How far a model's ensemble disagrees about answers, by the skill and language of what they
    answer; empty where it is none, or has scored nothing."""
    if model is None:
        return {}
    told = CandidateScore.objects.filter(reward_model=model, spread__isnull=False)
    labels = ("candidate__prompt__skill", "candidate__prompt__language")
    found = told.values_list(*labels).annotate(mean=Avg("spread")).order_by()
    return {(skill, language): mean for skill, language, mean in found}


def leaderboard_of(track: Track) -> Leaderboard:
    """How people rate the policies of a track and the servers beside them, by what they ordered.

    Of the newest ``NEWEST_ORDERS`` rankings of its campaigns. Raises ``StatisticsError`` where the
    votes allow no rating.
    """
    ours = {f"policy:{each}" for each in track.policies.values_list("uuid", flat=True)}
    orders = [
        Ordered(
            found.prompt,
            [
                [
                    Answer.of(each.source, each.text)
                    for each in tier
                    if each.source in ours or each.source.startswith("server:")
                ]
                for tier in found.tiers
            ],
        )
        for found in gateway.orders_of_people(campaigns_of(track), limit=NEWEST_ORDERS)
    ]
    return leaderboard(votes_of(orders))


def newest_reward_model(track: Track, purpose: Purpose = Purpose.REWARD) -> RewardModel | None:
    """The last reward model of a track whose training ended well."""
    done = track.rewards.filter(purpose=purpose, run__state="done").select_related("run")
    return done.order_by("-pk").first()
