"""Tell whoever asked that a dataset is frozen, or why it is not."""

from django.urls import reverse

from annotate.enums import Purpose, SnapshotKind
from annotate.models import Snapshot
from annotate.selectors.campaign import leads_of_all
from commons.models import NoticeKind
from commons.notices.telling import tell

ENDED = {  # by what is told, and whether it was frozen before
    (NoticeKind.SNAPSHOT_FROZEN, False): "is frozen",
    (NoticeKind.SNAPSHOT_FROZEN, True): "has its files again",
    (NoticeKind.SNAPSHOT_FAILED, False): "could not be frozen",
    (NoticeKind.SNAPSHOT_FAILED, True): "did not get its files again",
}


def tell_of_frozen(snapshot: Snapshot) -> None:
    """Call it in the transaction that ends the freeze. A check makes no dataset to be told of."""
    if snapshot.purpose != Purpose.FILES:
        return
    if snapshot.frozen_at is not None:
        _tell(
            snapshot,
            NoticeKind.SNAPSHOT_FROZEN,
            says="Its files are there again, the very ones; they can be downloaded and trained on.",
            happening=f"frozen:{snapshot.attempts}",
        )
        return
    _tell(
        snapshot,
        NoticeKind.SNAPSHOT_FROZEN,
        says=f"{snapshot.total:,} judgements; it can be downloaded and trained on.",
        happening="frozen",
    )


def tell_of_failed(snapshot: Snapshot) -> None:
    """Call it in the transaction that fails the freeze."""
    says = f"{snapshot.error}\nMend that, then ask for it again on its page."
    happening = f"failed:{snapshot.attempts}"
    _tell(snapshot, NoticeKind.SNAPSHOT_FAILED, says=says, happening=happening)


def _tell(snapshot: Snapshot, kind: NoticeKind, *, says: str, happening: str) -> None:
    campaigns = list(snapshot.campaigns.order_by("name"))
    names = ", ".join(campaign.name for campaign in campaigns)
    of = SnapshotKind(snapshot.kind).label
    ended = ENDED[kind, snapshot.frozen_at is not None]
    tell(
        kind=kind,
        key=f"snapshot:{snapshot.uuid}:{happening}",
        title=f"A dataset of “{names}” ({of}) {ended}",
        says=says,
        path=reverse("annotate:dataset", args=[snapshot.uuid]),
        facts={
            "snapshot": str(snapshot.uuid),
            "kind": snapshot.kind,
            "digest": snapshot.digest,
            "judgements": snapshot.total,
            "campaigns": [str(campaign.uuid) for campaign in campaigns],
        },
        may_hear=leads_of_all(campaigns),
    )
