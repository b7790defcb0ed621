"""The files of a dataset are let go, and made again; its row, members, manifest and report stay.

there -> the row says that they are gone -> the bytes go        what a kill leaves, a prune ends
gone  -> requested anew -> the same members are written -> equal to the manifest, or not at all
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from annotate.enums import Purpose, Removal
from annotate.errors import FilesErased, FilesNeeded, NoFilesToLetGo, NoFilesToMake
from annotate.models import Snapshot
from annotate.selectors.snapshot_need import needed_snapshots
from annotate.services.snapshot import begin_parts_anew, snapshot_store
from commons.artifacts import ArtifactError
from commons.audit import record
from commons.models import RunState, User

NOW = timedelta(0)

logger = logging.getLogger(__name__)


@transaction.atomic
def let_go_files(*, snapshot: Snapshot, by: User | None, why: Removal = Removal.PERSON) -> None:
    """Let the files of a frozen dataset go; of two who do it at once, the later one is refused.

    ``NoFilesToLetGo`` where they are not there, ``FilesNeeded`` where something reads them: whoever
    comes to need them locks the row first, and finds them gone or is found here.
    """
    if not mark_removed(snapshot, why):
        raise NoFilesToLetGo
    _refuse_needed(snapshot)
    record(actor=by, verb="snapshot.let_go", subject=snapshot, why=why)


def check_let_go(snapshot: Snapshot) -> None:
    """Refuse what ``let_go_files`` would refuse now, and change nothing."""
    if not _there(snapshot).exists():
        raise NoFilesToLetGo
    _refuse_needed(snapshot)


def _refuse_needed(snapshot: Snapshot) -> None:
    if snapshot.uuid in needed_snapshots():
        raise FilesNeeded


def _there(snapshot: Snapshot) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(
        pk=snapshot.pk, purpose=Purpose.FILES, state=RunState.DONE, removed_at=None
    )


def mark_removed(snapshot: Snapshot, why: Removal) -> bool:
    """Say that the files are gone, and take them away once that is committed; False: somebody was
    first. Call it in the transaction of the act."""
    marked = _there(snapshot).update(removed_at=timezone.now(), removed_for=why)
    if marked:
        transaction.on_commit(lambda: clear_files(snapshot))
    return bool(marked)


def clear_files(snapshot: Snapshot) -> bool:
    """Take away what the row says is gone; False where it is made again by now, or where the store
    does not answer, and the next prune tries once more.

    Whoever asks for the files again waits for the end of it: what they get is not taken away.
    """
    with transaction.atomic():
        if not _gone().select_for_update(no_key=True).filter(pk=snapshot.pk):
            return False
        try:
            snapshot_store().remove(str(snapshot.uuid))
        except (ArtifactError, OSError) as away:
            logger.warning("files of a dataset stay until the next prune: %s", away)
            return False
    return True


def half_removed() -> list[Snapshot]:
    """Those whose row says that the files are gone, and that are there still."""
    gone = {str(snapshot.uuid): snapshot for snapshot in _gone().defer("manifest", "report")}
    return [gone[name] for name in snapshot_store().published(older_than=NOW) if name in gone]


def prune_half_removed() -> int:
    return sum(clear_files(snapshot) for snapshot in half_removed())


@transaction.atomic
def make_files_again(*, snapshot: Snapshot, by: User | None) -> None:
    """Ask for files that were let go, of the very members; a worker makes them.

    ``NoFilesToMake`` where they are there or under way, ``FilesErased`` where they would come out
    otherwise.
    """
    gone = _gone(or_failed=True).filter(pk=snapshot.pk)
    if not gone.select_for_update():
        raise NoFilesToMake
    if snapshot.erasures.exists():
        raise FilesErased
    store, name = snapshot_store(), str(snapshot.uuid)
    store.remove(name)  # what a killed removal has left would be taken for the new files
    store.staged(name).discard()
    gone.update(
        state=RunState.REQUESTED,
        done=0,
        token=None,
        error="",
        frozen_at=Coalesce("frozen_at", F("finished_at")),
    )
    begin_parts_anew(snapshot)
    record(actor=by, verb="snapshot.asked_again", subject=snapshot)


def _gone(*, or_failed: bool = False) -> QuerySet[Snapshot]:
    ended = [RunState.DONE, RunState.FAILED] if or_failed else [RunState.DONE]
    return Snapshot.objects.filter(state__in=ended, removed_at__isnull=False)
