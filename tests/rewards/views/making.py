"""Rows as services and engines leave them, for pages to show."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from django.utils import timezone

from annotate.enums import SnapshotKind
from annotate.models import Campaign, Snapshot
from commons.models import RunState, User
from rewards.enums import Purpose, Stage
from rewards.models import (
    Arena,
    Contest,
    Cycle,
    CycleStep,
    EngineRun,
    Evaluation,
    Policy,
    RewardComparison,
    RewardModel,
    Track,
)
from rewards.services.cycle import open_cycle

CARD: dict[str, object] = {
    "pairs": 240,
    "prompts": 60,
    "ties": 12,
    "accuracy": {"value": 0.64, "low": 0.58, "high": 0.7},
    "longer": {"value": 0.55, "low": 0.49, "high": 0.61},
    "advantage": {"value": 0.09, "low": 0.02, "high": 0.16},
    "by_strength": {
        "1": {"value": 0.57, "low": 0.49, "high": 0.65, "pairs": 140},
        "3": {"value": 0.75, "low": 0.66, "high": 0.84, "pairs": 100},
    },
    "worst": [
        {
            "prompt": [{"role": "user", "content": "What is **two** plus two?"}],
            "chosen": "It is *four*.",
            "rejected": "Five, surely.",
            "gap": 3.21,
        }
    ],
}
BESIDE: dict[str, object] = {
    "pairs": 240,
    "prompts": 60,
    "ties": 12,
    "ours": {"value": 0.7, "low": 0.64, "high": 0.76},
    "theirs": {"value": 0.65, "low": 0.59, "high": 0.71},
    "difference": {"value": 0.05, "low": 0.01, "high": 0.09},
    "longer": {"value": 0.55, "low": 0.49, "high": 0.61},
    "equally_long": {"ours": None, "theirs": None, "difference": None},
    "tau": {
        "ours": {"value": 0.41, "low": 0.3, "high": 0.5},
        "theirs": {"value": 0.35, "low": 0.25, "high": 0.45},
        "difference": {"value": 0.06, "low": -0.01, "high": 0.13},
    },
    "flips": {"gained": 30, "lost": 18, "both_right": 138, "neither": 54},
    "slices": {
        "skill": [
            {
                "name": name,
                "ours": {"value": 0.7, "low": 0.6, "high": 0.8},
                "theirs": {"value": 0.65, "low": 0.55, "high": 0.75},
                "difference": {"value": 0.05, "low": -0.02, "high": 0.12},
                "pairs": 120,
                "gained": 15,
                "lost": 9,
            }
            for name in ("code", "law")
        ]
    },
    "gained": [
        {
            "prompt": [{"role": "user", "content": "Which is **red**?"}],
            "chosen": "The first.",
            "rejected": "The second.",
            "gap": 1.5,
            "their_gap": -0.5,
        }
    ],
    "lost": [],
}
COMPARISON: dict[str, object] = {
    "prompts": 80,
    "fresh": 24,
    "win_rate": {"value": 0.61, "low": 0.52, "high": 0.7},
    "win_rate_fresh": {"value": 0.58, "low": 0.41, "high": 0.74},
    "length_controlled": {"value": 0.57, "low": 0.48, "high": 0.66},
    "against_base": {"prompts": 80, "win_rate": {"value": 0.7, "low": 0.61, "high": 0.79}},
    "by_skill": {"medicine": {"value": 0.6, "error": 0.05, "prompts": 40}},
    "looping": {"policy": 0.04, "against": 0.05, "more": None},
    "length_ratio": 1.1,
    "refusals": {"policy": 0.02, "against": 0.03},
    "cut_off": {"policy": 0.25, "against": 0.2},
    "samples": [
        {
            "prompt": [{"role": "user", "content": "Name a prime."}],
            "policy": "Seven.",
            "against": "Nine.",
            "policy_score": 1.5,
            "against_score": -0.5,
        }
    ],
}


def make_snapshot(campaign: Campaign, *, kind: SnapshotKind = SnapshotKind.RANKED) -> Snapshot:
    """A frozen dataset of 170 rows to learn from."""
    snapshot = Snapshot.objects.create(
        kind=kind,
        state=RunState.DONE,
        finished_at=timezone.now(),
        digest="c0ffee" * 10,
        manifest={"rows": {"train": 170, "validation": 21, "test": 21}},
    )
    snapshot.campaigns.set([campaign])
    return snapshot


def make_run(
    module: str = "train_reward",
    *,
    state: RunState = RunState.DONE,
    result: Mapping[str, object] | None = None,
    by: User | None = None,
    columns: Mapping[str, object] | None = None,
) -> EngineRun:
    return EngineRun.objects.create(
        module=module,
        result=dict(result or {}),
        requested_by=by,
        **{**in_state(state), **(columns or {})},
    )


def in_state(state: RunState) -> dict[str, object]:
    """The columns that a run in this state has by the database's own rules."""
    now = timezone.now()
    columns: dict[str, object] = {"state": state}
    if state != RunState.REQUESTED:
        columns |= {"attempts": 1, "started_at": now - timedelta(minutes=1), "heartbeat_at": now}
    if state == RunState.RUNNING:
        columns |= {"token": uuid4()}
    if state in (RunState.DONE, RunState.FAILED, RunState.CANCELLED):
        columns |= {"finished_at": now}
    return columns


