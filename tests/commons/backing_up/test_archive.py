"""What was packed comes out as it was, or is refused."""

import gzip
import io
import random
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from commons.backing_up.archive import members_of, verified_manifest, written_archive
from commons.backing_up.errors import BrokenBackup
from commons.backing_up.manifest import Entry, Manifest

CONTENT = {"keys/pseudonym_key": b"k" * 64, "database": random.Random(1).randbytes(4000)}

MANIFEST = Manifest(
    made_at="2026-11-22T12:00:00+00:00",
    code="abc1234",
    database="sqlite",
    server="3.40.1",
    migrations=("annotate.0001_initial",),
    rows={"annotate_task": 3},
    members=(),
    artifacts=(Entry("models/base/config.json", 2, "0" * 64),),
    pseudonym_key="f" * 16,
)


def silent(doing: str, done: int, total: int) -> None:
    """Tell nobody."""


@pytest.fixture
def backup(tmp_path) -> Path:
    file = tmp_path / "backup"
    with file.open("wb") as out, written_archive(out, silent) as archive:
        for name, said in CONTENT.items():
            (tmp_path / "member").write_bytes(said)
            with (tmp_path / "member").open("rb") as member:
                archive.add(name, member)
        archive.finish(replace(MANIFEST, members=tuple(archive.entries)))
    return file


def packed_again(file: Path, changed: Mapping[str, bytes | None]) -> Path:
    """The same archive with other members, as somebody who knows tar would make it."""
    with members_of(file) as members:
        found = {each.name: each.content.read() for each in members}
    with gzip.open(file, "wb") as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
        for name, said in {**found, **changed}.items():
            if said is not None:
                info = tarfile.TarInfo(name)
                info.size = len(said)
                tar.addfile(info, io.BytesIO(said))
    return file


def test_what_was_packed_comes_out_as_it_was(backup):
    manifest = verified_manifest(backup, silent)

    with members_of(backup) as members:
        content = {each.name: each.content.read() for each in members}
    assert content == {**CONTENT, "manifest.json": manifest.as_json()}
    assert manifest == replace(MANIFEST, members=manifest.members)
    assert [(each.name, each.bytes) for each in manifest.members] == [
        ("keys/pseudonym_key", 64),
        ("database", 4000),
    ]


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_off_is_refused(backup, share):
    said = backup.read_bytes()
    backup.write_bytes(said[: int(len(said) * share)])

    with pytest.raises(BrokenBackup, match="is no whole backup.*fetch the file again"):
        verified_manifest(backup, silent)


def test_a_changed_byte_is_found_or_changes_nothing(backup):
    """A few bytes mean nothing: the time in gzip's header, bits that fill a block up."""
    said, manifest, found = backup.read_bytes(), verified_manifest(backup, silent), []
    places = range(0, len(said), 5)
    for place in places:
        backup.write_bytes(said[:place] + bytes([said[place] ^ 1]) + said[place + 1 :])
        try:
            assert verified_manifest(backup, silent) == manifest
        except BrokenBackup:
            found.append(place)

    assert len(found) > 0.98 * len(places)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"database": b"another"}, "database was changed after it was written"),
        ({"database": None}, "its members are not those that its manifest names"),
        ({"manifest.json": None}, "its manifest, which is written last, is missing"),
        ({"more": b"than there was"}, "its manifest, which is written last, is missing"),
        ({"manifest.json": b"{}"}, "its manifest is of version None, and this code reads 1"),
        ({"manifest.json": b'{"version": 1}'}, "its manifest lacks what a manifest has"),
        ({"manifest.json": b"nonsense"}, "its manifest is no JSON"),
    ],
)
def test_an_archive_that_somebody_packed_again_is_refused(backup, changed, why):
    with pytest.raises(BrokenBackup, match=why):
        verified_manifest(packed_again(backup, changed), silent)


def test_what_is_no_archive_is_refused(tmp_path):
    file = tmp_path / "text"
    file.write_text("no archive")

    with pytest.raises(BrokenBackup, match="Not a gzipped file"):
        verified_manifest(file, silent)
