"""Models that nothing needs go after some weeks; what a roll-back or a cycle needs stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from commons.models import RunState
from rewards.enums import Act, Outcome, Purpose, Stage
from rewards.errors import FilesGone
from rewards.models import Cycle, CycleStep, EngineRun, Policy, RewardModel, Track
from rewards.services.folders import run_folder
from rewards.services.policy import decide
from rewards.services.retention import (
    bytes_of,
    old_runs,
    orphan_folders,
    prune_orphans,
    prune_runs,
)
from rewards.services.reward_model import request_report_card
from tests.rewards.views.making import make_reward_model, make_run

pytestmark = pytest.mark.django_db


def with_files(run: EngineRun, *, weeks_ago: float = 9) -> EngineRun:
    """It ended so long ago, and left what runs leave."""
    EngineRun.objects.filter(pk=run.pk).update(
        finished_at=timezone.now() - timedelta(weeks=weeks_ago)
    )
    for name in ("model", "checkpoints"):
        (run_folder(run) / name).mkdir(parents=True)
        (run_folder(run) / name / "weights").write_bytes(b"w" * 1000)
    (run_folder(run) / "engine.log").write_text("learned\n")
    run.refresh_from_db()
    return run


KEPT_WHILE_WATCHED = ("best-6", ".best-9.partial", ".model.partial")  # of runs that were killed


def left(run: EngineRun) -> list[str]:
    return sorted(each.name for each in run_folder(run).glob("*"))


def make_policy(track: Track, number: int, *, weeks_ago: float = 9) -> tuple[Policy, EngineRun]:
    run = with_files(make_run("train_policy"), weeks_ago=weeks_ago)
    folder = f"runs/{run.uuid}/model"
    return Policy.objects.create(track=track, number=number, folder=folder), run


def hold(policy: Policy) -> None:
    decide(policy=policy, act=Act.HOLD, by=None, reasons=["no"])


ALL = ["checkpoints", "engine.log", "model"]


def test_a_held_policys_weights_go_and_its_log_and_row_stay(track):
    held, run = make_policy(track, 1)
    hold(held)
    make_policy(track, 2)  # the newest of a track stays

    assert (prune_runs(), prune_runs()) == (1, 0)

    run.refresh_from_db()
    assert left(run) == ["engine.log"]
    assert run.files_gone_at is not None
    assert Policy.objects.filter(pk=held.pk).exists()


def test_the_weights_of_a_policy_that_waits_for_a_person_stay(track):
    waits, run = make_policy(track, 1)
    Cycle.objects.create(track=track, number=1, policy=waits, outcome=Outcome.WAITING)
    make_policy(track, 2)

    assert prune_runs() == 0
    assert left(run) == ALL


def test_the_weights_that_a_killed_run_was_watched_by_go_as_well(track):
    """They are weighed with the others: two folders of a thousand bytes, and three."""
    run = with_files(make_run("train_policy"))
    for name in KEPT_WHILE_WATCHED:
        (run_folder(run) / name).mkdir()
        (run_folder(run) / name / "weights").write_bytes(b"w" * 1000)

    assert bytes_of(old_runs()) == 5000
    assert prune_runs() == 1

    assert left(run) == ["engine.log"]


def test_those_alone_are_found_where_a_prune_was_killed(track):
    run = make_run("train_policy")
    (run_folder(run) / "best-6").mkdir(parents=True)
    EngineRun.objects.filter(pk=run.pk).update(files_gone_at=timezone.now())

    prune_runs()

    assert left(run) == []


def test_the_newest_ensemble_of_a_track_stays(track, campaign):
    """It says about which answers to ask people, whatever was trained after it."""
    before, newest = (
        make_reward_model(campaign, track=track, run=make_run("train_head")) for _ in range(2)
    )
    after = make_reward_model(campaign, track=track)
    for model in (before, newest, after):
        with_files(model.run)

    assert prune_runs() == 1

    assert [left(model.run) for model in (before, newest, after)] == [["engine.log"], ALL, ALL]


def test_a_policy_that_was_ever_in_service_stays_and_can_be_rolled_back_to(track):
    first, run = make_policy(track, 1, weeks_ago=200)
    second, _ = make_policy(track, 2, weeks_ago=190)
    decide(policy=first, act=Act.PROMOTE, by=None)
    decide(policy=second, act=Act.PROMOTE, by=None)

    assert prune_runs() == 0

    decide(policy=first, act=Act.ROLL_BACK, by=None, reasons=["it forgot how to rhyme"])
    assert left(run) == ALL


def test_a_policy_without_files_cannot_go_into_service(track):
    held, _ = make_policy(track, 1)
    hold(held)
    make_policy(track, 2)
    prune_runs()

    with pytest.raises(FilesGone, match="were let go on"):
        decide(policy=held, act=Act.PROMOTE, by=None, reasons=["after all"])


def test_what_is_younger_stays_and_a_track_sets_its_own_weeks(track, settings):
    settings.MODELS_KEPT_WEEKS = 8
    policy, run = make_policy(track, 1, weeks_ago=5)
    cycle = Cycle.objects.create(
        track=track, number=1, stage=Stage.DONE, closed_at=timezone.now(), policy=policy
    )
    CycleStep.objects.create(cycle=cycle, stage=Stage.REINFORCING, run=run)
    hold(policy)
    make_policy(track, 2, weeks_ago=5)
    assert old_runs() == []

    Track.objects.filter(pk=track.pk).update(weeks_kept=4)
    assert old_runs() == [run]
    Track.objects.filter(pk=track.pk).update(weeks_kept=20)
    assert old_runs() == []


def test_runs_of_an_open_cycle_and_what_they_read_stay(track):
    read, step_run = with_files(make_run("train_sft")), with_files(make_run("train_policy"))
    EngineRun.objects.filter(pk=step_run.pk).update(
        config={"base": f"/elsewhere/runs/{read.uuid}/model"}
    )
    cycle = Cycle.objects.create(track=track, number=1)
    CycleStep.objects.create(cycle=cycle, stage=Stage.REINFORCING, run=step_run)

    assert prune_runs() == 0

    Cycle.objects.update(stage=Stage.CANCELLED, closed_at=timezone.now())
    assert prune_runs() == 2


def test_the_newest_of_each_purpose_stay_and_the_ones_before_go(track, campaign):
    before, newest = (
        [make_reward_model(campaign, track=track, purpose=purpose) for purpose in Purpose]
        for _ in range(2)
    )
    for model in (*before, *newest):
        with_files(model.run)

    assert prune_runs() == 3

    assert [left(model.run) for model in newest] == [ALL] * 3
    assert [left(model.run) for model in before] == [["engine.log"]] * 3


def test_a_reward_model_without_files_is_not_measured(track, campaign):
    old, _ = make_reward_model(campaign, track=track), make_reward_model(campaign, track=track)
    with_files(old.run)
    prune_runs()

    with pytest.raises(FilesGone):
        request_report_card(reward_model=RewardModel.objects.get(pk=old.pk), by=None)


def test_what_a_waiting_run_was_asked_to_read_stays(track, campaign):
    old, _ = make_reward_model(campaign, track=track), make_reward_model(campaign, track=track)
    with_files(old.run)
    make_run(
        "compare_rewards",
        state=RunState.REQUESTED,
        columns={"config": {"model": str(run_folder(old.run) / "model")}},
    )

    assert prune_runs() == 0


def test_what_a_killed_prune_has_marked_goes_the_next_time(track):
    run = with_files(make_run("train_sft"))
    EngineRun.objects.filter(pk=run.pk).update(files_gone_at=timezone.now())

    prune_runs()

    assert left(run) == ["engine.log"]


def test_folders_of_unknown_runs_go_when_they_are_old(track, settings):
    settings.MODELS_KEPT_WEEKS = 0
    unknown = run_folder(EngineRun())
    (unknown / "model").mkdir(parents=True)
    known = with_files(make_run("train_sft"))
    (Path(settings.ARTIFACTS) / "runs" / "notes").mkdir()

    assert orphan_folders() == [unknown]
    assert prune_orphans() == 1
    assert left(known) == ALL


def test_the_preview_counts_and_weighs_and_changes_nothing(track, capsys):
    run = with_files(make_run("train_sft"))

    call_command("prune", dry_run=True)

    said = capsys.readouterr().out
    assert "1 models and checkpoints of runs that nothing needs are due (2.0" in said
    assert left(run) == ALL
