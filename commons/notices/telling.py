"""Write down that something happened, for those who asked to hear of it."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import Q

from commons.models import Channel, Delivery, Notice, NoticeKind


@transaction.atomic
def tell(
    *,
    kind: NoticeKind,
    key: str,
    title: str,
    says: str = "",
    path: str = "",
    facts: Mapping[str, object] | None = None,
    may_hear: Collection[int] = (),
) -> Notice | None:
    """Keep a notice and one delivery for each channel that wants it. None: it was told before.

    Call it in the transaction of what happened. ``may_hear`` are the primary keys of the people
    who may see what it is about; admins and the installation's own channels hear everything.
    """
    notice, is_new = Notice.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "title": title[:300],
            "says": says,
            "path": path,
            "facts": dict(facts or {}),
        },
    )
    if not is_new:
        return None
    Delivery.objects.bulk_create(
        Delivery(notice=notice, channel=channel) for channel in listeners(kind, may_hear)
    )
    return notice


def listeners(kind: NoticeKind, may_hear: Collection[int]) -> list[Channel]:
    """The channels that want this kind and may hear it."""
    allowed = Q(owner=None) | Q(owner__in=list(may_hear)) | Q(owner__is_superuser=True)
    alive = Q(owner=None) | Q(owner__is_active=True)
    channels = Channel.objects.filter(allowed, alive, active=True).order_by("pk")
    # By hand: SQLite cannot ask whether a JSON list contains something, and channels are few.
    return [channel for channel in channels if kind in channel.kinds]
