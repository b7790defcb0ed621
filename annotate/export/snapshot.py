"""The whole road from rows to a frozen folder."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from annotate.export.card import write_cards
from annotate.export.columns import columns_of
from annotate.export.errors import BrokenSnapshot, EmptySnapshot
from annotate.export.manifest import (
    FORMS,
    Manifest,
    canonical,
    verify_snapshot,
    write_manifest,
)
from annotate.export.rows import Row
from annotate.export.shards import ROWS_PER_SHARD, write_shards
from annotate.export.splits import SIDES
from commons.artifacts import atomic_folder


def write_snapshot(
    target: Path,
    *,
    kind: str,
    policy: Mapping[str, object],
    rows: Mapping[str, Iterable[Row]],
    members_digest: str,
    on_progress: Callable[[int], None] = lambda rows: None,
    max_rows: int = ROWS_PER_SHARD,
) -> Manifest:
    """Freeze the rows of each side into the folder ``target``, wholly or not at all.

    The folder is written aside and renamed once. A writer that was killed leaves nothing that
    counts: the next one of the same target starts over. If the target is already there, it is
    verified and its manifest returned, so that a worker that died after the rename goes on; a
    target that holds something else is refused (``BrokenSnapshot``), and so are no rows at all
    (``EmptySnapshot``). ``policy["margins"]`` says whether rows of ``preference`` carry a
    margin. ``on_progress`` hears how many rows are written so far; what it raises ends the
    writing and leaves nothing behind.
    """
    if target.exists():
        return _found(target, kind=kind, policy=policy, members_digest=members_digest)
    columns = columns_of(kind, margins=bool(policy.get("margins")))
    written = 0

    def hear(more: int) -> None:
        nonlocal written
        written += more
        on_progress(written)

    with atomic_folder(target) as aside:
        shards = {
            side: list(
                write_shards(
                    aside, side, rows.get(side, ()), columns, max_rows=max_rows, on_block=hear
                )
            )
            for side in SIDES
        }
        if not written:
            raise EmptySnapshot(kind)
        manifest = Manifest(
            kind=kind,
            policy=policy,
            rows={side: sum(one.rows for one in shards[side]) // len(FORMS) for side in SIDES},
            members=members_digest,
            shards=tuple(shard for side in SIDES for shard in shards[side]),
        )
        write_cards(aside, manifest, columns)
        write_manifest(aside, manifest)
    return manifest


def _found(
    target: Path, *, kind: str, policy: Mapping[str, object], members_digest: str
) -> Manifest:
    found = verify_snapshot(target)
    asked = canonical([kind, policy, members_digest])
    if canonical([found.kind, found.policy, found.members]) != asked:
        raise BrokenSnapshot(f"{target} holds another dataset; choose another folder or remove it.")
    return found
