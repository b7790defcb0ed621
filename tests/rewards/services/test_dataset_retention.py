"""Files of datasets that cycles froze go after some weeks; what something reads stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotate.enums import Removal, SnapshotKind
from annotate.models import Campaign, Snapshot
from annotate.services.snapshot import snapshot_store
from annotate.services.snapshot_removal import let_go_files, prune_half_removed
from commons.models import RunState
from rewards.enums import Purpose, Stage
from rewards.errors import DatasetGone
from rewards.models import Cycle, CycleStep, EngineRun, RewardModel, Track
from rewards.services import dataset_retention
from rewards.services.dataset_retention import old_datasets, prune_datasets
from rewards.services.datasets import LEFT, read_by
from rewards.services.keeping import needed_snapshots
from rewards.services.reward_comparison import request_reward_comparison
from rewards.services.reward_model import (
    request_missing_report_cards,
    request_report_card,
    request_reward_model,
)
from rewards.services.run import carry_out, claim_requested_run, request_run
from rewards.views.snapshots import ranked_snapshots
from tests.annotate.freezing import freeze
from tests.factories import make_user
from tests.rewards.views.making import make_card, make_reward_model, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS, settings.MODELS_KEPT_WEEKS = tmp_path, 8
    settings.REPORT_TOKENIZER = settings.EVALUATIONS = tmp_path / "none"


def aged(snapshot: Snapshot, *, weeks_ago: float = 9) -> Snapshot:
    ended = timezone.now() - timedelta(weeks=weeks_ago)
    Snapshot.objects.filter(pk=snapshot.pk).update(finished_at=ended)
    return snapshot


@pytest.fixture
def frozen(campaign: Campaign) -> Snapshot:
    """Nine weeks ago."""
    return aged(freeze(SnapshotKind.RANKED, campaign))


@pytest.fixture
def cycle(track: Track, frozen: Snapshot) -> Cycle:
    """It has ended, and had frozen that."""
    cycle = Cycle.objects.create(
        track=track, number=1, stage=Stage.DONE, closed_at=timezone.now() - timedelta(weeks=9)
    )
    CycleStep.objects.create(
        cycle=cycle, stage=Stage.FREEZING, result={"ranked": str(frozen.uuid), "sft": ""}
    )
    return cycle


def is_there(snapshot: Snapshot) -> bool:
    return snapshot_store().has(str(snapshot.uuid))


def test_a_cycles_datasets_go_by_their_age_and_a_persons_stays(
    cycle, frozen, campaign, django_capture_on_commit_callbacks
):
    theirs = aged(freeze(SnapshotKind.RANKED, campaign), weeks_ago=900)

    with django_capture_on_commit_callbacks(execute=True):
        assert (prune_datasets(), prune_datasets()) == (1, 0)

    frozen.refresh_from_db()
    assert (is_there(frozen), is_there(theirs)) == (False, True)
    assert frozen.removed_for == Removal.AGE
    assert (frozen.members.count(), bool(frozen.manifest["shards"])) == (6, True)


def test_two_prunes_at_once_let_each_go_once(cycle, frozen, monkeypatch):
    """Both have listed what is due before either of them has marked it."""
    due = old_datasets()
    monkeypatch.setattr(dataset_retention, "old_datasets", lambda: due)

    assert (prune_datasets(), prune_datasets()) == (1, 0)


def test_what_a_killed_prune_has_marked_goes_the_next_time(cycle, frozen):
    assert prune_datasets() == 1  # nothing after its commit is done
    assert is_there(frozen)

    prune_half_removed()

    assert not is_there(frozen)


def test_what_is_younger_stays_and_a_track_sets_its_own_weeks(cycle, track, frozen):
    aged(frozen, weeks_ago=5)
    assert old_datasets() == []

    Track.objects.filter(pk=track.pk).update(weeks_kept=4)
    assert old_datasets() == [frozen.uuid]
    Track.objects.filter(pk=track.pk).update(weeks_kept=20)
    assert old_datasets() == []


@pytest.mark.parametrize("stage", [Stage.REWARDING, Stage.FAILED])
def test_what_an_open_cycle_reads_or_would_when_retried_stays(cycle, frozen, stage):
    Cycle.objects.update(stage=stage, closed_at=None)

    assert (old_datasets(), needed_snapshots()) == ([], {frozen.uuid})


@pytest.mark.parametrize(
    ("state", "is_needed"),
    [
        (RunState.REQUESTED, True),
        (RunState.RUNNING, True),
        (RunState.FAILED, True),
        (RunState.DONE, False),
        (RunState.CANCELLED, False),
    ],
)
def test_what_a_run_reads_or_would_when_it_is_tried_again_stays(cycle, frozen, state, is_needed):
    make_run("compare_rewards", state=state, columns={"config": {"snapshot": str(frozen.uuid)}})

    assert (frozen.uuid in needed_snapshots(), bool(old_datasets())) == (is_needed, not is_needed)


def test_a_failed_run_needs_it_as_long_as_its_own_files_stay(cycle, frozen):
    run = make_run(
        "compare_rewards",
        state=RunState.FAILED,
        columns={"config": {"snapshot": str(frozen.uuid)}},
    )
    assert old_datasets() == []

    EngineRun.objects.filter(pk=run.pk).update(files_gone_at=timezone.now())
    assert old_datasets() == [frozen.uuid]


def test_a_failed_run_of_a_cycle_that_is_over_needs_nothing(cycle, frozen):
    run = make_run(
        state=RunState.FAILED, columns={"config": {"snapshot": f"/old/snapshots/{frozen.uuid}"}}
    )
    assert old_datasets() == []

    CycleStep.objects.create(cycle=cycle, stage=Stage.REWARDING, run=run)
    assert old_datasets() == [frozen.uuid]


def test_runs_of_old_were_told_a_folder(frozen):
    assert read_by({"snapshot": f"/data/snapshots/{frozen.uuid}/"}) == frozen.uuid
    assert read_by({"snapshot": "/data/my own rows"}) is None
    assert read_by({}) is None


def test_a_model_without_a_report_card_needs_it_until_that_is_asked_for(cycle, frozen):
    model = RewardModel.objects.create(snapshot=frozen, run=make_run())
    assert old_datasets() == []

    make_card(model, make_run("evaluate_reward", result={}))
    assert old_datasets() == [frozen.uuid]  # what it learned stays told by members and manifest


def test_what_somebody_came_to_need_between_the_list_and_the_mark_stays(cycle, frozen, monkeypatch):
    due = old_datasets()
    monkeypatch.setattr(dataset_retention, "old_datasets", lambda: due)
    request_reward_model(snapshot=frozen.uuid, by=None)

    assert prune_datasets() == 0

    frozen.refresh_from_db()
    assert not frozen.are_files_gone


def test_what_a_step_left_when_it_began_anew_goes_as_well(cycle, frozen):
    CycleStep.objects.update(result={LEFT: [str(frozen.uuid)]})

    assert old_datasets() == [frozen.uuid]


def test_what_reads_a_dataset_without_files_is_refused_with_the_remedy(cycle, frozen, campaign):
    model, other = make_reward_model(campaign), make_reward_model(campaign)
    for each in (model, other):
        RewardModel.objects.filter(pk=each.pk).update(snapshot=frozen)
        make_card(each, make_run("evaluate_reward", result={}))
    bare = RewardModel.objects.create(snapshot=frozen, run=make_run(), purpose=Purpose.JUDGE)
    model.refresh_from_db()
    prune_datasets()

    for ask in (
        lambda: request_reward_model(snapshot=frozen.uuid, by=None),
        lambda: request_report_card(reward_model=bare, by=None),
        lambda: request_reward_comparison(reward_model=model, against=other, by=None),
    ):
        with pytest.raises(DatasetGone, match="have them made again on its page"):
            ask()
    offered = [name for name, _ in ranked_snapshots(make_user(admin=True))]
    assert len(offered) == 2  # those that the two models had at first
    assert str(frozen.uuid) not in offered


def test_a_run_that_finds_no_files_fails_with_the_remedy(cycle, frozen, engine):
    let_go_files(snapshot=frozen, by=None)
    run = request_run(module="train_reward", config={"snapshot": str(frozen.uuid)})
    claimed = claim_requested_run()
    assert claimed is not None

    carry_out(claimed)

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "Have them made again: on its page" in run.error


def test_the_sweep_for_report_cards_passes_over_what_has_no_files(frozen):
    """Where something was erased, a person takes files away whoever needs them."""
    RewardModel.objects.create(snapshot=frozen, run=make_run())
    Snapshot.objects.update(removed_at=timezone.now(), removed_for=Removal.ERASED)

    request_missing_report_cards()

    assert not EngineRun.objects.filter(module="evaluate_reward").exists()


def test_the_preview_counts_and_weighs_and_changes_nothing(cycle, frozen, capsys):
    call_command("prune", dry_run=True)

    said = capsys.readouterr().out
    size = sum(shard["bytes"] for shard in frozen.manifest["shards"])
    assert f"1 datasets of cycles that nothing needs are due ({size / 1024:.1f}" in said
    frozen.refresh_from_db()
    assert not frozen.are_files_gone
