"""Datasets by commands: frozen here or by the workers, told in words, JSON and exit codes."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone
from pytest_django import Settings

from annotate.enums import Kind, Purpose
from annotate.export.manifest import verify_snapshot
from annotate.management import freezing, told
from annotate.models import Campaign, Snapshot
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.snapshot import snapshot_folder, snapshot_store
from annotate.tasks import freeze_requested_snapshots
from commons.models import AuditEvent, RunState
from commons.stores.errors import StoreAway
from tests.factories import make_assignment, make_campaign, make_member, make_prompt, make_ranking

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(tmp_path: Path, settings: Settings) -> Campaign:
    """Two rankings of four answers each: twelve pairs."""
    settings.ARTIFACTS = tmp_path / "artifacts"
    campaign = make_campaign(name="Medicine")
    for _ in range(2):
        make_ranking(campaign, make_member(campaign))
    return campaign


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that hear a nudge at once."""
    monkeypatch.setattr(freezing, "nudge", lambda task: task())
    monkeypatch.setattr(freezing, "LOOK", 0)


def refused(*said: str) -> CommandError:
    with pytest.raises(CommandError) as broken:
        call_command(*said)
    return broken.value


def test_a_dataset_is_frozen_here_and_said_in_three_lines(campaign, capsys):
    call_command("freeze_snapshot", "preference", "--campaign", "Medicine")

    snapshot = Snapshot.objects.get()
    folder = snapshot_folder(snapshot)
    rows = ", ".join(f"{side} {count}" for side, count in snapshot.manifest["rows"].items())
    assert capsys.readouterr().out.splitlines() == [
        f"snapshot {snapshot.uuid} (preference): {rows}",
        f"digest {snapshot.digest}",
        f"folder {folder}",
    ]
    assert sum(verify_snapshot(folder).rows.values()) == 12
    assert snapshot.rows == 12


def test_one_json_object_says_all_of_it_and_the_folder_is_copied(campaign, tmp_path, capsys):
    out = tmp_path / "pairs"

    call_command(
        *("freeze_snapshot", "ranked", "--campaign", str(campaign.uuid)),
        *("--files", "jsonl", "--json", "--out", str(out)),
    )

    (snapshot,) = Snapshot.objects.all()
    said = capsys.readouterr()
    assert json.loads(said.out) == {
        "snapshot": str(snapshot.uuid),
        "kind": "ranked",
        "purpose": "files",
        "state": "done",
        "members": 2,
        "rows": snapshot.manifest["rows"],
        "digest": verify_snapshot(out).digest,
        "report": snapshot.report,
        "folder": str(out),
    }
    assert said.err == ""
    assert {shard["path"].split("/")[0] for shard in snapshot.manifest["shards"]} == {
        *("jsonl", "pictures"),
    }


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (["export_sft"], "sft"),
        (["export_preferences"], "preference"),
        (["export_preferences", "--format", "ranked"], "ranked"),
        (["export_ranked"], "ranked"),
        (["export_prompts"], "prompts"),
    ],
)
def test_each_export_freezes_its_kind(campaign, command, kind):
    make_demonstration(campaign)

    call_command(*command, "--campaign", "Medicine", "--no-wait", "--no-imported")

    asked = Snapshot.objects.values_list("kind", "state", "policy__imported")
    assert list(asked) == [(kind, "requested", False)]


def make_demonstration(campaign: Campaign) -> None:
    writer = make_member(campaign)
    assignment = make_assignment(campaign, writer, kind=Kind.DEMONSTRATE)
    submit_demonstration(assignment=assignment, answer=DemonstrationAnswer("Rest."), by=writer)


def test_a_check_writes_no_files_and_tells_its_report(campaign, capsys):
    call_command("freeze_snapshot", "preference", "--campaign", "Medicine", "--check")

    snapshot = Snapshot.objects.get()
    said = capsys.readouterr().out
    assert said.startswith(f"snapshot {snapshot.uuid} (preference): 2 judgements looked at, no fi")
    assert (snapshot.purpose, snapshot.state, snapshot.digest) == (Purpose.CHECK, "done", "")
    assert not snapshot_folder(snapshot).exists()


def test_workers_freeze_while_the_command_watches(campaign, workers, capsys):
    call_command("freeze_snapshot", "ranked", "--campaign", "Medicine", "--watch")

    snapshot = Snapshot.objects.get()
    assert snapshot.state == RunState.DONE
    assert capsys.readouterr().out.splitlines()[0].startswith(f"snapshot {snapshot.uuid} (ranked)")


