"""The files of datasets are let go."""

from argparse import ArgumentParser
from dataclasses import dataclass
from typing import Any

from django.core.management.base import CommandError
from django.template.defaultfilters import filesizeformat

from annotate.errors import AnnotateError
from annotate.management.freezing import json_of
from annotate.management.manual import REFUSED, USAGE, ManualCommand, Usage
from annotate.management.told import snapshot_said
from annotate.models import Snapshot
from annotate.selectors.snapshot_cycle import snapshots_of_cycle
from annotate.services.snapshot_removal import check_let_go, let_go_files

LET_GO, GONE_ALREADY, STAYS = "let_go", "gone_already", "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of one dataset, or would; ``why`` is empty unless it was refused."""

    snapshot: Snapshot
    what: str
    why: str = ""


class Command(ManualCommand):
    help = """\
Let the files of frozen datasets go, so that their store has room again.

What is in them, their manifests and reports stay, and remake_snapshot makes the very same files
again. Those of a cycle go by themselves (prune) once they are old; this is for what a person has
asked for, and for a cycle of which nobody wants to wait for that. A dataset is refused as long as
something needs its files; the others of the call go all the same. Of a cycle, what is gone already
is no refusal, so that the call may be repeated."""
    example = "let_go_snapshot --all-of-cycle Demo/3 --dry-run"
    exits = {
        0: "all of them were let go; with --dry-run: all of them would be",
        REFUSED: "some were refused: the message names each and says why; the others were let go",
        USAGE: "called wrongly: there is no such dataset or cycle; nothing was done",
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("snapshots", nargs="*", metavar="ID", help="the id of a dataset")
        parser.add_argument(
            "--all-of-cycle",
            metavar="CYCLE",
            help="all datasets that this cycle froze: TRACK/NUMBER, the track by its name or id, "
            "or the id of the cycle",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would go, change nothing"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: object, **options: Any) -> None:
        cycle, is_preview = options["all_of_cycle"], options["dry_run"]
        outcomes = [
            Outcome(each, GONE_ALREADY) if cycle and _is_gone(each) else _let_go(each, is_preview)
            for each in _wanted(options["snapshots"], cycle)
        ]
        if options["json"]:
            self.stdout.write(json_of(_as_json(outcomes, is_preview)))
        else:
            self._say(outcomes, is_preview)
        refused = [f"{each.snapshot.uuid}: {each.why}" for each in outcomes if each.why]
        if refused:
            raise CommandError("\n".join(refused))

    def _say(self, outcomes: list[Outcome], is_preview: bool) -> None:
        for each in outcomes:
            snapshot = each.snapshot
            if each.what == LET_GO:
                said = "would be let go" if is_preview else "let go"
                size = filesizeformat(snapshot.bytes)
                self.stdout.write(f"{snapshot.uuid} {said} ({size})")
            elif each.what == GONE_ALREADY:
                self.stdout.write(f"{snapshot.uuid} gone since {snapshot.removed_at:%Y-%m-%d}")
        if not outcomes:
            self.stdout.write("This cycle has frozen no dataset.")
        if is_preview:
            self.stdout.write("Nothing was changed.")


def _wanted(said: list[str], cycle: str | None) -> list[Snapshot]:
    """Each once; ``Usage`` where one is not known, or it is not clear what is asked for."""
    if bool(said) == bool(cycle):
        raise Usage("Name datasets by their ids, or a cycle with --all-of-cycle.")
    if not cycle:
        return list({each.pk: each for each in map(snapshot_said, said)}.values())
    ids = snapshots_of_cycle(cycle)
    if ids is None:
        raise Usage(
            f"There is no cycle {cycle}; write TRACK/NUMBER, as its page says them, or its id."
        )
    found = {each.uuid: each for each in Snapshot.objects.filter(uuid__in=ids)}
    known = [found[uuid] for uuid in ids if uuid in found]
    return [each for each in known if each.digest or not each.is_over]  # others never had files


def _is_gone(snapshot: Snapshot) -> bool:
    return snapshot.is_over and snapshot.are_files_gone


def _let_go(snapshot: Snapshot, is_preview: bool) -> Outcome:
    try:
        if is_preview:
            check_let_go(snapshot)
        else:
            let_go_files(snapshot=snapshot, by=None)
    except AnnotateError as refused:
        return Outcome(snapshot, STAYS, str(refused))
    return Outcome(snapshot, LET_GO)


def _as_json(outcomes: list[Outcome], is_preview: bool) -> dict[str, object]:
    """``bytes`` is what the store gets back."""
    return {
        "dry_run": is_preview,
        "bytes": sum(each.snapshot.bytes for each in outcomes if each.what == LET_GO),
        "datasets": [
            {
                "snapshot": str(each.snapshot.uuid),
                "kind": each.snapshot.kind,
                "bytes": each.snapshot.bytes,
                "outcome": each.what,
                "why": each.why,
            }
            for each in outcomes
        ],
    }