def make_reward_model(
    campaign: Campaign,
    *,
    by: User | None = None,
    track: Track | None = None,
    run: EngineRun | None = None,
    card: Mapping[str, object] | None = None,
    purpose: Purpose = Purpose.REWARD,
) -> RewardModel:
    """A trained reward model; measured where a ``card`` is given."""
    model = RewardModel.objects.create(
        track=track, purpose=purpose, snapshot=make_snapshot(campaign), run=run or make_run(by=by)
    )
    if card is not None:
        make_card(model, make_run("evaluate_reward", result=card))
    return model


def make_card(model: RewardModel, run: EngineRun) -> Evaluation:
    return Evaluation.objects.create(reward_model=model, run=run)


def make_comparison(
    model: RewardModel, against: RewardModel, run: EngineRun | None = None
) -> RewardComparison:
    run = run or make_run("compare_rewards", result=BESIDE)
    return RewardComparison.objects.create(reward_model=model, against=against, run=run)


def make_cycle(track: Track, *, stage: Stage, step: RunState | None = None) -> Cycle:
    """An open cycle at ``stage``, the stations before it done, with its own step in this state."""
    cycle = open_cycle(track=track)
    for earlier in list(Stage)[: list(Stage).index(stage)]:
        CycleStep.objects.create(cycle=cycle, stage=earlier, **in_state(RunState.DONE))
    if step is not None:
        CycleStep.objects.create(cycle=cycle, stage=stage, **in_state(step))
    Cycle.objects.filter(pk=cycle.pk).update(
        stage=Stage.FAILED if step == RunState.FAILED else stage
    )
    cycle.refresh_from_db()
    return cycle


def make_policy(
    track: Track, *, cycle: Cycle | None = None, comparison: Mapping[str, object] | None = None
) -> Policy:
    """The next candidate policy of a track, compared where a ``comparison`` is given."""
    number = track.policies.count()
    policy = Policy.objects.create(
        track=track,
        number=number,
        parent=track.policies.get(number=number - 1),
        folder=f"runs/{number}/model",
    )
    if cycle is not None:
        Cycle.objects.filter(pk=cycle.pk).update(policy=policy)
    if comparison is not None:
        Evaluation.objects.create(policy=policy, run=make_run("evaluate_policy", result=comparison))
    return policy


def make_arena(track: Track, campaign: Campaign) -> Arena:
    return Arena.objects.create(track=track, campaign=campaign.uuid)


def make_contest(
    arena: Arena, first: Policy, second: Policy, *, prompt: UUID | None = None
) -> Contest:
    """A contest whose answers are still to be written."""
    return Contest.objects.create(
        arena=arena,
        run=make_run("generate", state=RunState.REQUESTED),
        prompt=prompt or uuid4(),
        first=first,
        second=second,
        propensity=1.0,
    )