def test_nobody_waits_where_nobody_asked_to(campaign, capsys):
    call_command("freeze_snapshot", "ranked", "--campaign", "Medicine", "--no-wait")

    snapshot = Snapshot.objects.get()
    assert snapshot.state == RunState.REQUESTED
    said = f"snapshot {snapshot.uuid} (ranked) is waiting for a worker\n"
    assert capsys.readouterr().out == said


def test_what_cannot_be_frozen_is_refused_with_1(campaign, capsys):
    answer = refused("freeze_snapshot", "sft", "--campaign", "Medicine", "--json")

    assert answer.returncode == 1
    assert "There is nothing to freeze" in str(answer)
    assert json.loads(capsys.readouterr().out) == {"error": str(answer)}


def test_a_policy_that_contradicts_itself_is_refused_with_1(campaign):
    answer = refused("freeze_snapshot", "ranked", "--campaign", "Medicine", "--ties", "both")

    assert (answer.returncode, str(answer)) == (
        1,
        "ties does not apply to datasets of kind ranked; leave it out.",
    )


def test_an_unknown_campaign_and_a_taken_folder_are_wrong_usage(campaign, tmp_path):
    unknown = refused("freeze_snapshot", "ranked", "--campaign", "Law")
    by_id = refused("freeze_snapshot", "ranked", "--campaign", str(uuid4()))
    taken = refused("export_ranked", "--campaign", "Medicine", "--out", str(tmp_path))
    pointless = refused("export_ranked", "--campaign", "Medicine", "--out", "x", "--check")

    assert [each.returncode for each in (unknown, by_id, taken, pointless)] == [2, 2, 2, 2]
    assert str(unknown) == "There is no campaign “Law”."
    assert not Snapshot.objects.exists()


def test_ctrl_c_stops_it_and_keeps_nothing(
    campaign, monkeypatch, django_capture_on_commit_callbacks
):
    def interrupted(*, snapshot: Snapshot, **_: object) -> None:
        with snapshot_store().staged(str(snapshot.uuid)).writing("jsonl/x") as out:
            out.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(freezing, "freeze_snapshot", interrupted)

    with django_capture_on_commit_callbacks(execute=True):
        answer = refused("export_ranked", "--campaign", "Medicine")

    snapshot = Snapshot.objects.get()
    assert (answer.returncode, snapshot.state) == (3, RunState.CANCELLED)
    assert str(answer) == "Stopped with Ctrl-C; nothing of it was kept."
    assert list(snapshot_folder(snapshot).parent.iterdir()) == []


def test_what_somebody_stops_meanwhile_ends_with_3(campaign, monkeypatch, capsys):
    def stopped(*, snapshot: Snapshot, **_: object) -> None:
        Snapshot.objects.update(state=RunState.CANCELLED, finished_at=timezone.now(), token=None)

    monkeypatch.setattr(freezing, "freeze_snapshot", stopped)

    answer = refused("export_ranked", "--campaign", "Medicine", "--json")

    assert answer.returncode == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["error"]) == ("cancelled", str(answer))


def test_what_fails_says_why_and_which_dataset_it_was(campaign, monkeypatch):
    def failed(*, snapshot: Snapshot, **_: object) -> None:
        ended = {"state": RunState.FAILED, "finished_at": timezone.now(), "error": "Disk full."}
        Snapshot.objects.update(**ended, token=None)

    monkeypatch.setattr(freezing, "freeze_snapshot", failed)

    answer = refused("export_ranked", "--campaign", "Medicine")

    assert answer.returncode == 1
    assert str(answer) == f"Disk full. (snapshot {Snapshot.objects.get().uuid})"


