"""What a dataset has that an older one has not."""

from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError

from annotate.errors import AnnotateError
from annotate.management.freezing import json_of
from annotate.management.manual import ManualCommand
from annotate.management.told import snapshot_said
from annotate.models import Snapshot
from annotate.selectors.snapshot_difference import CHANGES, Changed, Difference, difference_of

MARKS = {"added": "+", "removed": "-", "changed": "~"}


class Command(ManualCommand):
    help = """\
Compare two datasets of one kind by what they were made from: which judgements came in, which went,
and which are another revision, have another label or stand on another side now.

Only the database is asked; the files may be elsewhere."""
    example = (
        "diff_snapshots 5b1f9d5e-1a34-4b0b-9c39-7a0e4e6a2d02 c2f3d1a0-8e4b-4f7a-9d6c-5b1a0e3f2d70"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("older", metavar="OLD", help="the id of the older dataset")
        parser.add_argument("newer", metavar="NEW", help="the id of the newer one")
        parser.add_argument(
            "--first", type=int, default=20, metavar="N", help="list so many of each (usually 20)"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: object, **options: Any) -> None:
        older, newer = (snapshot_said(options[name]) for name in ("older", "newer"))
        try:
            found = difference_of(older, newer, first=max(0, options["first"]))
        except AnnotateError as refused:
            raise CommandError(str(refused)) from refused
        if options["json"]:
            self.stdout.write(json_of(told_of(older, newer, found)))
            return
        for change in CHANGES:
            self.stdout.write(f"{change} {found.counts[change]:,}{_by(found, change)}")
            for each in found.first[change]:
                self.stdout.write(f"  {MARKS[change]} {line_of(each)}")


def _by(found: Difference, change: str) -> str:
    parts = [_listed(found.sides[change]), _listed(found.skills[change])]
    if change == "changed" and found.counts[change]:
        parts.append(f"{found.relabelled:,} with another label")
    said = "; ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name or 'no skill'} {count:,}" for name, count in sorted(counts.items()))


def line_of(each: Changed) -> str:
    """One member; of a changed one what is different."""
    side = each.side_is or each.side_was
    if each.side_is and each.side_was and each.side_is != each.side_was:
        side = f"{each.side_was} -> {each.side_is}"
    line = f"prompt {each.prompt} judgement {each.judged} {side}"
    if each.revision_was and each.revision_is and each.revision_was != each.revision_is:
        line += f", revision {each.revision_was} -> {each.revision_is}"
    return line + (", another label" if each.label else "")


def told_of(older: Snapshot, newer: Snapshot, found: Difference) -> dict[str, object]:
    return {
        "older": str(older.uuid),
        "newer": str(newer.uuid),
        "kind": newer.kind,
        "counts": dict(found.counts),
        "sides": {change: dict(sides) for change, sides in found.sides.items()},
        "skills": {change: dict(skills) for change, skills in found.skills.items()},
        "relabelled": found.relabelled,
        "first": {
            change: [asdict(each) for each in those] for change, those in found.first.items()
        },
    }
