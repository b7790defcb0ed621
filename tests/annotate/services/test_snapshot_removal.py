"""Files of a dataset go, whatever is killed on the way, and come back as the very ones."""

import hashlib
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from annotate import gateway
from annotate.enums import Purpose, Removal, SnapshotKind
from annotate.errors import (
    FilesErased,
    FilesLetGo,
    FilesNeeded,
    NoFilesToLetGo,
    NoFilesToMake,
)
from annotate.export.policy import Policy
from annotate.models import Campaign, Prompt, Snapshot
from annotate.services import freezing, snapshot_removal
from annotate.services.erasure import erase_prompt
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.snapshot import request_snapshot, snapshot_folder, snapshot_store
from annotate.services.snapshot_removal import (
    clear_files,
    half_removed,
    let_go_files,
    make_files_again,
    prune_half_removed,
)
from annotate.services.snapshot_request import cancel_snapshot
from commons.artifacts import ArtifactError
from commons.models import AuditEvent, Notice, RunState
from commons.stores.errors import StoreAway
from tests.annotate.freezing import freeze
from tests.factories import make_campaign, make_member, make_ranking, make_user

pytestmark = pytest.mark.django_db

NEEDED: set[UUID] = set()


def needs() -> set[UUID]:
    return NEEDED


@pytest.fixture(autouse=True)
def _house(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS, settings.PSEUDONYM_KEY = tmp_path, "a key of the test"
    settings.REPORT_TOKENIZER = settings.EVALUATIONS = tmp_path / "none"
    settings.SNAPSHOT_NEEDS = []


@pytest.fixture
def campaign() -> Campaign:
    campaign = make_campaign(lead=make_user("lead"), name="Poems")
    for _ in range(2):
        make_ranking(campaign, make_member(campaign))
    return campaign


@pytest.fixture
def frozen(campaign: Campaign) -> Snapshot:
    return freeze(SnapshotKind.PREFERENCE, campaign)


@pytest.fixture
def gone(frozen: Snapshot, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks):
    with django_capture_on_commit_callbacks(execute=True):
        let_go_files(snapshot=frozen, by=None)
    frozen.refresh_from_db()
    return frozen


def files_of(snapshot: Snapshot) -> dict[str, str]:
    root = snapshot_folder(snapshot)
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }


def worked(snapshot: Snapshot) -> Snapshot:
    """What a worker makes of it."""
    claimed = claim_snapshot()
    assert claimed == snapshot
    freeze_snapshot(snapshot=claimed)
    snapshot.refresh_from_db()
    return snapshot


def left(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "snapshots").glob("*"))


def test_files_go_and_what_is_in_it_stays(frozen, tmp_path, django_capture_on_commit_callbacks):
    members, manifest, report = frozen.members.count(), frozen.manifest, frozen.report

    with django_capture_on_commit_callbacks(execute=True):
        let_go_files(snapshot=frozen, by=None)

    frozen.refresh_from_db()
    assert left(tmp_path) == []
    assert (frozen.state, frozen.removed_for) == (RunState.DONE, Removal.PERSON)
    assert (frozen.members.count(), frozen.manifest, frozen.report) == (members, manifest, report)
    assert AuditEvent.objects.get(verb="snapshot.let_go").detail == {"why": "person"}
    with pytest.raises(FilesLetGo, match=rf"let go on {frozen.removed_at:%Y-%m-%d}; what is"):
        snapshot_folder(frozen)
    with pytest.raises(ArtifactError, match="manage.py remake_snapshot"):
        gateway.local_snapshot(frozen.uuid)


def test_of_two_who_let_it_go_at_once_one_is_refused(frozen):
    other = Snapshot.objects.get(pk=frozen.pk)  # read before, written after
    let_go_files(snapshot=frozen, by=None)

    with pytest.raises(NoFilesToLetGo):
        let_go_files(snapshot=other, by=None)

    assert AuditEvent.objects.filter(verb="snapshot.let_go").count() == 1


