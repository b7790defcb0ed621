"""Artifacts are found, put back where they are missing, and compared with what was listed."""

import hashlib
import io

import pytest

from commons.backing_up.artifacts import (
    artifact_files,
    listed_artifacts,
    missing_artifacts,
    put_back_artifact,
)
from commons.backing_up.errors import BackupError
from commons.backing_up.manifest import Entry


@pytest.fixture
def root(settings, tmp_path):
    settings.ARTIFACTS = tmp_path / "artifacts"
    for name in (
        "snapshots/one/manifest.json",
        "snapshots/.two.partial/half",
        "runs/r/result.json",
    ):
        path = settings.ARTIFACTS / name
        path.parent.mkdir(parents=True)
        path.write_text(name)
    return settings.ARTIFACTS


def entry(name: str, said: str) -> Entry:
    return Entry(name, len(said), hashlib.sha256(said.encode()).hexdigest())


def test_what_is_being_written_is_left_out(root):
    names = [name for name, _ in artifact_files()]

    assert names == ["runs/r/result.json", "snapshots/one/manifest.json"]


def test_every_file_is_listed_with_its_digest(root):
    assert list(listed_artifacts(lambda doing, done, total: None)) == [
        entry("runs/r/result.json", "runs/r/result.json"),
        entry("snapshots/one/manifest.json", "snapshots/one/manifest.json"),
    ]


def test_no_folder_at_all_holds_no_artifacts(settings, tmp_path):
    settings.ARTIFACTS = tmp_path / "nowhere"

    assert list(artifact_files()) == []


def test_what_is_gone_or_changed_is_missing(root):
    listed = tuple(listed_artifacts(lambda doing, done, total: None))
    (root / "runs/r/result.json").write_text("changed, same name")

    assert missing_artifacts((*listed, entry("gone", ""))) == ["runs/r/result.json", "gone"]


def test_a_file_that_is_there_is_left_as_it_is(root):
    assert put_back_artifact("runs/r/result.json", io.BytesIO(b"another")) is False
    assert put_back_artifact("models/new/config.json", io.BytesIO(b"{}")) is True

    assert (root / "runs/r/result.json").read_text() == "runs/r/result.json"
    assert (root / "models/new/config.json").read_text() == "{}"


@pytest.mark.parametrize("name", ["../secret_key", "/etc/passwd", "runs/../../secret_key"])
def test_nothing_is_written_outside_the_folder(root, name):
    with pytest.raises(BackupError, match="outside the artifacts"):
        put_back_artifact(name, io.BytesIO(b""))

    assert not (root.parent / "secret_key").exists()
