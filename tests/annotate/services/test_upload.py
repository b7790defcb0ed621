"""A file is read, then imported once; nothing of it lies about afterwards."""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from annotate.errors import NothingInFile, UploadTooLarge
from annotate.models import Batch, Campaign, CampaignPrompt, Upload
from annotate.selectors.upload import path_of
from annotate.services import upload as uploading
from annotate.services.upload import (
    claim_upload,
    confirm_upload,
    drop_upload,
    import_upload,
    prune_uploads,
    receive_upload,
)
from annotate.tasks import import_confirmed_uploads
from commons.models import RunState, User
from tests.annotate.drawing import drawn, sent
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path) -> Iterator[None]:
    was, settings.UPLOADS = settings.UPLOADS, tmp_path / "uploads"
    yield
    settings.UPLOADS = was


def lines(*prompts: str) -> bytes:
    return b"".join(json.dumps({"prompt": each}).encode() + b"\n" for each in prompts)


def receive(campaign: Campaign, *chunks: bytes, by: User | None = None) -> Upload:
    lead = by or campaign.memberships.get().person
    return receive_upload(campaign=campaign, name="spring.jsonl", chunks=chunks, by=lead)


def files() -> list[str]:
    folder = Path(settings.UPLOADS)
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_reading_a_file_imports_nothing_of_it() -> None:
    campaign = make_campaign()

    upload = receive(campaign, lines("One?")[:5], lines("One?")[5:] + b"{}\n")

    assert (upload.total, upload.checked["prompts"], upload.checked["turned_away"]) == (2, 1, 1)
    assert upload.size == path_of(upload).stat().st_size
    assert path_of(upload).stat().st_mode & 0o777 == 0o600
    assert not Batch.objects.exists()
    assert claim_upload() is None


def test_what_is_drawn_of_one_file_is_bounded_when_it_is_read_and_when_it_is_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("annotate.services.upload.MOST_DRAWN", len(drawn()) + 8 * 6 + 1)
    campaign = make_campaign()
    rows = [
        {"prompt": f"What is {shade}?", "images": [{"data": sent(drawn(shade=shade))}]}
        for shade in range(2)
    ]

    upload = receive(campaign, *(json.dumps(row).encode() + b"\n" for row in rows))
    confirm_upload(upload=upload, by=upload.made_by)
    import_confirmed_uploads()

    assert (upload.checked["prompts"], upload.checked["turned_away"]) == (1, 1)
    report = Batch.objects.get().report
    assert (report["made"], report["turned_away"]) == (1, 1)


def test_a_yes_imports_the_good_rows_and_lets_the_file_go() -> None:
    campaign = make_campaign()
    upload = receive(campaign, lines("One?", "Two?") + b"{}\n")

    said = [confirm_upload(upload=upload, by=upload.made_by) for _ in range(2)]
    import_confirmed_uploads()

    upload.refresh_from_db()
    assert said == [True, False]
    assert (upload.state, upload.done) == (RunState.DONE, 3)
    batch = Batch.objects.get()
    assert (batch.key, batch.name, batch.created_by) == (
        upload.uuid,
        "spring.jsonl",
        upload.made_by,
    )
    assert (batch.report["made"], batch.report["turned_away"]) == (2, 1)
    assert CampaignPrompt.objects.filter(batch=batch).count() == 2
    assert files() == []


def test_an_import_that_died_goes_on_in_the_same_batch() -> None:
    upload = receive(make_campaign(), lines("One?", "Two?"))
    confirm_upload(upload=upload, by=upload.made_by)
    dead = claim_upload()
    assert dead is not None
    Batch.objects.create(
        campaign=upload.campaign, created_by=upload.made_by, key=upload.uuid, name="spring.jsonl"
    )
    Upload.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))

    import_confirmed_uploads()
    import_upload(upload=dead)

    upload.refresh_from_db()
    assert (upload.state, upload.attempts) == (RunState.DONE, 2)
    assert (Batch.objects.count(), CampaignPrompt.objects.count()) == (1, 2)


def test_a_file_that_is_gone_is_said() -> None:
    upload = receive(make_campaign(), lines("One?"))
    confirm_upload(upload=upload, by=upload.made_by)
    path_of(upload).unlink()

    import_confirmed_uploads()

    upload.refresh_from_db()
    assert upload.state == RunState.FAILED
    assert upload.error == "The file cannot be read (No such file or directory); upload it again."


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"", NothingInFile, "holds no row"),
        (b"\n \n", NothingInFile, "holds no row"),
        (b"\x1f\x8bpacked", NothingInFile, "is packed"),
        (b"x" * 11, UploadTooLarge, "more than 0 MiB. Cut it into several"),
        (b"{}\n{}\n{}\n", UploadTooLarge, "more than 2 rows. Cut it into several"),
    ],
)
def test_a_file_that_is_none_leaves_nothing(
    content: bytes, error: type[Exception], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "LARGEST", 10)
    monkeypatch.setattr(uploading, "MOST_ROWS", 2)

    with pytest.raises(error, match=says):
        receive(make_campaign(), content)

    assert files() == []
    assert not Upload.objects.exists()


def test_a_new_file_takes_the_place_of_ones_last_one(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    campaign = make_campaign()
    others = receive(campaign, lines("Theirs?"), by=make_user())
    receive(campaign, lines("One?"))

    with django_capture_on_commit_callbacks(execute=True):
        second = receive(campaign, lines("Two?"))

    assert files() == sorted(f"{each.uuid}.jsonl" for each in (others, second))


def test_a_file_that_is_being_imported_is_not_dropped() -> None:
    upload = receive(make_campaign(), lines("One?"))
    confirm_upload(upload=upload, by=upload.made_by)

    drop_upload(upload=upload)

    assert Upload.objects.exists()


def test_what_nobody_imported_for_a_day_is_let_go() -> None:
    campaign = make_campaign()
    old, new, orphan = (receive(campaign, lines("One?"), by=make_user()) for _ in range(3))
    Upload.objects.filter(pk=old.pk).update(requested_at=timezone.now() - timedelta(hours=25))
    Upload.objects.filter(pk=orphan.pk).delete()
    os.utime(path_of(orphan), (0, 0))

    assert prune_uploads() == 1

    assert [each.pk for each in Upload.objects.all()] == [new.pk]
    assert files() == [f"{new.uuid}.jsonl"]
