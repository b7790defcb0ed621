"""An installation comes back from one file, or it is said why not and nothing is changed."""

import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment, Draft, Ranking, Task
from annotate.selectors.balance import tasks_out_of_balance
from annotate.services.campaign import Work
from annotate.services.draft import save_draft
from annotate.services.lease import reserve_turn
from annotate.services.ranking import RankingAnswer, submit_ranking
from commons.backing_up import making
from commons.backing_up.archive import members_of, written_archive
from commons.backing_up.manifest import manifest_in
from commons.models import AuditEvent, WorkerHeartbeat
from tests.annotate.migrations.first_release import Filled, fill, install
from tests.factories import make_campaign, make_member, make_ranking, make_task, take_and_show
from tests.installation import Installation, need_client_programs, rows_by_table

THRICE = [Work(Kind.RANK, wanted=3)]
CHANGED = {  # by a restore, of what it puts back
    "annotate_assignment",  # a lease ends
    "annotate_task",  # its turn is free again
    "commons_auditevent",  # it is written down
    "commons_workerheartbeat",
    "django_session",
}


@pytest.fixture(autouse=True)
def _tools():
    need_client_programs()


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "backup.tar.gz"


def backed_up(file: Path, *options: str) -> Path:
    call_command("backup", str(file), *options)
    return file


@contextmanager
def repacked(file: Path, **changes: Any):
    """The same backup, but for what its manifest says."""
    with members_of(file) as members:
        said = {each.name: each.content.read() for each in members}
    manifest = replace(manifest_in(said.pop("manifest.json")), **changes)
    again = file.with_name("again.tar.gz")
    with again.open("wb") as out, written_archive(out, lambda *_: None) as archive:
        for name, content in said.items():
            (file.parent / "member").write_bytes(content)
            with (file.parent / "member").open("rb") as member:
                archive.add(name, member)
        archive.finish(manifest)
    yield again


def make_work() -> Assignment:
    """A task in all states: leased with a draft, submitted, set aside. The lease is given."""
    campaign = make_campaign(works=THRICE)
    ann, bob, cleo = (make_member(campaign) for _ in range(3))
    task = make_task(campaign)
    lease = take_and_show(ann, campaign)
    save_draft(assignment=lease, body={"reason": "half a thought"}, version=0, by=ann)
    done = take_and_show(bob, campaign)
    order = RankingAnswer(tiers=[[each] for each in done.task.offered])
    submit_ranking(assignment=done, answer=order, by=bob)
    reserve_turn(task=task, person=cleo, by=ann)
    return lease


def test_an_installation_comes_back_whole_and_its_leases_end(second, file, capsys):
    lease = make_work()
    Client().force_login(lease.person)
    now = timezone.now()
    WorkerHeartbeat.objects.create(name="default@here", pid=1, started_at=now, seen_at=now)
    before = rows_by_table()
    backed_up(file)

    with second.entered():
        call_command("restore", str(file))

        after = rows_by_table()
        assert set(after) == set(before)
        assert {table for table in before if before[table] != after[table]} == CHANGED
        assert (after["django_session"], after["commons_workerheartbeat"]) == ([], [])
        restored = Assignment.objects.select_related("task", "draft").get(uuid=lease.uuid)
        assert restored.state == AssignmentState.EXPIRED
        assert restored.closed_at >= now
        assert restored.task.free == 1
        assert restored.draft.body == {"reason": "half a thought"}
        states = Assignment.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == ["expired", "submitted", "reserved"]
        event = AuditEvent.objects.get(verb="installation.restored")
        assert event.detail["leases_ended"] == 1
    said = capsys.readouterr().out.splitlines()
    assert said[-3:] == [
        "tables are up to date",
        "1 leases ended",
        "every turn is accounted for; start web and workers",
    ]


def test_what_a_person_still_had_on_their_screen_is_kept(second, file):
    lease = make_work()
    backed_up(file)

    with second.entered():
        call_command("restore", str(file))

        restored = Assignment.objects.get(uuid=lease.uuid)
        order = RankingAnswer(tiers=[[each] for each in lease.task.offered])
        kept = submit_ranking(assignment=restored, answer=order, by=restored.person)

        assert kept.counts_as == "work"
        assert list(tasks_out_of_balance()) == []


def test_a_backup_made_while_people_submit_adds_up(second, file):
    """Every row of it stood there at one moment, between the call and its return."""
    campaign = make_campaign(works=[Work(Kind.RANK)])
    person = make_member(campaign)
    some, enough, broken = threading.Event(), threading.Event(), []

    def submit_on() -> None:
        try:
            while not enough.is_set():
                make_ranking(campaign, person)
                some.set()
        except BaseException as odd:
            broken.append(odd)
            raise
        finally:
            connections.close_all()

    writer = threading.Thread(target=submit_on)
    writer.start()
    assert some.wait(60)
    began = Ranking.objects.count()
    backed_up(file)
    ended = Ranking.objects.count()
    enough.set()
    writer.join()
    assert not broken

    with second.entered():
        call_command("restore", str(file))  # fails where something does not add up

        assert began <= Ranking.objects.count() <= ended


def test_an_older_backup_is_brought_up_to_date(second, file):
    """Of release 0.1, by its tables; the code that makes and restores it is today's."""
    with second.entered():
        filled = fill(install())
        backed_up(file)

    with emptied(second):
        call_command("restore", str(file))

        assert_the_first_release_is_there(filled)


