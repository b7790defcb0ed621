"""Judgements become a dataset that never changes again.

claim_snapshot -> freeze_members -> its parts, by as many workers as come -> the manifest, last

Whoever holds the snapshot sees to it that all parts are written, takes part in it, and publishes.
Other workers claim parts. Whoever dies, another goes on.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from django.db import transaction
from django.db.models import Sum

from annotate.enums import Purpose
from annotate.errors import NothingToFreeze
from annotate.export.errors import OtherFiles, SnapshotError
from annotate.export.manifest import Manifest, Shard, manifest_from, verify_snapshot
from annotate.export.policy import policy_from
from annotate.export.preflight.errors import MixedParts
from annotate.export.publishing import publish
from annotate.models import Snapshot, SnapshotPart
from annotate.selectors.snapshot_facts import facts_of
from annotate.services.erasure_lock import freeze_together
from annotate.services.snapshot import begin_parts_anew, snapshot_store
from annotate.services.snapshot_erasure import mark_erased, words_for_erased
from annotate.services.snapshot_member import freeze_members
from annotate.services.snapshot_notice import tell_of_failed, tell_of_frozen
from annotate.services.snapshot_part import ClaimLost, claim_part, pseudonyms_in, write_part
from annotate.services.snapshot_removal import clear_files
from annotate.services.snapshot_report import keep_report, reasons_against
from annotate.services.snapshot_weight import weights_in
from commons.artifacts import ArtifactError, ArtifactExists
from commons.disk import in_words
from commons.models import RunState
from commons.runs import beat_run, claim_run, fail_run, finish_run
from commons.sentences import Sentence

Progress = Callable[[int, int], None]  # members read, of how many

PAUSE = 1.0  # seconds between two looks at what others write


def claim_snapshot() -> Snapshot | None:
    """Take the oldest snapshot that waits to be frozen, or whose worker died."""
    return claim_run(Snapshot.objects.all())


def write_waiting_parts() -> None:
    """Help with whatever is being frozen until nothing waits."""
    while part := claim_part():
        write_part(part=part)


def freeze_snapshot(
    *,
    snapshot: Snapshot,
    on_progress: Progress = lambda done, total: None,
    on_parts: Callable[[int], None] = lambda parts: None,
) -> None:
    """Freeze a claimed snapshot. Killed at any line, it is claimed anew and goes on.

    Members are written once and found again by the next holder; parts that are written stay
    written; a folder that is already published is verified instead. ``on_parts`` hears how many
    parts there are, once others may help.
    """
    try:
        members = freeze_members(snapshot=snapshot)
        _refuse_erased(snapshot)
        if not snapshot_store().has(str(snapshot.uuid)):
            _write_parts(snapshot, members, on_progress, on_parts)
        _conclude(snapshot, members)
    except ClaimLost:
        _clear_if_cancelled(snapshot)
    except (NothingToFreeze, SnapshotError, ArtifactError, OSError) as broken:
        _fail(snapshot, in_words(broken))


@transaction.atomic
def _fail(snapshot: Snapshot, error: str) -> None:
    if fail_run(snapshot, error=error):
        tell_of_failed(snapshot)


def _write_parts(
    snapshot: Snapshot, members: int, on_progress: Progress, on_parts: Callable[[int], None]
) -> None:
    """Come back when all parts are written; ``SnapshotError`` when one cannot be.

    The parts that are written stay for whoever asks again, but for a day at most.
    """
    snapshot.parts.filter(state=RunState.FAILED).update(
        state=RunState.REQUESTED, finished_at=None, token=None, error=""
    )
    on_parts(snapshot.parts.exclude(state=RunState.DONE).count())

    def beat() -> bool:
        done = snapshot.parts.aggregate(done=Sum("done"))["done"] or 0
        on_progress(done, members)
        return beat_run(snapshot, done=done, total=members, says="writing")

    while waiting := snapshot.parts.exclude(state=RunState.DONE):
        if not beat():
            raise ClaimLost
        failed = waiting.filter(state=RunState.FAILED).first()
        if failed is not None:
            _refuse_erased(snapshot)  # that may be why, and nothing of it is to stay
            raise SnapshotError(
                Sentence("%(part)s: %(error)s", part=failed.name, error=failed.error)
            )
        part = claim_part(snapshot)
        if part is not None:
            write_part(part=part, on_beat=beat)
        elif waiting.exists():
            time.sleep(PAUSE)
    on_progress(members, members)


def _conclude(snapshot: Snapshot, members: int) -> None:
    """Publish what the parts have written, and say so in the row."""
    _refuse_erased(snapshot)
    columns: dict[str, object] = {"done": members, "total": members, "says": "frozen"}
    if snapshot.are_files_gone:
        _published_again(snapshot)
        _finish(snapshot, columns | {"removed_at": None, "removed_for": ""})
        return
    _report(snapshot)
    if snapshot.purpose == Purpose.FILES:
        manifest = _published(snapshot)
        columns |= {"digest": manifest.digest, "manifest": manifest.as_json()}
    _finish(snapshot, columns)
    snapshot.parts.update(report={})  # some megabytes each, and all in one now


def _report(snapshot: Snapshot) -> None:
    """Put the report together. What a campaign refuses is not published: it stays, the files go."""
    try:
        report = keep_report(snapshot=snapshot)
    except MixedParts:  # the tokenizer came or changed meanwhile: the same parts never add up
        _let_go(snapshot)
        raise
    against = reasons_against(snapshot, report) if report is not None else []
    if against and snapshot.purpose == Purpose.FILES:
        _let_go(snapshot)
        raise SnapshotError("\n".join(against))


def _published_again(snapshot: Snapshot) -> None:
    """Files that were let go, as they were; ``OtherFiles`` where they do not come out so, and then
    nothing of them stays. No report is made anew and no limit asked: it is frozen."""
    try:
        _published(snapshot, was=manifest_from(snapshot.manifest))
    except OtherFiles:
        _let_go(snapshot)
        raise


def _finish(snapshot: Snapshot, columns: dict[str, object]) -> None:
    """Say that it is done, unless something was erased up to this very moment."""
    with transaction.atomic():
        freeze_together()
        erased = mark_erased(snapshot)
        if not erased:
            if not finish_run(snapshot, **columns):
                raise ClaimLost
            tell_of_frozen(snapshot)
    if erased:
        _withdraw(snapshot)


def _refuse_erased(snapshot: Snapshot) -> None:
    """What was erased since its members were frozen is not published, and leaves no file."""
    if mark_erased(snapshot):
        _withdraw(snapshot)


def _withdraw(snapshot: Snapshot) -> NoReturn:
    _let_go(snapshot)
    snapshot_store().remove(str(snapshot.uuid))
    raise SnapshotError(words_for_erased(snapshot))


def _let_go(snapshot: Snapshot) -> None:
    """Nothing is written any more, and whoever asks again begins anew.

    Whoever has lost the claim takes nothing away: another may have published it by now.
    """
    _beat(snapshot)
    begin_parts_anew(snapshot)
    snapshot_store().staged(str(snapshot.uuid)).discard()


def _published(snapshot: Snapshot, was: Manifest | None = None) -> Manifest:
    store, name = snapshot_store(), str(snapshot.uuid)
    if store.has(name):  # whoever published it died before it could say so
        return _verified(snapshot)
    shards = {
        side: tuple(Shard(**shard) for part in parts for shard in part.shards)
        for side, parts in _parts_by_side(snapshot).items()
    }
    try:
        return publish(
            store.staged(name),
            kind=snapshot.kind,
            policy=policy_from(snapshot.policy),
            said=snapshot.policy,
            members=snapshot.members_digest,
            shards=shards,
            facts=facts_of(snapshot),
            images=snapshot.with_images,
            weights=_weights(snapshot),
            was=was,
        )
    except ArtifactExists:  # a holder that was thought dead was faster, with the same bytes
        return _verified(snapshot)


def _weights(snapshot: Snapshot) -> dict[str, float] | None:
    """What each rater weighs, by the pseudonym that rows have."""
    weights, name_for = weights_in(snapshot), pseudonyms_in(snapshot)
    return weights and {name_for(rater): weight for rater, weight in weights.items()}


def _verified(snapshot: Snapshot) -> Manifest:
    """What is published, read from end to end: its reader is not to be taken for dead meanwhile."""

    def heard() -> None:
        _beat(snapshot)

    return verify_snapshot(snapshot_store().local(str(snapshot.uuid), heard), heard)


def _beat(snapshot: Snapshot) -> None:
    if not beat_run(snapshot):
        raise ClaimLost


def _parts_by_side(snapshot: Snapshot) -> dict[str, list[SnapshotPart]]:
    found: dict[str, list[SnapshotPart]] = {}
    for part in snapshot.parts.order_by("side", "number"):
        found.setdefault(part.side, []).append(part)
    return found


def _clear_if_cancelled(snapshot: Snapshot) -> None:
    clear_files(snapshot)  # that were to be made again
    if Snapshot.objects.filter(pk=snapshot.pk, state=RunState.CANCELLED).exists():
        store, name = snapshot_store(), str(snapshot.uuid)
        with suppress(ArtifactError):  # what stays is pruned
            store.staged(name).discard()
            store.remove(name)
