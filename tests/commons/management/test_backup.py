"""One file holds the installation, as it stood at one moment, and nothing else appears."""

import json
import tarfile

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from commons.backing_up.keys import fingerprint_of_pseudonyms
from commons.backing_up.making import make_backup
from commons.models import AuditEvent
from tests.factories import make_user
from tests.installation import need_client_programs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _tools():
    need_client_programs()


@pytest.fixture
def artifacts(settings, tmp_path):
    settings.ARTIFACTS = tmp_path / "artifacts"
    frozen = settings.ARTIFACTS / "snapshots" / "one" / "manifest.json"
    frozen.parent.mkdir(parents=True)
    frozen.write_text("{}")
    return settings.ARTIFACTS


def members(file) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {each.name: read(tar, each) for each in tar}


def read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = tar.extractfile(member)
    assert content
    return content.read()


def test_a_database_that_takes_no_note_is_backed_up_all_the_same(
    artifacts, caplog, monkeypatch, tmp_path
):
    """A standby is read only, and it is where a large installation is copied from."""

    def refuse(**_event: object) -> None:
        raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(AuditEvent.objects, "create", refuse)

    call_command("backup", str(tmp_path / "backup.tar.gz"))

    assert members(tmp_path / "backup.tar.gz")["manifest.json"]
    assert "the backup is not in the audit record: attempt to write" in caplog.text


def test_a_backup_says_what_it_holds(artifacts, capsys, tmp_path):
    make_user("ada")
    file = tmp_path / "backup.tar.gz"

    call_command("backup", str(file))

    found = members(file)
    manifest = json.loads(found["manifest.json"])
    assert list(found) == ["database", "manifest.json"]
    assert manifest["database"] == connection.vendor
    applied = MigrationRecorder(connection).applied_migrations()
    assert set(manifest["migrations"]) == {f"{app}.{name}" for app, name in applied}
    assert {model._meta.db_table for model in apps.get_models()} <= set(manifest["rows"])
    assert manifest["rows"]["commons_user"] == 1
    assert manifest["pseudonym_key"] == fingerprint_of_pseudonyms()
    assert [each["name"] for each in manifest["members"]] == ["database"]
    event = AuditEvent.objects.get(verb="installation.backed-up")
    assert event.subject == f"backup:{manifest['made_at']}"
    assert event.detail == {"with_keys": False, "with_artifacts": False}
    assert [each["name"] for each in manifest["artifacts"]] == ["snapshots/one/manifest.json"]
    said = capsys.readouterr()
    assert f"{file}: 0." in said.out
    assert "not in it: 1 artifacts" in said.out
    assert said.err.splitlines() == [
        "copying the database",
        "packing database",
        "hashing artifacts",
    ]


def test_a_backup_is_its_owners_alone_and_nothing_lies_beside_it(tmp_path):
    file = tmp_path / "backup.tar.gz"

    call_command("backup", str(file))

    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_keys_are_in_it_only_when_they_are_asked_for(settings, tmp_path):
    call_command("backup", str(tmp_path / "without"))
    call_command("backup", str(tmp_path / "with"), "--with-keys")

    assert settings.PSEUDONYM_KEY.encode() not in b"".join(members(tmp_path / "without").values())
    found = members(tmp_path / "with")
    assert list(found) == ["keys/pseudonym_key", "keys/secret_key", "database", "manifest.json"]
    assert found["keys/pseudonym_key"].decode().strip() == settings.PSEUDONYM_KEY


def test_artifacts_are_in_it_when_they_are_asked_for(artifacts, tmp_path):
    file = tmp_path / "backup.tar.gz"

    call_command("backup", str(file), "--with-artifacts")

    found = members(file)
    assert list(found) == ["artifacts/snapshots/one/manifest.json", "database", "manifest.json"]
    assert json.loads(found["manifest.json"])["artifacts"] == []


def test_a_file_that_is_there_is_never_overwritten(tmp_path):
    file = tmp_path / "backup.tar.gz"
    file.write_text("last week's")

    with pytest.raises(CommandError, match="is already there; choose another name"):
        call_command("backup", str(file))

    assert file.read_text() == "last week's"
    assert list(tmp_path.iterdir()) == [file]


def test_a_backup_that_breaks_off_leaves_nothing(tmp_path):
    def stop(doing: str, done: int, total: int) -> None:
        if doing == "packing database":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_backup(
            target=tmp_path / "backup.tar.gz", with_keys=False, with_artifacts=False, heard=stop
        )

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_backup_left_is_removed_by_the_next_one_of_that_name(tmp_path):
    (tmp_path / ".backup.tar.gz.copy").mkdir()
    (tmp_path / ".backup.tar.gz.copy" / "database").write_text("half a database")
    (tmp_path / ".backup.tar.gz.partial").write_text("half a backup")

    call_command("backup", str(tmp_path / "backup.tar.gz"))

    assert list(tmp_path.iterdir()) == [tmp_path / "backup.tar.gz"]


def test_a_full_disk_is_said_in_words():
    with pytest.raises(CommandError, match="/dev/full.* cannot be written"):
        call_command("backup", "/dev/full/backup.tar.gz")


def test_datasets_that_lie_elsewhere_are_said_not_to_be_in_it(
    artifacts, capsys, tmp_path, settings
):
    settings.SNAPSHOT_STORE = "memory://datasets"

    call_command("backup", str(tmp_path / "backup.tar.gz"), "--with-artifacts")

    assert "not in it: the datasets in memory://datasets; see to copies" in capsys.readouterr().out