def test_what_is_not_frozen_or_a_check_has_no_files_to_let_go(campaign):
    waiting = request_snapshot(kind=SnapshotKind.RANKED, campaigns=[campaign], by=None)
    with pytest.raises(NoFilesToLetGo):
        let_go_files(snapshot=waiting, by=None)

    Snapshot.objects.update(purpose=Purpose.CHECK, state=RunState.DONE, finished_at=timezone.now())
    with pytest.raises(NoFilesToLetGo):
        let_go_files(snapshot=waiting, by=None)


def test_what_somebody_needs_stays(frozen, settings, monkeypatch):
    settings.SNAPSHOT_NEEDS = [f"{__name__}.needs"]
    monkeypatch.setattr(f"{__name__}.NEEDED", {frozen.uuid})

    with pytest.raises(FilesNeeded):
        let_go_files(snapshot=frozen, by=None)

    frozen.refresh_from_db()
    assert not frozen.are_files_gone
    assert files_of(frozen)


def test_what_is_killed_between_the_mark_and_the_bytes_is_taken_away_by_the_next_prune(
    frozen, tmp_path
):
    let_go_files(snapshot=frozen, by=None)  # nothing after its commit is done
    assert left(tmp_path) == [str(frozen.uuid)]
    assert half_removed() == [frozen]

    assert (prune_half_removed(), prune_half_removed()) == (1, 0)

    assert left(tmp_path) == []


def test_a_prune_that_comes_late_takes_nothing_away_that_was_made_again(gone):
    make_files_again(snapshot=gone, by=None)
    worked(gone)

    assert clear_files(gone) is False  # by a process that had read the row before

    assert files_of(gone)
    assert half_removed() == []


def test_a_store_that_does_not_answer_leaves_the_bytes_to_the_next_prune(frozen, monkeypatch):
    class Away:
        def remove(self, name: str) -> None:
            raise StoreAway("memory://away", OSError("no route"))

    monkeypatch.setattr(snapshot_removal, "snapshot_store", Away)
    let_go_files(snapshot=frozen, by=None)

    assert clear_files(frozen) is False


@pytest.mark.parametrize("kind", [SnapshotKind.PREFERENCE, SnapshotKind.RANKED])
def test_files_are_made_again_to_the_last_byte(campaign, kind, django_capture_on_commit_callbacks):
    """Also where a campaign would refuse them by now, and other judgements have come; and where
    the manifest was kept in another order, as PostgreSQL does."""
    frozen = freeze(kind, campaign)
    files, was = files_of(frozen), Snapshot.objects.get(pk=frozen.pk)
    with django_capture_on_commit_callbacks(execute=True):
        let_go_files(snapshot=frozen, by=None)
    make_ranking(campaign, make_member(campaign))
    Campaign.objects.update(freeze_rules={"largest_rater_share": 0.01})
    turned = dict(reversed(was.manifest["made_with"].items()))
    Snapshot.objects.update(manifest={**was.manifest, "made_with": turned})

    make_files_again(snapshot=frozen, by=None)
    made = worked(frozen)

    assert (made.state, made.error, made.removed_at, made.removed_for) == ("done", "", None, "")
    assert files_of(made) == files
    assert (made.digest, made.manifest, made.report) == (was.digest, was.manifest, was.report)
    assert (made.frozen_at, made.finished_at > was.finished_at) == (was.finished_at, True)
    keys = list(Notice.objects.order_by("pk").values_list("key", flat=True))
    assert keys == [f"snapshot:{made.uuid}:frozen", f"snapshot:{made.uuid}:frozen:2"]
    again = Notice.objects.get(key=keys[1])
    assert again.title.endswith(") has its files again")


def test_what_a_killed_removal_has_left_is_not_taken_for_the_new_files(frozen):
    files = files_of(frozen)
    let_go_files(snapshot=frozen, by=None)
    torn = snapshot_store().local(str(frozen.uuid)) / "jsonl" / "README.md"
    torn.unlink()
    (torn.parent / frozen.manifest["shards"][0]["path"].rpartition("/")[2]).unlink(missing_ok=True)
    frozen.refresh_from_db()

    make_files_again(snapshot=frozen, by=None)

    assert files_of(worked(frozen)) == files


