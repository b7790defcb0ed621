"""What the commands that freeze share: ask, take part or watch, say what was made.

ask -> freeze here, or watch the workers do it -> copy the folder to where it is wanted
"""

import shutil
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import CommandError
from django.db.models import Q

from annotate.enums import Purpose, SnapshotKind
from annotate.errors import AnnotateError
from annotate.management.manual import REFUSED, STOPPED, USAGE, ManualCommand, Stopped, Usage
from annotate.management.policy_options import add_policy_options, policy_of
from annotate.management.progress import ProgressBar
from annotate.models import Campaign, Snapshot
from annotate.services.freezing import freeze_snapshot
from annotate.services.snapshot import request_snapshot, snapshot_folder
from annotate.services.snapshot_file import COPIED, record_departure
from annotate.services.snapshot_request import cancel_snapshot
from annotate.tasks import call_for_help, freeze_requested_snapshots
from commons.artifacts import ArtifactError, atomic_folder
from commons.models import RunState
from commons.nudges import nudge
from commons.runs import claim_run
from commons.shapes import uuid_in
from commons.stores import StoreError

LOOK = 1.0  # seconds between two looks at what workers do


class FreezingCommand(ManualCommand):
    """Freeze a dataset, here or by the workers."""

    exits = {
        0: "done; with --no-wait: asked for",
        REFUSED: "refused, or it failed: the message says why and what to do",
        USAGE: "called wrongly; nothing was done",
        STOPPED: "stopped by somebody: on its page, by the API, or with Ctrl-C",
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--campaign",
            action="append",
            required=True,
            metavar="NAME",
            help="a campaign, by its name or its id; may be repeated",
        )
        parser.add_argument(
            "--out",
            type=Path,
            metavar="FOLDER",
            help="copy the frozen folder here; it must not exist",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="write no files: only look at what would be in it, and report. The same members "
            "become files when somebody asks for them on the page of the dataset",
        )
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--wait",
            dest="how",
            action="store_const",
            const="here",
            help="freeze in this process; workers that are free help (usually)",
        )
        how.add_argument(
            "--watch",
            dest="how",
            action="store_const",
            const="watch",
            help="leave it to the workers, and watch until they are done",
        )
        how.add_argument(
            "--no-wait",
            dest="how",
            action="store_const",
            const="ask",
            help="leave it to the workers, and say only which dataset it is",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
        add_policy_options(parser)

    def freeze(self, kind: SnapshotKind, options: dict[str, Any]) -> Snapshot:
        """Freeze, and say what was made; with ``--json`` a refusal is said as JSON as well."""
        try:
            return self._freeze(kind, options)
        except CommandError as refused:
            if options["json"]:
                snapshot = getattr(self, "snapshot", None)
                told = told_of(snapshot) if snapshot else {}
                self.stdout.write(json_of(told | {"error": str(refused)}))
            raise

    def _freeze(self, kind: SnapshotKind, options: dict[str, Any]) -> Snapshot:
        out, how = options["out"], options["how"] or "here"
        if out is not None and out.exists():
            raise Usage(f"{out} exists; name a folder that does not, nothing was written.")
        if out is not None and (how == "ask" or options["check"]):
            raise Usage("--out needs files to copy: leave --check and --no-wait away.")
        try:
            self.snapshot = snapshot = request_snapshot(
                kind=kind,
                campaigns=campaigns_of(options["campaign"]),
                by=None,
                policy=policy_of(options),
                purpose=Purpose.CHECK if options["check"] else Purpose.FILES,
            )
        except AnnotateError as refused:
            raise CommandError(str(refused)) from refused
        if how == "ask":
            nudge(freeze_requested_snapshots)
        else:
            self.carry_out(snapshot, here=how == "here")
        self._say(snapshot, _copied(snapshot, out), as_json=options["json"])
        return snapshot

    def carry_out(self, snapshot: Snapshot, *, here: bool) -> None:
        """Come back when it is frozen; ``CommandError`` when it is not."""
        bar = ProgressBar(self.stderr, "judgements")
        try:
            claimed = claim_run(Snapshot.objects.filter(pk=snapshot.pk)) if here else None
            if claimed is None:
                nudge(freeze_requested_snapshots)
            else:
                freeze_snapshot(snapshot=claimed, on_progress=bar, on_parts=call_for_help)
            watch(snapshot, bar)
        except KeyboardInterrupt:
            raise Stopped(_stopped(snapshot)) from None
        finally:
            bar.end()
        if snapshot.state == RunState.CANCELLED or _is_stopped(snapshot):
            raise Stopped("Somebody has stopped it; nothing of it was kept.")
        if snapshot.state == RunState.FAILED:
            raise CommandError(f"{snapshot.error} (snapshot {snapshot.uuid})")

    def _say(self, snapshot: Snapshot, folder: Path | None, *, as_json: bool) -> None:
        if as_json:
            where = {"folder": str(folder)} if folder else {}
            self.stdout.write(json_of(told_of(snapshot) | where))
        elif snapshot.state != RunState.DONE:
            self.stdout.write(f"snapshot {snapshot.uuid} ({snapshot.kind}) is waiting for a worker")
        elif snapshot.purpose == Purpose.CHECK:
            self.stdout.write(
                f"snapshot {snapshot.uuid} ({snapshot.kind}): {snapshot.total:,} judgements "
                "looked at, no files"
            )
            self.stdout.write(orjson.dumps(snapshot.report, option=orjson.OPT_INDENT_2).decode())
        else:
            rows = ", ".join(f"{side} {count}" for side, count in snapshot.manifest["rows"].items())
            self.stdout.write(f"snapshot {snapshot.uuid} ({snapshot.kind}): {rows}")
            self.stdout.write(f"digest {snapshot.digest}")
            self.stdout.write(f"folder {folder}")


def campaigns_of(said: list[str]) -> list[Campaign]:
    """The campaigns of these names or ids, each once; ``Usage`` where one is of none."""
    found: dict[int, Campaign] = {}
    for each in said:
        uuid = uuid_in(each)
        named = Q(uuid=uuid) if uuid else Q(name=each)
        campaign = Campaign.objects.filter(named).first()
        if campaign is None:
            raise Usage(f"There is no campaign “{each}”.")
        found[campaign.pk] = campaign
    return list(found.values())


def watch(snapshot: Snapshot, bar: ProgressBar) -> None:
    """Look on until it has ended."""
    snapshot.refresh_from_db()
    while not snapshot.is_over:
        bar(snapshot.done, snapshot.total)
        time.sleep(LOOK)
        snapshot.refresh_from_db()


def told_of(snapshot: Snapshot) -> dict[str, object]:
    """What programs want to know of a snapshot."""
    snapshot.refresh_from_db()
    return {
        "snapshot": str(snapshot.uuid),
        "kind": snapshot.kind,
        "purpose": snapshot.purpose,
        "state": snapshot.state,
        "members": snapshot.total,
        "rows": snapshot.manifest.get("rows", {}),
        "digest": snapshot.digest,
        "report": snapshot.report,
    }


def json_of(said: object) -> str:
    return orjson.dumps(said).decode()


def _is_stopped(snapshot: Snapshot) -> bool:
    """One whose files were to be made again is frozen without them, as before."""
    return snapshot.state == RunState.DONE and snapshot.are_files_gone


def _stopped(snapshot: Snapshot) -> str:
    """Cancel it, and say what became of what was written."""
    try:
        cancel_snapshot(snapshot=snapshot, by=None)
    except StoreError as away:
        return f"Stopped with Ctrl-C; what was written lies there until it is pruned: {away}"
    return "Stopped with Ctrl-C; nothing of it was kept."


def _copied(snapshot: Snapshot, out: Path | None) -> Path | None:
    if snapshot.state != RunState.DONE or snapshot.purpose != Purpose.FILES:
        return None
    try:
        folder = snapshot_folder(snapshot)
    except StoreError as away:
        raise CommandError(
            f"It is frozen, but its files cannot be fetched: {away} (snapshot {snapshot.uuid})"
        ) from away
    if out is None:
        return folder
    try:
        with atomic_folder(out) as aside:
            shutil.copytree(folder, aside, dirs_exist_ok=True)
            record_departure(snapshot=snapshot, verb=COPIED, folder=str(out))  # then it appears
    except (ArtifactError, OSError) as broken:
        raise CommandError(
            f"It is frozen, but the copy broke off: {broken}. The files are in {folder}."
        ) from broken
    return out
