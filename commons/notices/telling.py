"""Write down that something happened, for those who asked to hear of it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from commons.models import Channel, Delivery, Means, Notice, NoticeKind
from commons.presence import heard_at
from commons.sentences import Sentence


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
    notice = keep_notice(kind, key, title, says=says, path=path, facts=facts)
    if notice is None:
        return None
    Delivery.objects.bulk_create(
        Delivery(notice=notice, channel=channel, due_at=_due_at(channel))
        for channel in listeners(kind, may_hear)
    )
    return notice


def keep_notice(
    kind: NoticeKind,
    key: str,
    title: str,
    *,
    says: str = "",
    path: str = "",
    facts: Mapping[str, object] | None = None,
) -> Notice | None:
    """Keep it once; None: it was told before."""
    notice, is_new = Notice.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "title": title if isinstance(title, Sentence) else title[:300],
            "says": says,
            "path": path,
            "facts": dict(facts or {}),
        },
    )
    return notice if is_new else None


def _due_at(channel: Channel) -> datetime:
    """Mail to somebody who is away waits until they are back; a program is never away."""
    return heard_at(channel.owner_id) if channel.means == Means.MAIL else timezone.now()


def listeners(kind: NoticeKind, may_hear: Collection[int]) -> list[Channel]:
    """The channels that want this kind and may hear it."""
    allowed = Q(owner=None) | Q(owner__in=list(may_hear)) | Q(owner__is_superuser=True)
    alive = Q(owner=None) | Q(owner__is_active=True)
    channels = Channel.objects.filter(allowed, alive, active=True).order_by("pk")
    # By hand: SQLite cannot ask whether a JSON list contains something, and channels are few.
    return [channel for channel in channels if kind in channel.kinds]
