"""The dataset that a command is told of, by its id or by its folder."""

from pathlib import Path

from django.core.management.base import CommandError

from annotate.errors import FilesLetGo
from annotate.export.errors import BrokenSnapshot
from annotate.export.manifest import Manifest, verify_snapshot
from annotate.management.manual import Gone, Usage
from annotate.models import Snapshot
from annotate.services.snapshot import snapshot_folder
from commons.shapes import uuid_in
from commons.stores import StoreError


def snapshot_said(said: str) -> Snapshot:
    """The dataset of this id; ``Usage`` where there is none."""
    uuid = uuid_in(said)
    snapshot = Snapshot.objects.filter(uuid=uuid).first() if uuid else None
    if snapshot is None:
        raise Usage(f"There is no dataset {said}; the page Datasets shows their ids.")
    return snapshot


def verified(said: str) -> tuple[Path, Manifest]:
    """The folder and its manifest, once all of it was found to be as it was frozen.

    ``Usage`` where there is no such thing, ``BrokenSnapshot`` where it has changed, ``Gone`` where
    its files were let go, ``CommandError`` where its store does not give it.
    """
    if uuid_in(said) is None or Path(said).is_dir():
        folder = Path(said)
        if not folder.is_dir():
            raise Usage(f"There is no folder {said}; name one, or the id of a dataset.")
        return folder, verify_snapshot(folder)
    snapshot = snapshot_said(said)
    if not snapshot.digest:
        raise BrokenSnapshot(f"{snapshot} has no files: it is {snapshot.state}; freeze it first.")
    try:
        folder = snapshot_folder(snapshot)
    except FilesLetGo as gone:
        raise Gone(str(gone)) from gone
    except StoreError as away:
        raise CommandError(str(away)) from away
    manifest = verify_snapshot(folder)
    if manifest.digest != snapshot.digest:
        raise BrokenSnapshot(
            f"{folder} holds another dataset ({manifest.digest[:12]}) than the one that was frozen "
            f"({snapshot.digest[:12]}); restore it from a backup, or freeze it again."
        )
    return folder, manifest
