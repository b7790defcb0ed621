"""The tables of release 0.1, with a row in every one that is this product's own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

RELEASE = [
    ("admin", "0003_logentry_add_action_flag_choices"),
    ("annotate", "0002_initial"),
    ("commons", "0001_initial"),
    ("rewards", "0001_initial"),
    ("sessions", "0001_initial"),
]
OURS = ("annotate_", "commons_", "rewards_")

Make = Callable[..., Any]


@dataclass(frozen=True)
class Filled:
    """What is looked for afterwards."""

    task: UUID  # wants three: one is in hand, one is submitted, one is free
    lease: UUID  # the one in hand, with a draft
    text: str  # of that draft
    run: UUID  # a snapshot that a worker is freezing
    token: UUID  # by which that worker holds it


def install() -> Make:
    """Make the tables; give a function that makes rows of the models as they were."""
    executor = MigrationExecutor(connection)
    executor.migrate(RELEASE)
    apps = executor.loader.project_state(RELEASE).apps

    def make(model: str, **columns: object) -> Any:
        return apps.get_model(model)._default_manager.create(**columns)

    return make


def fill(make: Make) -> Filled:
    """As a week of work leaves them."""
    lead, ann, bob = (make("commons.User", username=name) for name in ("lead", "ann", "bob"))
    make("commons.AuditEvent", actor=lead, verb="campaign.created", subject="campaign:1")
    make(
        "commons.WorkerHeartbeat",
        name="default@here",
        pid=1,
        started_at=timezone.now(),
        seen_at=timezone.now(),
    )
    campaign = make("annotate.Campaign", name="Medicine", state="running", created_by=lead)
    task = fill_work(make, campaign, lead)
    lease = fill_turns(make, task, ann, bob)
    run = fill_training(make, campaign)
    return Filled(task.uuid, lease.uuid, "half a thought", run.uuid, run.token)


def fill_work(make: Make, campaign: Any, lead: Any) -> Any:
    make("annotate.CampaignWork", campaign=campaign, kind="rank", wanted=3)
    text = make("annotate.Instructions", campaign=campaign, version=1, guideline="Be kind.")
    make("annotate.Acknowledgement", person=lead, instructions=text)
    make("annotate.Membership", campaign=campaign, person=lead, role="lead")
    make("annotate.Competence", person=lead, facet="language", value="en")
    prompt = make("annotate.Prompt", messages=[], digest="d" * 64, side="train")
    make("annotate.CampaignPrompt", campaign=campaign, prompt=prompt)
    answers = [
        make("annotate.Candidate", prompt=prompt, messages=[], digest=name * 64, source="model")
        for name in "ab"
    ]
    lane = make("annotate.Lane", campaign=campaign, kind="rank", language="en", batch=1)
    make("annotate.LaneCursor", person=lead, lane=lane, after=7)
    return make(
        "annotate.Task",
        campaign=campaign,
        prompt=prompt,
        kind="rank",
        lane=lane,
        place=7,
        offered=[str(each.uuid) for each in answers],
        wanted=3,
        free=1,
    )


def fill_turns(make: Make, task: Any, ann: Any, bob: Any) -> Any:
    now = timezone.now()
    later = now + timedelta(hours=1)
    lease = make("annotate.Assignment", task=task, person=ann, state="open", expires_at=later)
    make("annotate.Draft", assignment=lease, body={"reason": "half a thought"})
    done = make("annotate.Assignment", task=task, person=bob, state="submitted", closed_at=now)
    about = {
        "root": uuid4(),
        "campaign": task.campaign,
        "prompt": task.prompt,
        "rater": make("annotate.Rater", kind="person", user=bob),
        "origin": "work",
        "counts_as": "work",
        "assignment": done,
    }
    make("annotate.Ranking", **about, tiers=[[each] for each in task.offered], current=False)
    make("annotate.Ranking", **about, tiers=[task.offered], revision=2)
    source = make("annotate.Rater", kind="imported", name="a source")
    about |= {"root": uuid4(), "origin": "imported", "assignment": None, "rater": source}
    make("annotate.Demonstration", **about, messages=[])
    make("annotate.Tally", campaign=task.campaign, day=now.date(), slot=1, rankings=1)
    return lease


def fill_training(make: Make, campaign: Any) -> Any:
    now = timezone.now()
    snapshot = make(
        "annotate.Snapshot",
        kind="ranked",
        state="running",
        token=uuid4(),
        started_at=now,
        heartbeat_at=now,
    )
    snapshot.campaigns.add(campaign)
    ranking = campaign.rankings.get(current=True)
    make("annotate.SnapshotMember", snapshot=snapshot, position=0, side="train", ranking=ranking)
    track = make("rewards.Track", name="Medicine")
    policy = make("rewards.Policy", track=track, number=0, folder="models/base")
    make("rewards.Decision", policy=policy, act="promote")
    run = make("rewards.EngineRun", module="train_reward")
    make("rewards.Metric", run=run, step=1, values={"loss": 0.7})
    model = make("rewards.RewardModel", track=track, snapshot=snapshot, run=run)
    make("rewards.Evaluation", reward_model=model, run=make("rewards.EngineRun", module="report"))
    cycle = make("rewards.Cycle", track=track, number=1)
    make("rewards.CycleStep", cycle=cycle, stage="freezing")
    return snapshot