def test_no_copy_appears_that_is_not_written_down(campaign, monkeypatch, tmp_path):
    def refuse(**_departure: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(freezing, "record_departure", refuse)

    with pytest.raises(DatabaseError):
        call_command("export_ranked", "--campaign", "Medicine", "--out", str(tmp_path / "copy"))

    assert list(tmp_path.glob("*copy*")) == []


def test_a_whole_dataset_is_verified_by_its_id_and_by_its_folder(campaign, tmp_path, capsys):
    out = tmp_path / "copy"
    call_command("export_ranked", "--campaign", "Medicine", "--out", str(out))
    snapshot = Snapshot.objects.get()
    capsys.readouterr()
    left = AuditEvent.objects.get(verb="snapshot.copied")
    assert (left.subject, left.detail) == (f"snapshot:{snapshot.uuid}", {"folder": str(out)})

    call_command("verify_snapshot", str(snapshot.uuid))
    call_command("verify_snapshot", str(out), "--json")

    by_id, digest, by_folder = capsys.readouterr().out.splitlines()
    assert by_id.startswith("whole: ranked (train ")
    assert digest == f"digest {snapshot.digest}"
    assert json.loads(by_folder) == {
        "whole": True,
        "folder": str(out),
        "kind": "ranked",
        "rows": snapshot.manifest["rows"],
        "files": len(snapshot.manifest["shards"]),
        "bytes": sum(shard["bytes"] for shard in snapshot.manifest["shards"]),
        "digest": snapshot.digest,
    }


def test_a_dataset_that_changed_is_broken_in_words(campaign, capsys):
    call_command("export_ranked", "--campaign", "Medicine")
    snapshot = Snapshot.objects.get()
    shard = snapshot.manifest["shards"][0]["path"]
    with (snapshot_folder(snapshot) / shard).open("ab") as file:
        file.write(b" ")
    capsys.readouterr()

    answer = refused("verify_snapshot", str(snapshot.uuid), "--json")

    assert answer.returncode == 1
    assert f"{shard} in " in str(answer)
    assert json.loads(capsys.readouterr().out) == {"whole": False, "error": str(answer)}


def test_another_dataset_in_its_place_is_seen(campaign):
    call_command("export_ranked", "--campaign", "Medicine")
    call_command("freeze_snapshot", "preference", "--campaign", "Medicine")
    first, second = Snapshot.objects.order_by("pk")
    first.refresh_from_db()
    folder = snapshot_folder(first)
    folder.rename(folder.with_name("gone"))
    snapshot_folder(second).rename(folder)

    answer = refused("verify_snapshot", str(first.uuid))

    assert answer.returncode == 1
    assert "holds another dataset" in str(answer)


def test_what_is_no_dataset_is_wrong_usage(campaign):
    make_prompt(campaign)
    answers = [refused("verify_snapshot", "nowhere"), refused("verify_snapshot", str(uuid4()))]

    assert [each.returncode for each in answers] == [2, 2]


def test_the_manual_has_an_example_and_the_exit_codes(capsys):
    with pytest.raises(SystemExit):
        call_command("export_preferences", "--help")

    told = capsys.readouterr().out
    assert "example:\n  manage.py export_preferences --campaign Medicine" in told
    assert "  3  stopped by somebody: on its page, by the API, or with Ctrl-C" in told


def test_the_workers_task_is_the_one_that_is_nudged(campaign, monkeypatch):
    nudged = []
    monkeypatch.setattr(freezing, "nudge", nudged.append)

    call_command("export_ranked", "--campaign", "Medicine", "--no-wait")

    assert nudged == [freeze_requested_snapshots]


def test_a_store_that_is_away_ends_the_command_in_words(campaign, capsys, monkeypatch):
    """The dataset is frozen all the same, and its id is said."""

    def away(*_):
        raise StoreAway("s3://datasets", OSError("no route"))

    monkeypatch.setattr(freezing, "snapshot_folder", away)

    broken = refused("export_ranked", "--campaign", campaign.name, "--json")

    snapshot = Snapshot.objects.get()
    said = json.loads(capsys.readouterr().out)
    assert broken.returncode == 1
    assert str(broken).startswith("It is frozen, but its files cannot be fetched: s3://datasets ")
    assert (said["snapshot"], said["error"]) == (str(snapshot.uuid), str(broken))


def test_a_store_that_is_away_keeps_nobody_from_stopping(campaign, monkeypatch):
    def interrupted(**_):
        raise KeyboardInterrupt

    def away(**_):
        raise StoreAway("s3://datasets", OSError("no route"))

    monkeypatch.setattr(freezing, "freeze_snapshot", interrupted)
    monkeypatch.setattr(freezing, "cancel_snapshot", away)

    stopped = refused("export_ranked", "--campaign", campaign.name)

    assert stopped.returncode == 3
    assert "lies there until it is pruned: s3://datasets does not answer" in str(stopped)


def test_verifying_what_its_store_does_not_give_is_refused_in_words(campaign, monkeypatch):
    call_command("export_ranked", "--campaign", "Medicine")

    def away(*_):
        raise StoreAway("s3://datasets", OSError("no route"))

    monkeypatch.setattr(told, "snapshot_folder", away)

    broken = refused("verify_snapshot", str(Snapshot.objects.get().uuid))

    assert (broken.returncode, str(broken)[:14]) == (1, "s3://datasets ")