@contextmanager
def emptied(installation: Installation):
    """Enter it with a new, empty database under the same name."""
    if connection.vendor == "sqlite":
        Path(installation.database).unlink()
        with installation.entered():
            yield
        return
    with installation.entered():
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        yield


def assert_the_first_release_is_there(filled: Filled) -> None:
    lease = Assignment.objects.get(uuid=filled.lease)
    assert (lease.state, lease.take_key) == (AssignmentState.EXPIRED, None)
    assert Draft.objects.get(assignment=lease).body == {"reason": filled.text}
    task = Task.objects.get(uuid=filled.task)
    assert (task.wanted, task.free) == (3, 2)
    assert Ranking.objects.filter(assignment__task=task).count() == 2


def test_a_database_with_tables_is_never_written_to(transactional_db, file):
    make_work()
    backed_up(file)
    before = rows_by_table()

    with pytest.raises(CommandError, match="holds tables; a backup is put into an empty database"):
        call_command("restore", str(file))

    assert rows_by_table() == before


def test_a_broken_backup_is_refused_before_anything_is_written(second, file):
    said = backed_up(file).read_bytes()
    file.write_bytes(said[: len(said) // 2])

    with second.entered():
        with pytest.raises(CommandError, match="is no whole backup"):
            call_command("restore", str(file))

        assert connection.introspection.table_names() == []


def test_a_backup_of_newer_code_is_refused_by_the_name_of_its_migration(second, file):
    applied = ("annotate.0001_initial", "annotate.9999_tomorrow")

    with repacked(backed_up(file), migrations=applied, code="v9") as newer, second.entered():
        with pytest.raises(CommandError, match=r"newer .* \(v9\).*annotate.9999_tomorrow"):
            call_command("restore", str(newer))

        assert connection.introspection.table_names() == []


def test_a_backup_of_the_other_database_is_refused(second, file):
    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"

    with (
        repacked(backed_up(file), database=other) as strange,
        second.entered(),
        pytest.raises(CommandError, match=f"The backup is of {other}"),
    ):
        call_command("restore", str(strange))


def test_rows_that_were_not_in_the_backup_are_noticed(second, file):
    rows = {"commons_user": 7}

    with (
        repacked(backed_up(file), rows=rows) as strange,
        second.entered(),
        pytest.raises(CommandError, match="has .* rows and had .* something else writes"),
    ):
        call_command("restore", str(strange))


def test_a_file_that_is_not_there_is_said(second):
    with pytest.raises(CommandError, match="There is no file nowhere.tar.gz"):
        call_command("restore", "nowhere.tar.gz")


def test_keys_and_artifacts_come_back_where_they_are_missing(second, file, settings, capsys):
    """The second installation has made keys of its own, and has no artifacts."""
    settings.ARTIFACTS = file.parent / "there"
    frozen = settings.ARTIFACTS / "snapshots" / "one" / "manifest.json"
    frozen.parent.mkdir(parents=True)
    frozen.write_text("{}")
    key = settings.PSEUDONYM_KEY
    backed_up(file, "--with-keys", "--with-artifacts")

    settings.VAR_DIR, settings.ARTIFACTS = second.var, file.parent / "here"
    settings.PSEUDONYM_KEY = settings.SECRET_KEY = "first-start" * 6
    second.var.mkdir()
    for name in ("pseudonym_key", "secret_key"):
        (second.var / name).write_text(settings.PSEUDONYM_KEY)
    with second.entered():
        call_command("restore", str(file))

    assert (second.var / "pseudonym_key").read_text().strip() == key
    assert (settings.ARTIFACTS / "snapshots/one/manifest.json").read_text() == "{}"
    said = capsys.readouterr().out
    assert "1 artifacts put back" in said
    assert "missing" not in said
    assert "name raters differently" not in said


def test_what_the_installation_lacks_is_said(second, file, settings, capsys):
    """Keys and artifacts were not in the backup, and are not the same here."""
    settings.ARTIFACTS = file.parent / "there"
    settings.ARTIFACTS.mkdir()
    (settings.ARTIFACTS / "model.safetensors").write_text("weights")
    backed_up(file)

    settings.ARTIFACTS, settings.PSEUDONYM_KEY = file.parent / "here", "another key"
    with second.entered():
        call_command("restore", str(file))

    said = capsys.readouterr().out
    assert "PSEUDONYM_KEY is not the one that this database was used with" in said
    assert "1 artifacts are missing here or not the same, model.safetensors the first" in said


def test_what_does_not_add_up_afterwards_is_said(second, file, capsys):
    task = make_work().task
    Task.objects.filter(pk=task.pk).update(wanted=9)
    backed_up(file)

    with (
        second.entered(),
        pytest.raises(CommandError, match="put back, but not all adds up: `manage.py check_work`"),
    ):
        call_command("restore", str(file))

    assert f"task {task.uuid} wants 9: 1 in hand, 1 counted, 1 free" in capsys.readouterr().out


def test_a_database_that_is_newer_than_its_copy_is_still_copied_in_one_piece(
    second, file, monkeypatch
):
    """Between copy and manifest a person joins: the manifest counts what is in the copy."""
    real = making.COPY[connection.vendor]

    def copied(*args):
        found = real(*args)
        make_member(make_campaign())
        return found

    monkeypatch.setitem(making.COPY, connection.vendor, copied)
    backed_up(file)

    with second.entered():
        call_command("restore", str(file))

        assert not rows_by_table()["commons_user"]
