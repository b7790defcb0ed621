"""A whole dataset in one go, from rows that a test has made."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from annotate.export.batches import Row, batches_of
from annotate.export.facts import Facts
from annotate.export.forms import form_of
from annotate.export.manifest import Manifest
from annotate.export.policy import Policy
from annotate.export.publishing import NOTHING, publish
from annotate.export.shards import write_shards
from commons.stores import FolderStore

PLAIN = Policy()


def write_snapshot(
    target: Path,
    *,
    kind: str,
    rows: Mapping[str, Sequence[Row]],
    policy: Policy = PLAIN,
    max_rows: int = 1000,
    facts: Facts = NOTHING,
) -> Manifest:
    """Write the rows of each side in shards of at most ``max_rows``, and publish them."""
    staged = FolderStore(target.parent).staged(target.name)
    images = any("images" in row for those in rows.values() for row in those)
    form = form_of(kind, policy, images=images)
    shards = {
        side: [
            shard
            for number, start in enumerate(range(0, len(those), max_rows))
            for shard in write_shards(
                staged,
                f"{side}-{number:05d}",
                form.batches(batches_of(those[start : start + max_rows])),
                form.columns,
                files=policy.files,
            )
        ]
        for side, those in rows.items()
    }
    return publish(
        staged,
        kind=kind,
        policy=policy,
        said=policy.as_json(),
        members="m",
        shards=shards,
        facts=facts,
        images=images,
    )
