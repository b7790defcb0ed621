"""From a row of a dataset to the judgement behind it."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

import orjson
from django.core.management.base import BaseCommand, CommandError

from annotate.models import Snapshot
from annotate.selectors.trace import Traced, trace


class Command(BaseCommand):
    help = (
        "Say which judgement a row of a dataset is: its revision, its guideline, the rater's role, "
        "and the datasets that hold it. Exits with 1 where no dataset holds the id."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "id",
            type=UUID,
            metavar="ID",
            help="a prompt_id, ranking_id or demonstration_id, as it stands in the file",
        )
        parser.add_argument("--snapshot", type=UUID, metavar="UUID", help="look in this one alone")
        parser.add_argument("--json", action="store_true", help="one JSON list")

    def handle(self, *args: object, **options: Any) -> None:
        snapshots = Snapshot.objects.all()
        if options["snapshot"]:
            snapshots = snapshots.filter(uuid=options["snapshot"])
        found = trace(snapshots, options["id"])
        if not found:
            raise CommandError(
                f"No dataset of this installation has a row of {options['id']}. Copy the id from "
                "prompt_id, ranking_id or demonstration_id of the row."
            )
        if options["json"]:
            self.stdout.write(orjson.dumps([as_json(each) for each in found]).decode())
            return
        for each in found:
            said = ", ".join(f"{name} {value}" for name, value in as_json(each).items() if value)
            self.stdout.write(said)


def as_json(found: Traced) -> dict[str, object]:
    """No name of anybody: the role alone."""
    judgement = found.judgement
    version = judgement.instructions.version if judgement and judgement.instructions else None
    return {
        "snapshot": str(found.member.snapshot.uuid),
        "position": found.member.position,
        "side": found.member.side,
        "prompt": str(found.prompt.uuid),
        "kind": judgement._meta.model_name if judgement else "prompt",
        "judgement": str(judgement.uuid) if judgement else None,
        "revision": judgement.revision if judgement else None,
        "is_current": judgement.current if judgement else None,
        "campaign": judgement.campaign.name if judgement else None,
        "guideline": version,
        "role": found.role,
        "at": judgement.created_at.isoformat() if judgement else None,
    }
