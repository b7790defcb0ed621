"""What the export commands share: freeze now, show progress, put the folder where it is wanted."""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate.enums import SnapshotKind
from annotate.errors import AnnotateError
from annotate.export.policy import Policy
from annotate.models import Campaign, Snapshot
from annotate.services.freezing import freeze_snapshot
from annotate.services.snapshot import request_snapshot, snapshot_folder
from commons.artifacts import atomic_folder
from commons.models import RunState
from commons.runs import claim_run


class FreezingCommand(BaseCommand):
    """Freeze a dataset in this process. A worker that is faster is as good."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--campaign", action="append", required=True, help="a campaign's name; may be repeated"
        )
        parser.add_argument("--out", type=Path, help="copy the frozen folder here; must not exist")
        parser.add_argument(
            "--no-imported", action="store_true", help="leave imported judgements out"
        )

    def freeze(self, kind: SnapshotKind, options: dict[str, Any]) -> Snapshot:
        out: Path | None = options["out"]
        if out is not None and out.exists():
            raise CommandError(f"{out} exists; name a folder that does not, nothing was written.")
        policy = Policy(imported=not options["no_imported"])
        try:
            snapshot = request_snapshot(
                kind=kind, campaigns=self._campaigns(options["campaign"]), by=None, policy=policy
            )
        except AnnotateError as refused:
            raise CommandError(str(refused)) from refused
        claimed = claim_run(Snapshot.objects.filter(pk=snapshot.pk))
        if claimed is not None:
            freeze_snapshot(snapshot=claimed, on_progress=self._progress)
        snapshot.refresh_from_db()
        if snapshot.state != RunState.DONE:
            raise CommandError(snapshot.error or "A worker is freezing it; see the Datasets page.")
        self._say(snapshot, _copied(snapshot_folder(snapshot), out))
        return snapshot

    def _campaigns(self, names: list[str]) -> list[Campaign]:
        found = list(Campaign.objects.filter(name__in=names))
        missing = set(names) - {campaign.name for campaign in found}
        if missing:
            raise CommandError(f"There is no campaign “{sorted(missing)[0]}”.")
        return found

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done} of {total} judgements", ending="")

    def _say(self, snapshot: Snapshot, folder: Path) -> None:
        self.stderr.write("")
        rows = ", ".join(f"{side} {count}" for side, count in snapshot.manifest["rows"].items())
        self.stdout.write(f"snapshot {snapshot.uuid} ({snapshot.kind}): {rows}")
        self.stdout.write(f"digest {snapshot.digest}")
        self.stdout.write(f"folder {folder}")


def _copied(folder: Path, out: Path | None) -> Path:
    if out is None:
        return folder
    with atomic_folder(out) as aside:
        shutil.copytree(folder, aside, dirs_exist_ok=True)
    return out
