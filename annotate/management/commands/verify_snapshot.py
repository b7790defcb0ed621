"""Is a dataset still what was frozen?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from annotate.export.errors import BrokenSnapshot
from annotate.management.freezing import json_of
from annotate.management.manual import GONE, REFUSED, USAGE, Gone, ManualCommand
from annotate.management.told import verified


class Command(ManualCommand):
    help = """\
Check that a dataset is still what was frozen: every file is read and its SHA-256 compared.

A folder needs nothing but itself. Of an id, what the database says is compared as well."""
    example = "verify_snapshot pairs"
    exits = {
        0: "whole: every file is what its manifest says",
        REFUSED: "broken: the message names the file and the remedy",
        USAGE: "called wrongly: there is no such dataset",
        GONE: "its files were let go: the message says since when, and how to have them back",
    }

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("snapshot", help="the id of a dataset, or a folder")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            folder, manifest = verified(options["snapshot"])
        except (BrokenSnapshot, Gone) as broken:
            if options["json"]:
                self.stdout.write(json_of({"whole": False, "error": str(broken)}))
            if isinstance(broken, Gone):
                raise
            raise CommandError(str(broken)) from broken
        size = sum(shard.bytes for shard in manifest.shards)
        if options["json"]:
            said = {
                "whole": True,
                "folder": str(folder),
                "kind": manifest.kind,
                "rows": dict(manifest.rows),
                "files": len(manifest.shards),
                "bytes": size,
                "digest": manifest.digest,
            }
            self.stdout.write(json_of(said))
            return
        rows = ", ".join(f"{side} {count}" for side, count in manifest.rows.items())
        self.stdout.write(
            f"whole: {manifest.kind} ({rows}), {len(manifest.shards)} files, {size:,} bytes"
        )
        self.stdout.write(f"digest {manifest.digest}")
