"""Who takes a file of a dataset away is written down, once."""

import hashlib

import pytest
from pytest_django import Settings

from annotate.enums import SnapshotKind
from annotate.errors import NoSuchFile
from annotate.models import Snapshot
from annotate.services.snapshot_file import file_of, record_download
from commons.models import AuditEvent, RunState
from tests.annotate.freezing import freeze
from tests.factories import make_campaign, make_member, make_ranking, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def frozen(tmp_path, settings: Settings) -> Snapshot:
    settings.ARTIFACTS = tmp_path
    campaign = make_campaign()
    make_ranking(campaign, make_member(campaign))
    return freeze(SnapshotKind.RANKED, campaign)


def shard_of(snapshot: Snapshot) -> str:
    return str(snapshot.manifest["shards"][0]["path"])


def test_each_file_is_what_the_manifest_or_its_own_bytes_say(frozen):
    paths = [shard["path"] for shard in frozen.manifest["shards"]]

    for path in [*paths, "manifest.json", "README.md", "jsonl/README.md"]:
        file = file_of(frozen, path)
        with file.opened() as opened:
            said = opened.read()
        assert (file.bytes, file.sha256) == (len(said), hashlib.sha256(said).hexdigest())


@pytest.mark.parametrize("path", ["../manifest.json", "secret.txt", "", "jsonl"])
def test_no_other_file_is_there(frozen, tmp_path, path):
    (tmp_path / "snapshots" / str(frozen.uuid) / "secret.txt").write_text("not in the manifest")

    with pytest.raises(NoSuchFile, match="its manifest names all of them"):
        file_of(frozen, path)


def test_of_what_is_not_frozen_there_is_no_file(frozen):
    frozen.state = RunState.RUNNING

    with pytest.raises(NoSuchFile):
        file_of(frozen, shard_of(frozen))


def test_a_download_in_pieces_is_one_event_and_two_downloads_are_two(frozen):
    person, file = make_user(), file_of(frozen, shard_of(frozen))

    for first_byte in (0, 40, 80, 0):
        record_download(first_byte, file=file, by=person)

    events = AuditEvent.objects.filter(verb="snapshot.downloaded")
    assert [(each.actor, each.subject, each.detail) for each in events] == [
        (person, f"snapshot:{frozen.uuid}", {"path": file.path, "bytes": file.bytes})
    ] * 2


def test_whoever_never_had_the_beginning_leaves_a_trace_as_well(frozen):
    begun, later, file = make_user(), make_user(), file_of(frozen, shard_of(frozen))

    record_download(0, file=file, by=begun)
    for first_byte in (1, 40):
        record_download(first_byte, file=file, by=later)

    actors = AuditEvent.objects.filter(verb="snapshot.downloaded").order_by("pk")
    assert [each.actor for each in actors] == [begun, later]
