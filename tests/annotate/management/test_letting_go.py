"""Files of datasets are let go and made again by commands; others say so by a code of their own."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from annotate.enums import SnapshotKind
from annotate.models import Prompt, Snapshot
from annotate.services.snapshot import snapshot_folder
from annotate.services.snapshot_removal import let_go_files
from commons.models import RunState
from tests.annotate.freezing import freeze
from tests.factories import make_campaign, make_member, make_ranking

pytestmark = pytest.mark.django_db


@pytest.fixture
def frozen(tmp_path: Path, settings: Settings) -> Snapshot:
    settings.ARTIFACTS = tmp_path / "artifacts"
    settings.REPORT_TOKENIZER = settings.EVALUATIONS = tmp_path / "none"
    campaign = make_campaign(name="Medicine")
    make_ranking(campaign, make_member(campaign))
    return freeze(SnapshotKind.RANKED, campaign)


@pytest.fixture
def gone(frozen: Snapshot, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks):
    with django_capture_on_commit_callbacks(execute=True):
        let_go_files(snapshot=frozen, by=None)
    frozen.refresh_from_db()
    return frozen


def refused(*said: str) -> CommandError:
    with pytest.raises(CommandError) as broken:
        call_command(*said)
    return broken.value


def test_files_are_let_go_and_made_again(frozen, capsys, django_capture_on_commit_callbacks):
    folder, name = snapshot_folder(frozen), str(frozen.uuid)

    with django_capture_on_commit_callbacks(execute=True):
        call_command("let_go_snapshot", name)
    assert not folder.exists()
    call_command("remake_snapshot", name)

    assert folder.is_dir()
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"{name} let go (")
    assert said[1:] == [f"digest {frozen.digest}", f"folder {folder}"]
    call_command("verify_snapshot", name)


def test_a_second_time_is_refused_and_an_unknown_one_stops_all_of_it(frozen, gone):
    unknown = refused("let_go_snapshot", str(gone.uuid), "f" * 32)
    twice = refused("let_go_snapshot", str(gone.uuid))

    assert (unknown.returncode, twice.returncode) == (2, 1)
    assert "these are gone already" in str(twice)


def test_one_that_is_refused_does_not_keep_the_others(
    frozen, gone, django_capture_on_commit_callbacks, capsys
):
    other = freeze(SnapshotKind.PREFERENCE, frozen.campaigns.get())

    with django_capture_on_commit_callbacks(execute=True):
        answer = refused("let_go_snapshot", str(gone.uuid), str(other.uuid), "--json")

    other.refresh_from_db()
    assert (answer.returncode, other.are_files_gone) == (1, True)
    assert str(answer).startswith(f"{gone.uuid}: Only the files of a frozen dataset")
    said = json.loads(capsys.readouterr().out)
    assert (said["dry_run"], said["bytes"]) == (False, other.bytes)
    assert [each["outcome"] for each in said["datasets"]] == ["refused", "let_go"]


def test_a_preview_changes_nothing_and_refuses_the_same(frozen, settings, capsys):
    call_command("let_go_snapshot", str(frozen.uuid), "--dry-run")
    said = capsys.readouterr().out.splitlines()
    settings.SNAPSHOT_NEEDS = [f"{__name__}.everything"]
    answer = refused("let_go_snapshot", str(frozen.uuid), "--dry-run")

    frozen.refresh_from_db()
    assert (frozen.are_files_gone, snapshot_folder(frozen).is_dir()) == (False, True)
    assert said[0].startswith(f"{frozen.uuid} would be let go (")
    assert said[1:] == ["Nothing was changed."]
    assert answer.returncode == 1
    assert "An open cycle or a training needs these files still" in str(answer)


def everything() -> set[UUID]:
    return set(Snapshot.objects.values_list("uuid", flat=True))


def test_datasets_or_a_cycle_are_named_and_not_both(frozen, settings):
    calls = [
        refused("let_go_snapshot"),
        refused("let_go_snapshot", str(frozen.uuid), "--all-of-cycle", "Demo/1"),
        refused("let_go_snapshot", "--all-of-cycle", "Demo/1"),
    ]
    settings.SNAPSHOT_CYCLES = []
    calls.append(refused("let_go_snapshot", "--all-of-cycle", "Demo/1"))

    assert [each.returncode for each in calls] == [2, 2, 2, 2]
    assert "There is no cycle Demo/1; write TRACK/NUMBER" in str(calls[2])


def test_what_verifies_and_pushes_says_that_they_are_gone_by_its_own_code(gone, settings, capsys):
    settings.HUB_TOKEN = "hf_token"

    answers = [
        refused("verify_snapshot", str(gone.uuid)),
        refused("verify_snapshot", str(gone.uuid), "--json"),
        refused("push_snapshot", str(gone.uuid), "--repo", "my-team/medicine"),
    ]

    assert [each.returncode for each in answers] == [4, 4, 4]
    assert f"let go on {gone.removed_at:%Y-%m-%d}" in str(answers[0])
    assert json.loads(capsys.readouterr().out) == {"whole": False, "error": str(answers[0])}


def test_files_that_come_out_otherwise_are_refused(gone):
    Prompt.objects.update(skill="rhyme")

    answer = refused("remake_snapshot", str(gone.uuid))

    gone.refresh_from_db()
    assert (answer.returncode, gone.state) == (1, RunState.FAILED)
    assert "does not come out as it was frozen" in str(answer)
    assert refused("remake_snapshot", str(gone.uuid)).returncode == 1  # it may be tried again


def test_the_making_may_be_left_to_the_workers(gone, capsys):
    call_command("remake_snapshot", str(gone.uuid), "--no-wait")

    gone.refresh_from_db()
    assert (gone.state, gone.are_files_gone) == (RunState.REQUESTED, True)
    assert "is waiting for a worker" in capsys.readouterr().out
