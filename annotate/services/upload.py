"""A file of prompts comes by a page: it is read first, and imported once its lead has said yes.

    receive_upload -> what it would bring is shown -> confirm_upload -> claim_upload
                                                   -> drop_upload, or a day goes by

``import_upload`` does what was claimed, in the process that took the yes or in a worker.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from annotate.errors import NothingInFile, UploadTooLarge
from annotate.importing.checking import check_records
from annotate.importing.pictures import MOST_DRAWN, Allowance
from annotate.importing.reading import read_records
from annotate.importing.skills import with_skill
from annotate.models import Campaign, Upload
from annotate.selectors.campaign import skill_of_unnamed
from annotate.selectors.upload import WAITS, path_of, uploads_over
from annotate.services.importing import ImportReport, import_records
from commons.audit import record
from commons.models import User
from commons.runs import beat_run, claim_run, fail_run, finish_run
from commons.sentences import sentence as _

LARGEST = 64 * 1024 * 1024  # bytes
MOST_ROWS = 100_000  # of one file: they are read while the page waits
AT_ONCE = 2000  # rows that are imported while the page waits


class ClaimLost(Exception):
    """Another worker imports the file now."""


def receive_upload(*, campaign: Campaign, name: str, chunks: Iterable[bytes], by: User) -> Upload:
    """Keep a file for its lead's yes, and say what it would bring; nothing of it is imported.

    It takes the place of what the same person brought before and did not import.
    """
    upload = Upload(uuid=uuid4(), campaign=campaign, name=name[:200], made_by=by)
    path = path_of(upload)
    try:
        upload.size = _write(path, chunks)
        with closing(read_records(path, allowance=Allowance(MOST_DRAWN))) as records:
            named = with_skill(records, skill_of_unnamed(campaign))
            checked = check_records(named, most=MOST_ROWS)
        if checked.rows > MOST_ROWS:
            raise UploadTooLarge(rows=MOST_ROWS)
        if not checked.rows:
            raise NothingInFile
        upload.checked, upload.total = checked.as_json(), checked.rows
        with transaction.atomic():
            before = list(Upload.objects.filter(campaign=campaign, made_by=by, confirmed_at=None))
            for each in before:
                drop_upload(upload=each)
            upload.save(force_insert=True)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return upload


def _write(path: Path, chunks: Iterable[bytes]) -> int:
    """Write what came, for our eyes alone; say how many bytes it was."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    size = lines = 0
    is_zip = False
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        for chunk in chunks:
            if not size and chunk.startswith(b"\x1f\x8b"):
                raise NothingInFile(packed=True)
            is_zip = is_zip or (not size and chunk.startswith(b"PK\x03\x04"))
            size += len(chunk)
            if size > LARGEST:
                raise UploadTooLarge(size=LARGEST)
            lines += 0 if is_zip else chunk.count(b"\n")
            if lines > 2 * MOST_ROWS:  # blank lines take time as well
                raise UploadTooLarge(rows=MOST_ROWS)
            file.write(chunk)
    return size


@transaction.atomic
def confirm_upload(*, upload: Upload, by: User) -> bool:
    """Say yes to an upload. False: somebody did so before."""
    waiting = Upload.objects.filter(pk=upload.pk, confirmed_at=None)
    now = timezone.now()
    confirmed = waiting.update(confirmed_at=now, requested_at=now)
    if confirmed:
        record(actor=by, verb="upload.confirmed", subject=upload, name=upload.name)
    return confirmed == 1


def claim_upload(*, uuid: UUID | None = None) -> Upload | None:
    """Take this upload, or the oldest that was confirmed, or whose worker died."""
    confirmed = Upload.objects.filter(confirmed_at__isnull=False)
    return claim_run(confirmed if uuid is None else confirmed.filter(uuid=uuid))


def import_upload(*, upload: Upload) -> None:
    """Import a claimed upload. Killed at any line, it is claimed anew: what is there is found."""

    def heard(report: ImportReport) -> None:
        if not beat_run(upload, done=report.read, says="importing"):
            raise ClaimLost

    path = path_of(upload)
    try:
        with closing(read_records(path, allowance=Allowance(MOST_DRAWN))) as records:
            import_records(
                campaign=upload.campaign,
                records=records,
                name=upload.name,
                by=upload.made_by,
                key=upload.uuid,
                on_progress=heard,
            )
    except ClaimLost:
        return
    except OSError as broken:
        said = _("The file cannot be read (%(why)s); upload it again.", why=broken.strerror)
        fail_run(upload, error=said)
        return
    if finish_run(upload, done=upload.total, says="imported"):
        path.unlink(missing_ok=True)


def drop_upload(*, upload: Upload) -> None:
    """Forget a file that is not being imported, and its row."""
    if Upload.objects.filter(pk=upload.pk, confirmed_at=None).delete()[0]:
        transaction.on_commit(lambda: path_of(upload).unlink(missing_ok=True))


def prune_uploads() -> int:
    """Forget what nobody imported, and what is long over; files that have no row go with them."""
    due = list(uploads_over())
    for upload in due:
        Upload.objects.filter(pk=upload.pk).delete()
        path_of(upload).unlink(missing_ok=True)
    for path in _left_behind():
        path.unlink(missing_ok=True)
    return len(due)


def _left_behind() -> Iterator[Path]:
    """Files that a process which died left without a row."""
    before = (timezone.now() - WAITS).timestamp()
    for path in Path(settings.UPLOADS).glob("*.jsonl"):
        if path.stat().st_mtime < before and not Upload.objects.filter(uuid=path.stem).exists():
            yield path
