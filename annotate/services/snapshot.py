"""A dataset is asked for: as files, or as a check whose members may become files later."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from annotate.enums import Purpose, SnapshotKind
from annotate.errors import FilesLetGo, NothingToFreeze, PolicyRefused
from annotate.export.errors import BrokenSnapshot, OddPolicy
from annotate.export.manifest import NAME, verify_snapshot
from annotate.export.policy import Policy, check_policy
from annotate.models import Campaign, Snapshot
from annotate.selectors.consistency import are_consistencies_known
from annotate.selectors.snapshot import to_freeze
from annotate.selectors.snapshot_form import untold_in
from commons.audit import record
from commons.models import RunState, User
from commons.stores import BrokenCopy, FolderStore, Heard, Store, remote_store, unheard
from commons.stores.copies import Copies
from commons.translating import translated

NOBODY_KNOWN = gettext_noop(
    "Nobody’s reliability is known in these campaigns yet: it is found where two or more people "
    "judge the same items. Let everybody weigh the same, or try again tomorrow."
)


@transaction.atomic
def request_snapshot(
    *,
    kind: SnapshotKind,
    campaigns: Sequence[Campaign],
    by: User | None,
    policy: Policy | None = None,
    purpose: Purpose = Purpose.FILES,
) -> Snapshot:
    """Ask for a dataset of everything that counts in these campaigns now or when it is frozen."""
    policy = policy or Policy()
    try:
        check_policy(kind, policy)
    except OddPolicy as odd:
        raise PolicyRefused(odd.field, translated(odd)) from odd
    if not policy.report and any(campaign.freeze_rules for campaign in campaigns):
        said = gettext("A campaign has limits that only a report can hold to; choose the report.")
        raise PolicyRefused("report", said)
    found = to_freeze(kind, campaigns, policy)
    if not found.exists():
        raise NothingToFreeze(str(SnapshotKind(kind).label))
    if policy.weighs and not are_consistencies_known(campaigns):
        raise PolicyRefused("weights", gettext(NOBODY_KNOWN))
    untold = untold_in(kind, found, policy) if purpose == Purpose.FILES else None
    if untold is not None:  # a check tells it in its report
        raise PolicyRefused("form", untold.words)
    snapshot = Snapshot.objects.create(
        kind=kind, policy=policy.as_json(), purpose=purpose, requested_by=by
    )
    snapshot.campaigns.set(campaigns)
    record(actor=by, verb="snapshot.requested", subject=snapshot, kind=kind)
    return snapshot


@transaction.atomic
def write_checked(*, snapshot: Snapshot, by: User) -> bool:
    """Ask for the files of a check that has ended, of its very members; False: somebody has."""
    checked = Snapshot.objects.filter(
        pk=snapshot.pk, purpose=Purpose.CHECK, state=RunState.DONE
    ).update(purpose=Purpose.FILES, state=RunState.REQUESTED, finished_at=None, done=0)
    if checked:
        begin_parts_anew(snapshot)
        record(actor=by, verb="snapshot.requested", subject=snapshot, kind=snapshot.kind)
    return bool(checked)


def begin_parts_anew(snapshot: Snapshot) -> None:
    """Whatever is written of it counts for nothing."""
    snapshot.parts.update(
        state=RunState.REQUESTED, finished_at=None, token=None, shards=[], report={}, done=0
    )


def snapshot_store() -> Store:
    """Where frozen datasets lie."""
    said = settings.SNAPSHOT_STORE
    if "://" in said:
        return remote_store(said, last=NAME, copies=snapshot_copies().root, verify=_verify_copy)
    return FolderStore(Path(said) if said else Path(settings.ARTIFACTS) / "snapshots")


def snapshot_copies() -> Copies:
    """Copies on this host of datasets that lie elsewhere."""
    return Copies(Path(settings.VAR_DIR) / "snapshots")


def snapshot_folder(snapshot: Snapshot, heard: Heard = unheard) -> Path:
    """The files of a frozen snapshot, on this machine; from elsewhere they are fetched first.

    ``FilesLetGo`` where they are not there any more.
    """
    refuse_gone(snapshot)
    return snapshot_store().local(str(snapshot.uuid), heard)


def refuse_gone(snapshot: Snapshot) -> None:
    """Say since when files are gone, and how to have them back (``FilesLetGo``)."""
    if snapshot.removed_at is not None:
        raise FilesLetGo(
            snapshot.removed_at,
            is_erased=snapshot.erasures.exists(),
            are_on_the_way=snapshot.are_files_on_the_way,
        )


def open_file(snapshot: Snapshot, path: str) -> BinaryIO:
    """One file of it, read where it lies; ``FileNotFoundError`` or ``StoreError``."""
    return snapshot_store().open(str(snapshot.uuid), path)


def _verify_copy(name: str, folder: Path) -> None:
    """A fresh copy holds what its manifest says, and its manifest what the database says."""
    try:
        found = verify_snapshot(folder)
    except BrokenSnapshot as broken:
        raise BrokenCopy(f"{settings.SNAPSHOT_STORE}/{name}", str(broken)) from broken
    frozen = Snapshot.objects.exclude(digest="").filter(uuid=name).first()
    if frozen is not None and frozen.digest != found.digest:
        raise BrokenCopy(
            f"{settings.SNAPSHOT_STORE}/{name}",
            f"its digest is {found.digest}, and the database has {frozen.digest}. "
            "Put the objects back from the bucket's versions, or freeze the dataset again.",
        )