def test_a_worker_that_died_behind_the_last_file_is_gone_on_with(gone, monkeypatch):
    """The files are there and the row says that they are not: the next holder reads them."""
    make_files_again(snapshot=gone, by=None)

    def die(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(freezing, "_finish", die)
        with pytest.raises(KeyboardInterrupt):
            worked(gone)
    with pytest.raises(FilesLetGo, match="are being made again"):
        snapshot_folder(Snapshot.objects.get(pk=gone.pk))
    Snapshot.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=2))

    assert files_of(worked(gone))


def test_files_that_come_out_otherwise_are_refused_and_leave_nothing(gone, tmp_path):
    """A skill is a column of every row; it was changed since."""
    Prompt.objects.update(skill="rhyme")

    make_files_again(snapshot=gone, by=None)
    made = worked(gone)

    assert made.state == RunState.FAILED
    assert "does not come out as it was frozen, so nothing was kept" in made.error
    assert Notice.objects.latest("pk").title.endswith(") did not get its files again")
    assert (made.are_files_gone, left(tmp_path)) == (True, [])
    assert list((tmp_path / "snapshots").glob(".*")) == []
    Prompt.objects.update(skill="")
    make_files_again(snapshot=gone, by=None)
    assert files_of(worked(gone))


def test_another_version_that_makes_other_bytes_is_named(gone):
    """Whatever made them: a manifest of an older version, and one file of its own bytes."""
    manifest = {**gone.manifest, "made_with": {"pyarrow": "1.0"}}
    manifest["shards"] = [{**manifest["shards"][0], "sha256": "0" * 64}, *manifest["shards"][1:]]
    Snapshot.objects.update(manifest=manifest)

    make_files_again(snapshot=gone, by=None)

    assert "was made with pyarrow 1.0, and here is orjson" in worked(gone).error
    assert pa.__version__ in gone.error
    assert manifest["shards"][0]["path"] in gone.error


def test_what_was_erased_since_is_refused_in_words(gone):
    erase_prompt(prompt=Prompt.objects.order_by("pk")[0], by=make_user(admin=True))

    with pytest.raises(FilesErased, match="Rebuild it without that"):
        make_files_again(snapshot=gone, by=None)

    gone.refresh_from_db()
    assert (gone.state, gone.are_files_gone) == (RunState.DONE, True)


def test_an_erasure_beside_the_making_fails_it(gone, tmp_path):
    make_files_again(snapshot=gone, by=None)
    erase_prompt(prompt=Prompt.objects.order_by("pk")[0], by=make_user(admin=True))

    made = worked(gone)

    assert made.state == RunState.FAILED
    assert "cannot be made as they were, and nothing was kept. Rebuild it" in made.error
    assert left(tmp_path) == []


def test_only_what_is_gone_is_made_again_and_once(gone, campaign):
    there = freeze(SnapshotKind.RANKED, campaign)
    with pytest.raises(NoFilesToMake):
        make_files_again(snapshot=there, by=None)

    make_files_again(snapshot=gone, by=None)
    with pytest.raises(NoFilesToMake):
        make_files_again(snapshot=gone, by=None)


def test_who_stops_the_making_has_the_dataset_as_it_was_before(gone):
    make_files_again(snapshot=gone, by=None)

    cancel_snapshot(snapshot=gone, by=None)

    gone.refresh_from_db()
    assert (gone.state, gone.are_files_gone) == (RunState.DONE, True)
    assert claim_snapshot() is None


def test_a_worker_that_is_stopped_at_the_last_moment_leaves_no_files(gone, tmp_path, monkeypatch):
    make_files_again(snapshot=gone, by=None)
    finish = freezing._finish

    def stop_and_finish(snapshot: Snapshot, columns: dict[str, object]) -> None:
        cancel_snapshot(snapshot=Snapshot.objects.get(pk=snapshot.pk), by=None)
        finish(snapshot, columns)

    monkeypatch.setattr(freezing, "_finish", stop_and_finish)
    made = worked(gone)

    assert (made.state, made.are_files_gone, left(tmp_path)) == (RunState.DONE, True, [])


def test_nobody_listens_to_files_that_are_made_again(gone, monkeypatch):
    def listen(kind: str) -> None:
        raise AssertionError(kind)

    monkeypatch.setattr("annotate.services.snapshot_part.listening", listen)
    make_files_again(snapshot=gone, by=None)

    assert worked(gone).state == RunState.DONE
    assert Policy().report
